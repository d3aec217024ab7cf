import { GENL_ID_CTRL } from '@netdevkit/bindings';
import type { GenericFamily, Operation, Operations } from '../schema/index.ts';
import { OperationTable } from './operation.ts';
import { PolicyStore } from './policy-store.ts';
import type { Tables } from './tables.ts';

/** A generic family as it is known at one time: by number, and perhaps with a schema. */
export class GenericState {
  /** Its name. */
  readonly name: string;
  /** Octets of its own header, if the controller told. */
  headerSize: number | undefined;
  /** What its attributes may be, if the controller told. */
  readonly policies: PolicyStore = new PolicyStore();
  readonly #tables: Tables;
  #schemas: readonly GenericFamily[];
  readonly #requests: (OperationTable | null | undefined)[] = [];
  readonly #replies: (OperationTable | null | undefined)[] = [];

  constructor(tables: Tables, name: string, schemas: readonly GenericFamily[]) {
    this.#tables = tables;
    this.name = name;
    this.#schemas = schemas;
  }

  /** Takes other schemas: more have been added. */
  adopt(schemas: readonly GenericFamily[]): void {
    this.#schemas = schemas;
    this.#requests.length = 0;
    this.#replies.length = 0;
  }

  /** Whether there is a schema. */
  get hasSchema(): boolean {
    return this.#schemas.length > 0;
  }

  /**
   * What a message is.
   *
   * @param command - `genlmsghdr.cmd`
   * @param isRequest - whether user space sent it
   */
  operation(command: number, isRequest: boolean): OperationTable | undefined {
    if (!this.hasSchema) return this.policies.operation(this.#tables, command);
    const compiled = isRequest ? this.#requests : this.#replies;
    let table = compiled[command];
    if (table === undefined) {
      const operation = this.#find(command, isRequest);
      table = operation === undefined ? null : new OperationTable(this.#tables, operation);
      while (compiled.length <= command) compiled.push(undefined);
      compiled[command] = table;
    }
    return table ?? undefined;
  }

  /**
   * The number of a command.
   *
   * @param name - as in a schema
   * @param isRequest - whether user space sends it
   */
  commandNumber(name: string, isRequest: boolean): number | undefined {
    const numberIn = (operations: Operations | undefined): number | undefined => {
      const found = Object.entries(operations ?? {}).find(([, operation]) => operation.name === name);
      return found === undefined ? undefined : Number(found[0]);
    };
    for (const { requests, replies } of this.#schemas) {
      const own = numberIn(isRequest ? requests : (replies ?? requests));
      if (own !== undefined) return own;
    }
    for (const { requests, replies } of this.#schemas) {
      const other = numberIn(requests) ?? numberIn(replies);
      if (other !== undefined) return other;
    }
    return undefined;
  }

  #find(command: number, isRequest: boolean): Operation | undefined {
    for (const { requests, replies } of this.#schemas) {
      const own = isRequest ? requests[command] : (replies ?? requests)[command];
      if (own !== undefined) return own;
    }
    // The other direction is better than nothing: a notification may carry the number of a request.
    for (const { requests, replies } of this.#schemas) {
      const other = requests[command] ?? replies?.[command];
      if (other !== undefined) return other;
    }
    return undefined;
  }
}

/** The numbers of generic families: they are given at run time, and a capture tells them. */
export class GenericFamilies {
  readonly #tables: Tables;
  readonly #schemas: Map<string, readonly GenericFamily[]> = new Map();
  readonly #states: Map<number, GenericState> = new Map();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Adds a schema, or more of one. */
  add(family: GenericFamily): void {
    const schemas = [...(this.#schemas.get(family.name) ?? []), family];
    this.#schemas.set(family.name, schemas);
    for (const state of this.#states.values()) if (state.name === family.name) state.adopt(schemas);
    if (family.name === 'nlctrl') this.name(GENL_ID_CTRL, family.name);
  }

  /** The family of a number. */
  state(id: number): GenericState | undefined {
    return this.#states.get(id);
  }

  /** The numbers that are known, with the names of their families. */
  get known(): ReadonlyMap<number, string> {
    return new Map([...this.#states].map(([id, { name }]) => [id, name]));
  }

  /**
   * Notes what a number means from now on.
   *
   * @param id - `nlmsg_type`
   * @param name - the family's
   */
  name(id: number, name: string): GenericState {
    const known = this.#states.get(id);
    if (known?.name === name) return known;
    const state = new GenericState(this.#tables, name, this.#schemas.get(name) ?? []);
    this.#states.set(id, state);
    return state;
  }
}
