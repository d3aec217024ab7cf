import type { net_device, netdev_cmd } from '@netdevkit/bindings/raw';

/** What a subscriber answers: 0 to go on, a negative errno to veto where the event may be vetoed. */
export type NetdevNotifier = (event: netdev_cmd, dev: net_device, previous: string) => number;

/**
 * The chain of those who are told of devices: `netdev_chain` of net/core/dev.c.
 */
export class NetdevChain {
  readonly #chain: NetdevNotifier[] = [];

  /** Adds a subscriber; disposing the result removes it. */
  register(notifier: NetdevNotifier): Disposable {
    this.#chain.push(notifier);
    return {
      [Symbol.dispose]: () => {
        const at = this.#chain.indexOf(notifier);
        if (at !== -1) this.#chain.splice(at, 1);
      },
    };
  }

  /**
   * Tells everybody until one vetoes.
   *
   * @param previous - for CHANGENAME, the name before
   * @returns 0 or the veto
   */
  call(event: netdev_cmd, dev: net_device, previous = ''): number {
    for (const notifier of [...this.#chain]) {
      const error = notifier(event, dev, previous);
      if (error < 0) return error;
    }
    return 0;
  }
}
