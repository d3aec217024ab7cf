import type { Operation, RawFamily } from '../schema/index.ts';
import { OperationTable } from './operation.ts';
import type { Tables } from './tables.ts';

/** What is known of one netlink protocol: the shares of all its families. */
export class RawProtocol {
  /** Whether a datagram is one message without netlink's header. */
  isHeaderless = false;
  /** Whether types below 16 are its own. */
  ownsControlTypes = false;
  /** How often a family's share was added. */
  additions = 0;
  readonly #tables: Tables;
  readonly #requests: Map<number, Operation> = new Map();
  readonly #replies: Map<number, Operation> = new Map();
  #others: Operation | undefined;
  readonly #compiledRequests: Map<number, OperationTable> = new Map();
  readonly #compiledReplies: Map<number, OperationTable> = new Map();
  #compiledOthers: OperationTable | undefined;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Adds a family's share; a later one replaces what an earlier one says. */
  add(family: RawFamily): void {
    this.additions++;
    for (const [type, operation] of Object.entries(family.requests)) this.#requests.set(Number(type), operation);
    for (const [type, operation] of Object.entries(family.replies ?? {})) this.#replies.set(Number(type), operation);
    this.#others = family.others ?? this.#others;
    this.isHeaderless ||= family.headerless ?? false;
    this.ownsControlTypes ||= family.ownsControlTypes ?? false;
    this.#compiledRequests.clear();
    this.#compiledReplies.clear();
    this.#compiledOthers = undefined;
  }

  /**
   * What a message is.
   *
   * @param type - `nlmsg_type`
   * @param isRequest - whether user space sent it
   */
  operation(type: number, isRequest: boolean): OperationTable | undefined {
    const compiled = isRequest ? this.#compiledRequests : this.#compiledReplies;
    return compiled.get(type) ?? this.#compile(type, isRequest, compiled);
  }

  #compile(type: number, isRequest: boolean, compiled: Map<number, OperationTable>): OperationTable | undefined {
    const [first, second] = isRequest ? [this.#requests, this.#replies] : [this.#replies, this.#requests];
    const operation = first.get(type) ?? second.get(type);
    if (operation === undefined) {
      if (this.#others !== undefined) this.#compiledOthers ??= new OperationTable(this.#tables, this.#others);
      return this.#compiledOthers;
    }
    const table = new OperationTable(this.#tables, operation);
    compiled.set(type, table);
    return table;
  }
}
