import type { Operation, OperationKind } from '../schema/index.ts';
import type { FormatTable, Tables } from './tables.ts';

/** What a message is, compiled. */
export class OperationTable {
  /** The type's name, or the command's. */
  readonly name: string;
  /** What it asks for. */
  readonly kind: OperationKind;
  readonly #tables: Tables;
  readonly #operation: Operation;
  #format: FormatTable | undefined;

  constructor(tables: Tables, operation: Operation) {
    this.#tables = tables;
    this.#operation = operation;
    this.name = operation.name;
    this.kind = operation.kind ?? kindOfName(operation.name);
  }

  /** What its payload holds. */
  get format(): FormatTable {
    return (this.#format ??= this.#tables.format(this.#operation));
  }
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
