import { IFF_UP } from '@netdevkit/bindings';
import { MAX_ADDR_LEN, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';

/** An address that a device was asked to listen to: `struct netdev_hw_addr`. */
export interface ListedAddress {
  readonly address: Uint8Array;
  /** How often it was asked for. */
  users: number;
  /** Whether one of the users is a program that asked for it of the device itself, which counts once. */
  global: boolean;
}

/**
 * The addresses of one kind that devices listen to beside their own: `dev->mc` or `dev->uc` (net/core/dev_addr_lists.c). Under
 * RTNL.
 */
export class AddressList {
  readonly #lists = new Map<net_device, ListedAddress[]>();

  /** The addresses of a device, in the order in which they came. */
  of(dev: net_device): readonly ListedAddress[] {
    return this.#lists.get(dev) ?? [];
  }

  /** `dev_mc_add`, `dev_uc_add`: 0, -EINVAL. */
  add(dev: net_device, address: Uint8Array): number {
    const known = this.#find(dev, address);
    if (known !== undefined) known.users++;
    else if (!this.#append(dev, address, false)) return -errno.EINVAL;
    setRxMode(dev);
    return 0;
  }

  /** `dev_mc_del`, `dev_uc_del`: 0, -ENOENT. */
  remove(dev: net_device, address: Uint8Array): number {
    const known = this.#find(dev, address);
    if (known === undefined) return -errno.ENOENT;
    this.#release(dev, known);
    setRxMode(dev);
    return 0;
  }

  /** `dev_mc_add_global`: 0, -EINVAL. */
  addGlobal(dev: net_device, address: Uint8Array): number {
    const known = this.#find(dev, address);
    if (known === undefined) {
      if (!this.#append(dev, address, true)) return -errno.EINVAL;
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
    this.#release(dev, known);
    setRxMode(dev);
    return 0;
  }

  /** `dev_mc_add_excl`, `dev_uc_add_excl`: 0, -EEXIST, -EINVAL. */
  addExclusive(dev: net_device, address: Uint8Array): number {
    if (this.#find(dev, address) !== undefined) return -errno.EEXIST;
    return this.addGlobal(dev, address);
  }

  /** Forgets a device that has gone: `dev_mc_flush`, `dev_uc_flush`. */
  forget(dev: net_device): void {
    this.#lists.delete(dev);
  }

  #append(dev: net_device, address: Uint8Array, global: boolean): boolean {
    if (dev.addr_len > MAX_ADDR_LEN) return false;
    const own = new Uint8Array(dev.addr_len);
    own.set(address.subarray(0, dev.addr_len));
    this.#lists.set(dev, [...this.of(dev), { address: own, users: 1, global }]);
    return true;
  }

  #release(dev: net_device, known: ListedAddress): void {
    if (--known.users > 0) return;
    const rest = this.of(dev).filter((entry) => entry !== known);
    if (rest.length === 0) this.#lists.delete(dev);
    else this.#lists.set(dev, rest);
  }

  #find(dev: net_device, address: Uint8Array): ListedAddress | undefined {
    return this.of(dev).find((entry) => entry.address.every((octet, i) => octet === (address[i] ?? 0)));
  }
}

/** What devices listen to beside their own addresses. */
export class AddressLists {
  /** `dev->uc`. */
  readonly unicast: AddressList = new AddressList();
  /** `dev->mc`. */
  readonly multicast: AddressList = new AddressList();

  /** Forgets a device that has gone. */
  forget(dev: net_device): void {
    this.unicast.forget(dev);
    this.multicast.forget(dev);
  }
}

/** `__dev_set_rx_mode`. */
function setRxMode(dev: net_device): void {
  if ((dev.flags & IFF_UP) !== 0) dev.netdev_ops?.ndo_set_rx_mode?.(dev);
}
