import { attributesOf, type Message } from '@netdevkit/netlink';
import { formatIpAddress } from './ip-address.ts';
import { formatLinkAddress } from './link-address.ts';
import type { RawAttribute } from './link.ts';
import { utf8Text } from './utf8.ts';

/**
 * The attributes of a message, to be taken by their types. One that is shorter than what is asked for counts as not sent;
 * of several with one type the last counts; those that nobody took are left over.
 */
export class Attributes {
  readonly #present = new Map<number, Uint8Array>();
  readonly #taken = new Set<number>();

  /** @param headerLength - of the family's header in octets, unpadded */
  constructor(message: Message, headerLength: number) {
    const cursor = attributesOf(message, headerLength);
    while (cursor.next()) this.#present.set(cursor.type, cursor.octets());
  }

  /** The payload, of at least `least` octets. */
  octets(type: number, least = 0): Uint8Array | undefined {
    const octets = this.#present.get(type);
    if (octets === undefined || octets.length < least) return undefined;
    this.#taken.add(type);
    return octets;
  }

  /** The payload as a view, of at least `least` octets. */
  view(type: number, least: number): DataView | undefined {
    const octets = this.octets(type, least);
    return octets === undefined ? undefined : new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  u8(type: number): number | undefined {
    return this.view(type, 1)?.getUint8(0);
  }

  u32(type: number): number | undefined {
    return this.view(type, 4)?.getUint32(0, true);
  }

  s32(type: number): number | undefined {
    return this.view(type, 4)?.getInt32(0, true);
  }

  /** A string, up to its NUL. */
  text(type: number): string | undefined {
    const octets = this.octets(type);
    return octets === undefined ? undefined : utf8Text(octets);
  }

  /** An address of the Internet: 4 or 16 octets. */
  ip(type: number): string | undefined {
    const octets = this.#present.get(type);
    if (octets?.length !== 4 && octets?.length !== 16) return undefined;
    this.#taken.add(type);
    return formatIpAddress(octets);
  }

  /** A link-layer address. */
  link(type: number): string | undefined {
    const octets = this.octets(type);
    return octets === undefined ? undefined : formatLinkAddress(octets);
  }

  /** What nobody took. */
  others(): RawAttribute[] {
    return [...this.#present].filter(([type]) => !this.#taken.has(type)).map(([type, bytes]) => ({ type, bytes }));
  }
}
