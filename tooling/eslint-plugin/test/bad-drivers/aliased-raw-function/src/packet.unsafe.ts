import type { sk_buff } from '@netdevkit/bindings/raw';

/**
 * A packet.
 *
 * @remarks
 * # Invariants
 *
 * The raw skb is alive.
 */
export class Packet {
  readonly #raw: sk_buff;

  constructor(raw: sk_buff) {
    // INVARIANT: the caller hands a live skb over.
    this.#raw = raw;
  }

  free(): void {
    // SAFETY: the skb is alive by this class's invariant.
    const free = this.#raw.kernel.consume_skb;
    free(this.#raw);
  }
}

/**
 * Wraps an skb.
 *
 * # Safety
 *
 * - `raw` is alive and the caller's.
 */
export function wrapUnsafe(raw: sk_buff): Packet {
  return new Packet(raw);
}
