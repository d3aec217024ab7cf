import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { KernelSocket, KernelSocketConfig } from './netlink-sock.ts';

/** What {@link PernetSockets} stands on. */
export interface PernetSocketsDeps {
  readonly netlink: {
    createKernelSocket(namespace: Net, protocol: number, config: KernelSocketConfig): KernelSocket | number;
    release(socket: KernelSocket): void;
  };
  readonly namespaces: Namespaces;
}

/** The kernel's sockets of a protocol, one for each namespace, opened and closed with it; iterated in the order of their opening. */
export class PernetSockets {
  readonly #sockets = new Map<Net, KernelSocket>();

  /**
   * Namespaces are served that are made after this.
   *
   * @param open - what the socket of a namespace does
   * @param failure - the errno that a namespace cannot be made with, whatever failed; by default what did
   */
  constructor({ netlink, namespaces }: PernetSocketsDeps, protocol: number, open: (namespace: Net) => KernelSocketConfig, failure?: number) {
    namespaces.register({
      init: (namespace) => {
        const socket = netlink.createKernelSocket(namespace, protocol, open(namespace));
        if (typeof socket === 'number') return failure ?? socket;
        this.#sockets.set(namespace, socket);
        return 0;
      },
      exit: (namespace) => {
        const socket = this.#sockets.get(namespace);
        this.#sockets.delete(namespace);
        if (socket !== undefined) netlink.release(socket);
      },
    });
  }

  /** A namespace that goes has none. */
  of(namespace: Net): KernelSocket | undefined {
    return this.#sockets.get(namespace);
  }

  [Symbol.iterator](): IterableIterator<KernelSocket> {
    return this.#sockets.values();
  }
}
