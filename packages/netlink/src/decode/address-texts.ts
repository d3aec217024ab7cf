import { readString } from '../utf8.ts';
import { ipv4Host, ipv4Net, ipv6Text, macText } from './address-text.ts';
import { isText, textEnd } from './text-octets.ts';

/** A power of two. */
const SLOTS = 2048;
/** Networks of IPv4 whose beginnings are remembered: a power of two. */
const NETS = 64;
const SHIFT = 32 - Math.log2(SLOTS);
/** The words of an IPv6 address. */
const WORDS = 4;
const MULTIPLIER = 0x9e37_79b1 | 0;
const ETH_ALEN = 6;
const NET_MASK = 0xff_ffff;

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

/** The names of interfaces, with the NUL. */
const MOST_NAME = 16;

/** Up to four octets of a text, those behind it as zeros. */
function wordOf(view: DataView, at: number, length: number): number {
  return length >= 4 ? view.getInt32(at, true) : length <= 0 ? 0 : view.getInt32(at, true) & ((1 << (length << 3)) - 1);
}

/** The place of an address. */
function slotOf(first: number, last: number): number {
  return Math.imul(first ^ Math.imul(last, MULTIPLIER) ^ (last >>> 15), MULTIPLIER) >>> SHIFT;
}

/** Addresses and names as text: one that comes in message after message is made once. */
export class AddressTexts {
  readonly #names: Texts = new Texts();
  readonly #ipv4: Texts = new Texts();
  readonly #ipv6: Texts = new Texts();
  readonly #mac: Texts = new Texts();
  /** By place, the first three octets of an address as a little-endian number; -1 for none. */
  readonly #nets: Int32Array = new Int32Array(NETS).fill(-1);
  readonly #netTexts: string[] = new Array<string>(NETS).fill('');

  /** An IPv4 address. */
  ipv4(bytes: Uint8Array, view: DataView, at: number): string {
    const word = view.getInt32(at, true);
    const slot = slotOf(word, 0);
    return this.#ipv4.get(slot, word, 0, 0, 0) || this.#ipv4.set(slot, this.#net(bytes, at, word) + ipv4Host(bytes, at), word, 0, 0, 0);
  }

  /** The first three octets: many addresses of a dump have them in common, and each is put together of fewer texts then. */
  #net(bytes: Uint8Array, at: number, word: number): string {
    const net = word & NET_MASK;
    const slot = (net ^ (net >>> 8) ^ (net >>> 16)) & (NETS - 1);
    if (this.#nets[slot] === net) return this.#netTexts[slot] ?? '';
    const made = ipv4Net(bytes, at);
    this.#nets[slot] = net;
    this.#netTexts[slot] = made;
    return made;
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

  /**
   * A text: up to its first NUL, or its end.
   *
   * @returns `undefined` for octets that are none
   */
  text(bytes: Uint8Array, view: DataView, at: number, end: number): string | undefined {
    const length = end - at;
    if (length > MOST_NAME || length <= 0 || at + MOST_NAME > view.byteLength) return textOf(bytes, at, end);
    const first = wordOf(view, at, length);
    const second = wordOf(view, at + 4, length - 4);
    const third = wordOf(view, at + 8, length - 8);
    const fourth = wordOf(view, at + 12, length - 12);
    const slot = slotOf(first ^ third, second ^ fourth);
    const known = this.#names.get(slot, first, second, third, fourth);
    if (known !== '') return known;
    const made = textOf(bytes, at, end);
    return made === undefined || made === '' ? made : this.#names.set(slot, made, first, second, third, fourth);
  }
}

function textOf(bytes: Uint8Array, at: number, end: number): string | undefined {
  return isText(bytes, at, end) ? readString(bytes, at, textEnd(bytes, at, end)) : undefined;
}
