import { skb_shared_data, type skb_data_pool } from '@netdevkit/bindings/raw';

/**
 * Regions of one size for packets' data, cut from slabs. The last one that was put back is the first to be taken: it is
 * still in the cache.
 */
export class RegionPool implements skb_data_pool {
  /** Octets of a region. */
  readonly size: number;
  readonly #perSlab: number;
  #free: skb_shared_data | null = null;

  /**
   * @param size - octets of a region
   * @param perSlab - how many are made at a time
   */
  constructor(size: number, perSlab: number) {
    this.size = size;
    this.#perSlab = perSlab;
  }

  /** A region with one user. */
  take(): skb_shared_data {
    const region = this.#free ?? this.#addSlab();
    this.#free = region.next;
    region.dataref = 1;
    return region;
  }

  put(region: skb_shared_data): void {
    region.next = this.#free;
    this.#free = region;
  }

  #addSlab(): skb_shared_data {
    const bytes = new Uint8Array(this.size * this.#perSlab);
    const view = new DataView(bytes.buffer);
    let first: skb_shared_data | null = null;
    for (let i = this.#perSlab - 1; i > 0; i--) {
      const region = new skb_shared_data(bytes, view, i * this.size, this.size, this);
      region.next = first;
      first = region;
    }
    const region = new skb_shared_data(bytes, view, 0, this.size, this);
    region.next = first;
    return region;
  }
}
