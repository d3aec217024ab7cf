import type { net_device } from '@netdevkit/bindings/raw';
import type { Devices } from '../core/dev.ts';
import type { Requester } from '../core/link-messages.ts';

/**
 * Devices that go together: the lists that C hands to `dellink` and then to `unregister_netdevice_many`.
 */
export class UnregisterQueue {
  readonly #devices: Devices;
  /** The list that is being gathered, `null` while none is. */
  #list: net_device[] | null = null;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  /** `unregister_netdevice_queue`: into the list that is being gathered, else the device goes at once. */
  add(dev: net_device): void {
    if (this.#list === null) this.#devices.unregister([dev], null);
    else this.#list.push(dev);
  }

  /**
   * Gathers a list, then lets all of it go.
   *
   * @param gather - calls {@link add}
   * @param requester - who asked for it
   */
  run(gather: () => void, requester: Requester | null): void {
    const outer = this.#list;
    const list: net_device[] = [];
    this.#list = list;
    try {
      gather();
    } finally {
      this.#list = outer;
    }
    if (list.length > 0) this.#devices.unregister(list, requester);
  }
}
