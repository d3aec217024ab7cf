import { AnyOption } from './block-types.ts';
import type { RawOption, TypedOctets } from './raw-option.ts';

// Every platform has it, but the language's own library does not declare it.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const encoder = new TextEncoder();

/** Text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

const LONGEST = 0xffff;

/**
 * Collects the options of one block of pcapng, in its form on the wire.
 *
 * ```
 * | code u16 | length u16 | value | pad to 4 | … | 0 u16 | 0 u16 |
 * ```
 */
export class OptionList {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** The octets of all options with the one that ends them; 0 when there are none. */
  get length(): number {
    return this.#length === 0 ? 0 : this.#length + 4;
  }

  /**
   * @throws RangeError: longer than 65535 octets
   */
  bytes(code: number, value: Uint8Array): void {
    if (value.length > LONGEST) {
      throw new RangeError(`option ${String(code)}: expected at most ${String(LONGEST)} octets, got ${String(value.length)}`);
    }
    const part = new Uint8Array(4 + value.length + (-value.length & 3));
    const view = new DataView(part.buffer);
    view.setUint16(0, code, true);
    view.setUint16(2, value.length, true);
    part.set(value, 4);
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** A string in UTF-8, without a NUL. Left out when `undefined`. */
  text(code: number, value: string | undefined): void {
    if (value !== undefined) this.bytes(code, encoder.encode(value));
  }

  /** Strings, each an option. */
  texts(code: number, values: readonly string[] | undefined): void {
    for (const value of values ?? []) this.text(code, value);
  }

  /** A 32-bit integer. Left out when `undefined`. */
  u32(code: number, value: number | undefined): void {
    if (value === undefined) return;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.bytes(code, bytes);
  }

  /** Values that begin by saying of which kind they are. */
  typed(code: number, values: readonly TypedOctets[] | undefined): void {
    for (const { type, bytes } of values ?? []) this.bytes(code, Uint8Array.of(type, ...bytes));
  }

  /** Options as they are. */
  raw(options: readonly RawOption[] | undefined): void {
    for (const { code, bytes } of options ?? []) this.bytes(code, bytes);
  }

  /** A 64-bit integer. Left out when `undefined`. */
  u64(code: number, value: number | bigint | undefined): void {
    if (value === undefined) return;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    this.bytes(code, bytes);
  }

  /** A time: upper half first, whatever the byte order. */
  time(code: number, high: number, low: number): void {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, high, true);
    view.setUint32(4, low, true);
    this.bytes(code, bytes);
  }

  /** A capture filter, as its text. */
  filter(code: number, value: string | undefined): void {
    if (value === undefined) return;
    const text = encoder.encode(value);
    const bytes = new Uint8Array(1 + text.length);
    bytes.set(text, 1);
    this.bytes(code, bytes);
  }

  /**
   * Writes the options and what ends them.
   *
   * @param target - has {@link length} octets at `at`
   * @param at - where to
   */
  copyTo(target: Uint8Array, at: number): void {
    if (this.#length === 0) return;
    for (const part of this.#parts) {
      target.set(part, at);
      at += part.length;
    }
    target.fill(AnyOption.END, at, at + 4);
  }
}
