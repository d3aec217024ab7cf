import { IFF_UP } from '@netdevkit/bindings';
import { MAX_ADDR_LEN, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';

/** An address that a device was asked to listen to: `struct netdev_hw_addr`. */
export interface MulticastAddress {
  readonly address: Uint8Array;
  /** How often it was asked for. */
  users: number;
  /** Whether one of the users is an ioctl, which counts once. */
  global: boolean;
}

/**
 * The multicast addresses of devices: `dev->mc` (net/core/dev_addr_lists.c). Under RTNL.
 */
export class DeviceMulticast {
  readonly #lists = new Map<net_device, MulticastAddress[]>();

  /** The addresses of a device, in the order in which they came. */
  of(dev: net_device): readonly MulticastAddress[] {
    return this.#lists.get(dev) ?? [];
  }

  /** `dev_mc_add_global`: 0, -EINVAL. */
  addGlobal(dev: net_device, address: Uint8Array): number {
    if (dev.addr_len > MAX_ADDR_LEN) return -errno.EINVAL;
    const known = this.#find(dev, address);
    if (known === undefined) {
      const own = new Uint8Array(dev.addr_len);
      own.set(address.subarray(0, dev.addr_len));
      const list = this.#lists.get(dev);
      const entry = { address: own, users: 1, global: true };
      if (list === undefined) this.#lists.set(dev, [entry]);
      else list.push(entry);
    } else if (!known.global) {
      known.global = true;
      known.users++;
    }
    setRxMode(dev);
    return 0;
  }

  /** `dev_mc_del_global`: 0, -ENOENT. */
  removeGlobal(dev: net_device, address: Uint8Array): number {
    const known = this.#find(dev, address);
    if (known?.global !== true) return -errno.ENOENT;
    known.global = false;
    if (--known.users === 0) {
      const rest = this.of(dev).filter((entry) => entry !== known);
      if (rest.length === 0) this.#lists.delete(dev);
      else this.#lists.set(dev, rest);
    }
    setRxMode(dev);
    return 0;
  }

  /** Forgets a device that has gone: `dev_mc_flush`. */
  forget(dev: net_device): void {
    this.#lists.delete(dev);
  }

  #find(dev: net_device, address: Uint8Array): MulticastAddress | undefined {
    return this.of(dev).find((entry) => entry.address.every((octet, i) => octet === (address[i] ?? 0)));
  }
}

/** `__dev_set_rx_mode`. */
function setRxMode(dev: net_device): void {
  if ((dev.flags & IFF_UP) !== 0) dev.netdev_ops?.ndo_set_rx_mode?.(dev);
}
