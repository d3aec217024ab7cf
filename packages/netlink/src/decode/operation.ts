import { NLM_F_DUMP } from '@netdevkit/bindings';
import type { Format, Operation, OperationKind } from '../schema/index.ts';
import type { FormatTable, Tables } from './tables.ts';

/** What a message is, compiled. */
export class OperationTable {
  /** The type's name, or the command's. */
  readonly name: string;
  /** What it asks for. */
  readonly kind: OperationKind;
  readonly #tables: Tables;
  readonly #operation: Operation;
  /** Whether every message has one format. */
  readonly isFixed: boolean;
  readonly #others: Map<Format, FormatTable> = new Map();
  #format: FormatTable | undefined;

  constructor(tables: Tables, operation: Operation) {
    this.#tables = tables;
    this.#operation = operation;
    this.isFixed = operation.dump === undefined && operation.byFamily === undefined;
    this.name = operation.name;
    this.kind = operation.kind ?? kindOfName(operation.name);
  }

  /** What its payload holds, if nothing in it says otherwise. */
  get format(): FormatTable {
    return (this.#format ??= this.#tables.format(this.#operation));
  }

  /**
   * What the payload of one message holds.
   *
   * @param view - the octets
   * @param start - where the payload starts
   * @param end - where it ends
   * @param isDump - whether the message asks for everything
   */
  formatOf(view: DataView, start: number, end: number, isDump: boolean): FormatTable {
    if (this.isFixed) return this.format;
    const { dump, byFamily } = this.#operation;
    const other = isDump && dump !== undefined ? dump : byFamily === undefined || start >= end ? undefined : byFamily[view.getUint8(start)];
    if (other === undefined) return this.format;
    let table = this.#others.get(other);
    if (table === undefined) {
      table = this.#tables.format(other);
      this.#others.set(other, table);
    }
    return table;
  }
}

/** Whether flags are those of a request for everything. */
export function asksForAll(flags: number): boolean {
  return (flags & NLM_F_DUMP) === NLM_F_DUMP;
}

/**
 * What a message asks for, as its name says: `RTM_GETLINK`, `newtable`, `port-del`.
 *
 * @param name - of a message type or of a command
 */
export function kindOfName(name: string): OperationKind {
  const verb = /(?:^|[-_])(get|dump|new|add|create|set|del|destroy|flush)/i.exec(name)?.[1]?.toLowerCase();
  switch (verb) {
    case 'get':
    case 'dump':
      return 'get';
    case 'new':
    case 'add':
    case 'create':
    case 'set':
      return 'new';
    case 'del':
    case 'destroy':
    case 'flush':
      return 'delete';
    default:
      return 'other';
  }
}
