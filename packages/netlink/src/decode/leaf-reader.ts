import { AddressTexts } from './address-texts.ts';
import type { Entry } from './entry.ts';
import type { JsonValue } from './json-value.ts';
import { Kind } from './kind.ts';
import { leafValue } from './leaf-value.ts';
import type { ShortStrings } from './short-strings.ts';

/** Reads values as `leafValue` does, and remembers addresses: the same come in message after message. */
export class LeafReader {
  /** The addresses that it remembers. */
  readonly addresses: AddressTexts = new AddressTexts();
  readonly #strings: ShortStrings;

  /**
   * @param strings - remembers short ones
   */
  constructor(strings: ShortStrings) {
    this.#strings = strings;
  }

  /**
   * What a field's octets say.
   *
   * @param entry - the field; no composite
   * @param bytes - what holds the octets
   * @param view - the same
   * @param at - where they start
   * @param length - their number, which fits the field
   */
  read(entry: Entry, bytes: Uint8Array, view: DataView, at: number, length: number): JsonValue {
    switch (entry.kind) {
      case 15 satisfies typeof Kind.MAC:
        return this.addresses.mac(bytes, view, at, length);
      case 16 satisfies typeof Kind.IPV4:
        return this.addresses.ipv4(bytes, view, at);
      case 17 satisfies typeof Kind.IPV6:
        return this.addresses.ipv6(bytes, view, at);
      case 18 satisfies typeof Kind.IP:
        return length === 4 ? this.addresses.ipv4(bytes, view, at) : this.addresses.ipv6(bytes, view, at);
      default:
        return leafValue(entry, bytes, view, at, length, this.#strings);
    }
  }
}
