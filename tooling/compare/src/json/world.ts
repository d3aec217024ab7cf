import type { DecodedMessage } from '@netdevkit/netlink';
import { isMessage, type SeenPacket } from '../capture.ts';

/** What a capture tells of the machine up to a packet: commands print names where messages have numbers. */
export class World {
  readonly #devices: Map<number, string> = new Map();
  readonly #down: Set<number> = new Set();
  #at = 0;

  /**
   * Learns what packets say.
   *
   * @param packets - the capture's, the same each time
   * @param last - the number of the last frame to look at
   */
  learn(packets: readonly SeenPacket[], last: number): void {
    for (; this.#at < packets.length && (packets[this.#at]?.frame ?? Infinity) <= last; this.#at++) {
      for (const { decoded } of packets[this.#at]?.messages ?? []) if (isMessage(decoded)) this.#message(decoded);
    }
  }

  #message({ type, header, attrs }: DecodedMessage): void {
    if (type !== 'RTM_NEWLINK') return;
    const index = header?.['ifi-index'];
    const name = attrs?.['ifname'];
    if (typeof index !== 'number' || index <= 0 || typeof name !== 'string') return;
    this.#devices.set(index, name);
    const flags = header?.['ifi-flags'];
    if (Array.isArray(flags) && !flags.includes('up')) this.#down.add(index);
    else this.#down.delete(index);
  }

  /**
   * Whether a device is known not to be up.
   *
   * @param index - its number
   */
  isDown(index: unknown): boolean {
    return typeof index === 'number' && this.#down.has(index);
  }

  /**
   * The name of a device.
   *
   * @param index - its number
   * @returns `undefined` if none has it
   */
  deviceName(index: unknown): string | undefined {
    return typeof index === 'number' ? this.#devices.get(index) : undefined;
  }

  /**
   * The number of a device.
   *
   * @param name - its name
   */
  deviceIndex(name: unknown): number | undefined {
    return [...this.#devices].find(([, other]) => other === name)?.[0];
  }
}
