import { ifinfomsg, NLA_HDRLEN } from '@netdevkit/bindings';
import type { nla_policies, nla_policy, nla_type, nlattr_table } from '@netdevkit/bindings/raw';
import { AttributeTable, Validation, parseAttributes } from '@netdevkit/netlink';
import type { AttributeDefinition, AttributeDefinitions, AttributeReader, AttributeValue, FlagAttribute } from './attribute-definitions.ts';
import { checkLimits, definitionOf } from './attribute-limits.ts';
import type { RequestScope } from './request-scope.ts';

const TYPES: Readonly<Record<AttributeDefinition['type'], nla_type>> = {
  u8: 'NLA_U8',
  u16: 'NLA_U16',
  u32: 'NLA_U32',
  u64: 'NLA_U64',
  s8: 'NLA_S8',
  s16: 'NLA_S16',
  s32: 'NLA_S32',
  s64: 'NLA_S64',
  flag: 'NLA_FLAG',
  string: 'NLA_STRING',
  binary: 'NLA_BINARY',
  nested: 'NLA_NESTED',
  // From drivers/net/veth.c:veth_policy: C knows no type for it, so that it is not even asked for NLA_F_NESTED.
  link: 'NLA_UNSPEC',
};

/** Definitions in the kernel's form. */
export interface CompiledAttributes {
  /** The greatest type; 0 when there is none. */
  readonly maxtype: number;
  readonly policies: nla_policies;
  /** For each nested attribute, by type. */
  readonly nested: ReadonlyMap<number, CompiledAttributes>;
}

/** What the attributes of a kind are, in both forms. */
export interface KindAttributes<A extends AttributeDefinitions> {
  readonly definitions: A;
  readonly compiled: CompiledAttributes;
}

/**
 * Turns definitions into a policy array.
 *
 * @throws TypeError when two definitions share a number, or one is no positive integer
 * @throws RangeError when limits contradict each other or their type
 */
export function compileAttributes(definitions: AttributeDefinitions): CompiledAttributes {
  const policies: Array<nla_policy | undefined> = [];
  const nested = new Map<number, CompiledAttributes>();
  for (const [name, definition] of Object.entries(definitions)) {
    const { id } = definition;
    if (!Number.isInteger(id) || id < 1 || id > 0x3fff) throw new TypeError(`${name}: expected an id from 1 to 16383, got ${String(id)}`);
    if (policies[id] !== undefined) throw new TypeError(`${name}: expected an id of its own, got ${String(id)} again`);
    checkLimits(name, definition);
    const inner = definition.type === 'nested' ? compileAttributes(definition.attributes) : undefined;
    if (inner !== undefined) nested.set(id, inner);
    policies[id] = policyOf(definition, inner);
  }
  const list = Array.from(policies);
  return { maxtype: Math.max(0, list.length - 1), policies: list, nested };
}

function policyOf(definition: AttributeDefinition, inner: CompiledAttributes | undefined): nla_policy {
  const type = TYPES[definition.type];
  switch (definition.type) {
    case 'flag':
      return { type };
    case 'string':
      return definition.maxLength === undefined ? { type } : { type, len: definition.maxLength };
    case 'binary':
      return {
        type,
        ...(definition.minLength === undefined ? {} : { min: definition.minLength }),
        ...(definition.maxLength === undefined ? {} : { max: definition.maxLength }),
      };
    case 'link':
      return { type, len: ifinfomsg.SIZE };
    case 'nested':
      return inner === undefined ? { type } : { type, nested: inner.policies };
    default:
      return {
        type,
        ...(definition.min === undefined ? {} : { min: definition.min }),
        ...(definition.max === undefined ? {} : { max: definition.max }),
      };
  }
}

/**
 * Reads a kind's attributes out of what the kernel parsed and checked.
 *
 * @remarks
 * # Invariants
 *
 * While the scope is open, the table is filled with the policies that `compileAttributes` made of the same definitions, so
 * every attribute that it has is as long as its type asks for.
 */
export class ParsedAttributes<A extends AttributeDefinitions> implements AttributeReader<A> {
  readonly #table: nlattr_table;
  readonly #view: DataView;
  readonly #definitions: A;
  readonly #compiled: CompiledAttributes;
  readonly #scope: RequestScope;

  /** @internal */
  constructor(table: nlattr_table, definitions: A, compiled: CompiledAttributes, scope: RequestScope) {
    // INVARIANT: the kernel hands over what it parsed with the kind's policies, and #nested what it validated within that.
    this.#table = table;
    this.#view = new DataView(table.bytes.buffer, table.bytes.byteOffset, table.bytes.byteLength);
    this.#definitions = definitions;
    this.#compiled = compiled;
    this.#scope = scope;
  }

  has(name: keyof A & string): boolean {
    this.#scope.check();
    return this.#table.has(definitionOf(this.#definitions, name).id);
  }

  get<N extends keyof A & string>(name: N): AttributeValue<A[N]> | (A[N] extends FlagAttribute ? never : undefined) {
    this.#scope.check();
    // CAST: #read gives what AttributeValue says of the definition's type; TypeScript cannot follow a type from a value.
    return this.#read(definitionOf(this.#definitions, name)) as AttributeValue<A[N]> | (A[N] extends FlagAttribute ? never : undefined);
  }

  #read(definition: AttributeDefinition): unknown {
    const { id, type } = definition;
    if (type === 'flag') return this.#table.has(id);
    if (!this.#table.has(id)) return undefined;
    const at = this.#table.offset(id);
    const length = this.#table.length(id);
    switch (type) {
      case 'u8':
        return this.#view.getUint8(at);
      case 's8':
        return this.#view.getInt8(at);
      case 'u16':
        return this.#view.getUint16(at, true);
      case 's16':
        return this.#view.getInt16(at, true);
      case 'u32':
        return this.#view.getUint32(at, true);
      case 's32':
        return this.#view.getInt32(at, true);
      case 'u64':
        return this.#view.getBigUint64(at, true);
      case 's64':
        return this.#view.getBigInt64(at, true);
      case 'string':
        return this.#string(at, length);
      case 'binary':
      case 'link':
        return this.#table.bytes.subarray(at, at + length);
      case 'nested':
        return this.#nested(definition.attributes, id, at, length);
    }
  }

  #string(at: number, length: number): string | undefined {
    // AttributeTable knows how strings end; one attribute of its own spares a second way of reading them.
    const table = new AttributeTable(0);
    table.reset(this.#table.bytes);
    table.record(0, at, length);
    return table.string(0);
  }

  #nested(definitions: AttributeDefinitions, id: number, at: number, length: number): AttributeReader<AttributeDefinitions> | undefined {
    const compiled = this.#compiled.nested.get(id);
    if (compiled === undefined) return undefined;
    const table = new AttributeTable(compiled.maxtype);
    // The kernel has validated the nest with its outer attributes; this only finds where things stand.
    parseAttributes(table, this.#table.bytes, at, length, compiled.policies, Validation.LIBERAL, null);
    return new ParsedAttributes(table, definitions, compiled, this.#scope);
  }
}

/** Where an attribute's header starts, given its table; -1 when it did not come. */
export function headerOffset(table: nlattr_table, type: number): number {
  return table.has(type) ? table.offset(type) - NLA_HDRLEN : -1;
}
