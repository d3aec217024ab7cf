import {
  CTRL_ATTR_OP_POLICY,
  CTRL_ATTR_POLICY,
  CTRL_ATTR_POLICY_DO,
  CTRL_ATTR_POLICY_DUMP,
  NL_POLICY_TYPE_ATTR_POLICY_IDX,
  NL_POLICY_TYPE_ATTR_TYPE,
} from '@netdevkit/bindings';
import type { nla_type } from '@netdevkit/bindings/raw';
import { AttributeCursor } from '../attribute-cursor.ts';
import { policyType } from '../policy-kinds.ts';
import {
  attributes,
  binary,
  bitfield32,
  flag,
  indexed,
  nest,
  s16,
  s32,
  s64,
  s8,
  sint,
  string,
  u16,
  u32,
  u64,
  u8,
  uint,
  type AttributeSet,
  type Field,
} from '../schema/index.ts';
import { OperationTable } from './operation.ts';
import type { Tables } from './tables.ts';

/** A policy of a kernel says at most this many sets: there is one for each kind of nest. */
const MAX_SETS = 1024;

const LEAVES: Readonly<Partial<Record<nla_type, (name: string) => Field>>> = {
  NLA_FLAG: flag,
  NLA_U8: u8,
  NLA_U16: u16,
  NLA_U32: u32,
  NLA_U64: u64,
  NLA_S8: s8,
  NLA_S16: s16,
  NLA_S32: s32,
  NLA_S64: s64,
  NLA_BINARY: binary,
  NLA_STRING: string,
  NLA_NUL_STRING: string,
  NLA_BITFIELD32: bitfield32,
  NLA_SINT: sint,
  NLA_UINT: uint,
};

interface Policy {
  readonly type: nla_type | undefined;
  readonly nested: number | undefined;
}

/**
 * What the controller of generic netlink says about a family's attributes (`CTRL_CMD_GETPOLICY`): types, not names. It
 * makes a schema of them, for families that have no other; attribute 5 is `attr-5` there.
 */
export class PolicyStore {
  readonly #sets: Map<number, Map<number, Policy>> = new Map();
  readonly #commands: Map<number, number> = new Map();
  readonly #schemas: Map<number, AttributeSet> = new Map();
  readonly #operations: Map<number, OperationTable> = new Map();

  /** Whether anything was said. */
  get isEmpty(): boolean {
    return this.#sets.size === 0;
  }

  /**
   * Learns from an attribute of an answer to `CTRL_CMD_GETPOLICY`.
   *
   * @param cursor - stands at the attribute
   */
  learn(cursor: AttributeCursor): void {
    if (cursor.type === CTRL_ATTR_POLICY) this.#learnPolicy(cursor);
    else if (cursor.type === CTRL_ATTR_OP_POLICY) this.#learnCommands(cursor);
  }

  /**
   * What a command's messages hold.
   *
   * @param tables - compile it
   * @param command - `genlmsghdr.cmd`
   */
  operation(tables: Tables, command: number): OperationTable | undefined {
    // A kernel whose answer names no commands has one policy for all of them.
    const index = this.#commands.get(command) ?? (this.#commands.size === 0 ? 0 : undefined);
    if (index === undefined || !this.#sets.has(index)) return undefined;
    let table = this.#operations.get(command);
    if (table === undefined) {
      table = new OperationTable(tables, { name: `#${String(command)}`, attributes: this.#schema(index) });
      this.#operations.set(command, table);
    }
    return table;
  }

  #learnPolicy(outer: AttributeCursor): void {
    const sets = new AttributeCursor();
    outer.enter(sets);
    while (sets.next()) {
      const fields = new AttributeCursor();
      sets.enter(fields);
      while (fields.next()) this.#set(sets.type, fields.type, policyIn(fields));
    }
  }

  #set(index: number, type: number, policy: Policy): void {
    let set = this.#sets.get(index);
    if (set === undefined) {
      if (this.#sets.size >= MAX_SETS) return;
      set = new Map();
      this.#sets.set(index, set);
    }
    const known = set.get(type);
    if (known !== undefined && known.type === policy.type && known.nested === policy.nested) return;
    set.set(type, policy);
    this.#schemas.clear();
    this.#operations.clear();
  }

  #learnCommands(outer: AttributeCursor): void {
    const commands = new AttributeCursor();
    outer.enter(commands);
    while (commands.next()) {
      const modes = new AttributeCursor();
      commands.enter(modes);
      while (modes.next()) {
        const index = modes.u32();
        // A command that can both do and dump is read as it does.
        const isBetter = modes.type === CTRL_ATTR_POLICY_DO || (modes.type === CTRL_ATTR_POLICY_DUMP && !this.#commands.has(commands.type));
        if (index !== undefined && isBetter) this.#commands.set(commands.type, index);
      }
    }
    this.#operations.clear();
  }

  #schema(index: number): AttributeSet {
    let schema = this.#schemas.get(index);
    if (schema === undefined) {
      const fields: Record<number, Field> = {};
      for (const [type, policy] of this.#sets.get(index) ?? []) {
        const field = this.#field(`attr-${String(type)}`, policy);
        if (field !== undefined && type < 4096) fields[type] = field;
      }
      schema = attributes(`policy-${String(index)}`, fields);
      this.#schemas.set(index, schema);
    }
    return schema;
  }

  #field(name: string, { type, nested }: Policy): Field | undefined {
    if (type !== 'NLA_NESTED' && type !== 'NLA_NESTED_ARRAY') return type === undefined ? undefined : LEAVES[type]?.(name);
    if (nested === undefined) return undefined;
    // Policies may contain themselves.
    const inner = nest(name, () => this.#schema(nested));
    return type === 'NLA_NESTED' ? inner : indexed(inner);
  }
}

function policyIn(field: AttributeCursor): Policy {
  const parts = new AttributeCursor();
  field.enter(parts);
  let type: nla_type | undefined;
  let nested: number | undefined;
  while (parts.next()) {
    if (parts.type === NL_POLICY_TYPE_ATTR_TYPE) type = policyType(parts.u32());
    else if (parts.type === NL_POLICY_TYPE_ATTR_POLICY_IDX) nested = parts.u32();
  }
  return { type, nested };
}
