import { FieldReader, printable, valueText, type JsonValue, type PacketCursor } from '@netdevkit/netlink';
import type { TextOutput } from '../output.ts';
import type { Printer } from './printer.ts';

/** Prints some fields of each message: with tabs between them, or as a JSON object. */
export class FieldsPrinter implements Printer {
  readonly #output: TextOutput;
  readonly #reader: FieldReader;
  readonly #isJson: boolean;

  /**
   * @param output - where the lines go
   * @param fields - the fields' names, as in filters
   * @param isJson - whether to print objects
   * @throws FilterError: there is no such field
   */
  constructor(output: TextOutput, fields: readonly string[], isJson: boolean) {
    this.#output = output;
    this.#reader = new FieldReader(fields);
    this.#isJson = isJson;
  }

  /** Prints a line. */
  print(cursor: PacketCursor): void {
    const values = this.#reader.read(cursor);
    this.#output.write(`${this.#isJson ? this.#object(values) : values.map((value) => fieldText(value)).join('\t')}\n`);
  }

  /** Passes on what was printed. */
  flush(): void {
    this.#output.flush();
  }

  #object(values: readonly (JsonValue | undefined)[]): string {
    const members = values.flatMap((value, index) => (value === undefined ? [] : [`${JSON.stringify(this.#reader.names[index] ?? '')}:${JSON.stringify(value)}`]));
    return `{${members.join(',')}}`;
  }
}

/** A value without quotes: only a tab or the end of the line ends it. */
function fieldText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? printable(value) : valueText(value);
}
