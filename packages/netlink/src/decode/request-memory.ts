/** A request longer than this is not remembered: it is not kept to be shown, but to name one attribute. */
const MAX_LENGTH = 8192;
const SLOTS = 256;

class Slot {
  protocol = -1;
  pid = 0;
  seq = 0;
  length = 0;
  octets: Uint8Array = new Uint8Array(0);
}

/**
 * Some of the last requests of a capture, so that an acknowledgement which does not repeat its request can still say which
 * attribute was wrong. A request forgets an older one that shares its place.
 */
export class RequestMemory {
  readonly #slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);

  /**
   * Remembers a request.
   *
   * @param protocol - `NETLINK_*`
   * @param pid - the port that sent it
   * @param seq - its number
   * @param bytes - what holds the whole message; it is copied
   * @param offset - where it starts
   * @param length - its octets
   */
  add(protocol: number, pid: number, seq: number, bytes: Uint8Array, offset: number, length: number): void {
    if (length > MAX_LENGTH) return;
    const index = slotOf(protocol, pid, seq);
    const slot = (this.#slots[index] ??= new Slot());
    slot.protocol = protocol;
    slot.pid = pid;
    slot.seq = seq;
    slot.length = length;
    if (slot.octets.length < length) slot.octets = new Uint8Array((length + 255) & ~255);
    slot.octets.set(bytes.subarray(offset, offset + length));
  }

  /** The request that was sent so; programs leave their port out at times, so 0 is tried too. */
  find(protocol: number, pid: number, seq: number): Uint8Array | undefined {
    return this.#get(protocol, pid, seq) ?? this.#get(protocol, 0, seq);
  }

  #get(protocol: number, pid: number, seq: number): Uint8Array | undefined {
    const slot = this.#slots[slotOf(protocol, pid, seq)];
    if (slot?.protocol !== protocol || slot.pid !== pid || slot.seq !== seq) return undefined;
    return slot.octets.subarray(0, slot.length);
  }
}

function slotOf(protocol: number, pid: number, seq: number): number {
  const hash = Math.imul(Math.imul(protocol + 1, 0x9e3779b1) ^ pid, 0x85ebca6b) ^ Math.imul(seq, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
