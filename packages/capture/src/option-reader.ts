import { AnyOption } from './block-types.ts';
import type { ClockUnit } from './clock-unit.ts';
import type { CaptureTime } from './packet-view.ts';
import type { RawOption, TypedOctets } from './raw-option.ts';

interface Decoder {
  decode(bytes: Uint8Array): string;
}

// Every platform has it, but the language's own library does not declare it.
declare const TextDecoder: new (label: string, options: { readonly ignoreBOM: boolean }) => Decoder;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Walks the options of a block of pcapng. It ends at the option that says so, or where no whole one follows.
 */
export class OptionReader {
  /** The option's code. */
  code = 0;
  /** The value's length in octets. */
  length = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #end: number;
  #next: number;
  #value = 0;

  /**
   * @param bytes - what holds the options
   * @param view - the same octets
   * @param little - whether integers are little-endian
   * @param start - where the options start
   * @param end - where they end
   */
  constructor(bytes: Uint8Array, view: DataView, little: boolean, start: number, end: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.#little = little;
    this.#next = start;
    this.#end = end;
  }

  /** Goes to the next option; gives whether there is one. */
  next(): boolean {
    const at = this.#next;
    if (this.#end - at < 4) return false;
    const code = this.#view.getUint16(at, this.#little);
    const length = this.#view.getUint16(at + 2, this.#little);
    if (code === AnyOption.END || length > this.#end - at - 4) return false;
    this.code = code;
    this.length = length;
    this.#value = at + 4;
    this.#next = at + 4 + ((length + 3) & ~3);
    return true;
  }

  /** The value as a string. */
  text(): string {
    return this.#decode(0);
  }

  /** The value as a filter: `undefined` when it is not text. */
  filter(): string | undefined {
    return this.length > 0 && this.#bytes[this.#value] === 0 ? this.#decode(1) : undefined;
  }

  /** The value, as a copy. */
  octets(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#value, this.#value + this.length));
  }

  /** The value as a kind and octets; nothing when it is empty. */
  typed(): TypedOctets[] {
    const octets = this.octets();
    const [type] = octets;
    return type === undefined ? [] : [{ type, bytes: octets.subarray(1) }];
  }

  /** The option as it is. */
  raw(): RawOption {
    return { code: this.code, bytes: this.octets() };
  }

  /** The value as a time: upper half first, whatever the byte order. */
  time(clock: ClockUnit): CaptureTime | undefined {
    if (this.length < 8) return undefined;
    clock.convert(this.#view.getUint32(this.#value, this.#little), this.#view.getUint32(this.#value + 4, this.#little));
    return { seconds: clock.seconds, nanoseconds: clock.nanoseconds };
  }

  /** The value as an octet. */
  u8(): number | undefined {
    return this.length < 1 ? undefined : this.#view.getUint8(this.#value);
  }

  /** The value as a 32-bit integer. */
  u32(): number | undefined {
    return this.length < 4 ? undefined : this.#view.getUint32(this.#value, this.#little);
  }

  /** The value as a 64-bit integer. */
  u64(): bigint | undefined {
    return this.length < 8 ? undefined : this.#view.getBigUint64(this.#value, this.#little);
  }

  /** The value as a signed 64-bit integer, as near as a number comes. */
  s64(): number | undefined {
    return this.length < 8 ? undefined : Number(this.#view.getBigInt64(this.#value, this.#little));
  }

  #decode(from: number): string {
    return decodeText(this.#bytes.subarray(this.#value + from, this.#value + this.length));
  }
}

/** Octets as UTF-8, up to a NUL: some writers count a final one. */
export function decodeText(bytes: Uint8Array): string {
  // A copy: not every decoder takes octets of a SharedArrayBuffer.
  const octets = new Uint8Array(bytes);
  const nul = octets.indexOf(0);
  return decoder.decode(nul === -1 ? octets : octets.subarray(0, nul));
}
