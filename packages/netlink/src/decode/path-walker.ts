import { NLA_HDRLEN } from '@netdevkit/bindings';
import type { Entry } from './entry.ts';
import type { Identity } from './identity.ts';
import type { SetTable, StructTable } from './tables.ts';
import type { MessageSpan } from './span.ts';
import { Walker } from './walker.ts';

/** Names the attribute at an offset: what an extended acknowledgement complains about. */
export class PathWalker extends Walker {
  readonly #path: string[] = [];
  /** The names of the lists that are open, where one is; `undefined` for objects in them. */
  readonly #lists: (string | undefined)[] = [];
  #name = '';
  #target = 0;
  #found: string | undefined;
  #foundPayload = -1;
  #foundSet: SetTable | undefined;

  /**
   * The attribute, or the member of a header, that an offset points to.
   *
   * @param message - the request
   * @param identity - what it is
   * @param offset - in octets from its start: of an attribute's header, or of something inside the attribute
   * @returns the names from the outside in, with dots between them; `undefined` if nothing is there
   */
  find(message: MessageSpan, identity: Identity, offset: number): string | undefined {
    this.#walk(message, identity, message.offset + offset);
    return this.#found;
  }

  /**
   * The attribute that is missing.
   *
   * @param message - the request
   * @param identity - what it is
   * @param nest - the offset of the nest where it should be; 0 for the level of the message itself
   * @param type - of the attribute
   */
  missing(message: MessageSpan, identity: Identity, nest: number, type: number): string | undefined {
    const nameIn = (set: SetTable | undefined): string => set?.entries[type]?.name ?? `#${String(type)}`;
    if (nest === 0) return nameIn(identity.format.set);
    this.#walk(message, identity, message.offset + nest);
    return this.#found === undefined ? undefined : `${this.#found}.${nameIn(this.#foundSet)}`;
  }

  #walk({ bytes, view, offset, length }: MessageSpan, { format, start }: Identity, target: number): void {
    this.reset(bytes, view);
    this.#path.length = 0;
    this.#lists.length = 0;
    this.#target = target;
    this.#found = undefined;
    this.#foundPayload = -1;
    this.#foundSet = undefined;
    this.format(format, Math.min(start, offset + length), offset + length);
  }

  /** What is named last is innermost. */
  #note(name: string, at: number, length: number, header: number): void {
    this.#name = name;
    if (this.#target < at - header || this.#target >= at + Math.max(length, 1)) return;
    this.#found = [...this.#path, name].join('.');
    this.#foundPayload = at;
    this.#foundSet = undefined;
  }

  protected override attributes(table: SetTable | undefined, start: number, end: number, header?: StructTable, headerAt?: number): void {
    if (start === this.#foundPayload) this.#foundSet = table;
    super.attributes(table, start, end, header, headerAt);
  }

  protected override name(entry: Entry, _nth: number, at: number, length: number): void {
    this.#note(entry.name, at, length, entry.type < 0 ? 0 : NLA_HDRLEN);
  }

  protected override rawName(type: number, _nth: number, at: number, length: number): void {
    this.#note(`#${String(type)}`, at, length, NLA_HDRLEN);
  }

  protected override plainName(name: string): void {
    this.#name = name;
  }

  protected override open(): void {
    // Elements of a list have its name.
    this.#path.push(this.#lists.at(-1) ?? this.#name);
    this.#lists.push(undefined);
  }

  protected override close(): void {
    this.#lists.pop();
    this.#path.pop();
  }

  protected override openList(): void {
    this.#lists.push(this.#lists.at(-1) ?? this.#name);
  }

  protected override closeList(): void {
    this.#lists.pop();
  }

  protected override value(): void {
    // Names and places are all that counts.
  }

  protected override hex(): void {
    // As above.
  }

  protected override count(): void {
    // As above.
  }
}
