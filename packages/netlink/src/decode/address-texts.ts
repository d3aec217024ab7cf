import { ipv4Text, ipv6Text, macText } from './address-text.ts';

/** A power of two. */
const SLOTS = 512;
const SHIFT = 32 - Math.log2(SLOTS);
/** The words of an IPv6 address. */
const WORDS = 4;
const MULTIPLIER = 0x9e37_79b1 | 0;
const ETH_ALEN = 6;

/** Texts of addresses by their octets: of those that share a place the last is remembered. */
class Texts {
  readonly #words: Int32Array = new Int32Array(SLOTS * WORDS);
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  /** The text of an address, or '' if it is not known; `slot` is what {@link slotOf} says. */
  get(slot: number, first: number, second: number, third: number, fourth: number): string {
    const words = this.#words;
    const at = slot * WORDS;
    if (words[at] !== first || words[at + 1] !== second || words[at + 2] !== third || words[at + 3] !== fourth) return '';
    return this.#texts[slot] ?? '';
  }

  /** Remembers the text of an address. */
  set(slot: number, text: string, first: number, second: number, third: number, fourth: number): string {
    const words = this.#words;
    const at = slot * WORDS;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = third;
    words[at + 3] = fourth;
    this.#texts[slot] = text;
    return text;
  }
}

/** The place of an address. */
function slotOf(first: number, last: number): number {
  return Math.imul(first ^ Math.imul(last, MULTIPLIER) ^ (last >>> 15), MULTIPLIER) >>> SHIFT;
}

/** Addresses as text: one that comes in message after message is made once. */
export class AddressTexts {
  readonly #ipv4: Texts = new Texts();
  readonly #ipv6: Texts = new Texts();
  readonly #mac: Texts = new Texts();

  /** An IPv4 address. */
  ipv4(bytes: Uint8Array, view: DataView, at: number): string {
    const word = view.getInt32(at, true);
    const slot = slotOf(word, 0);
    return this.#ipv4.get(slot, word, 0, 0, 0) || this.#ipv4.set(slot, ipv4Text(bytes, at), word, 0, 0, 0);
  }

  /** An IPv6 address. */
  ipv6(bytes: Uint8Array, view: DataView, at: number): string {
    const first = view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    const third = view.getInt32(at + 8, true);
    const fourth = view.getInt32(at + 12, true);
    const slot = slotOf(first ^ third, second ^ fourth);
    return this.#ipv6.get(slot, first, second, third, fourth) || this.#ipv6.set(slot, ipv6Text(bytes, at), first, second, third, fourth);
  }

  /** A hardware address of any length. */
  mac(bytes: Uint8Array, view: DataView, at: number, length: number): string {
    if (length !== ETH_ALEN) return macText(bytes, at, length);
    const first = view.getInt32(at, true);
    const last = view.getUint16(at + 4, true);
    const slot = slotOf(first, last);
    return this.#mac.get(slot, first, last, 0, 0) || this.#mac.set(slot, macText(bytes, at, length), first, last, 0, 0);
  }
}
