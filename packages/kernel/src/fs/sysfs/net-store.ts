import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { DeviceConfig } from '../../net/core/dev-config.ts';
import type { DeviceStates } from '../../net/core/dev-state.ts';
import { isRunning } from '../../net/core/link-watch.ts';
import type { Rtnl } from '../../net/core/rtnl.ts';
import type { Credentials } from '../../net/core/sock.ts';
import { encodeText } from '../../text.ts';
import { parseUlong } from '../number.ts';

/** What {@link DeviceStore} stands on. */
export interface DeviceStoreDeps {
  readonly config: DeviceConfig;
  readonly states: DeviceStates;
  readonly rtnl: Rtnl;
}

/**
 * What writing to the files of `/sys/class/net/DEV` does: the store functions of net/core/net-sysfs.c.
 */
export class DeviceStore {
  readonly #deps: DeviceStoreDeps;
  readonly #stores: Readonly<Record<string, (dev: net_device, value: bigint) => number>>;

  constructor(deps: DeviceStoreDeps) {
    this.#deps = deps;
    const { config, states } = deps;
    this.#stores = {
      mtu: (dev, value) => config.setMtuLogged(dev, Number(BigInt.asIntN(32, value))),
      flags: (dev, value) => states.changeFlags(dev, Number(BigInt.asIntN(32, value))),
      tx_queue_len: (dev, value) => config.setTxQueueLen(dev, value > 0x7fff_ffffn ? -1 : Number(value)),
      netdev_group: (dev, value) => {
        dev.group = Number(BigInt.asUintN(32, value));
        return 0;
      },
      proto_down: (dev, value) => config.changeProtoDown(dev, value !== 0n),
      carrier: (dev, value) => (isRunning(dev) ? config.changeCarrier(dev, value !== 0n) : -errno.EINVAL),
    };
  }

  /** Whether a file may be written to. */
  has(name: string): boolean {
    return name === 'ifalias' || Object.hasOwn(this.#stores, name);
  }

  /** Writes to a file: 0 or a negative errno. */
  write(dev: net_device, name: string, text: string, credentials: Credentials): number {
    // From net/core/net-sysfs.c:carrier_store, which looks at the driver first.
    if (name === 'carrier' && (dev.netdev_ops?.ndo_change_carrier ?? null) === null) return -errno.EOPNOTSUPP;
    if (!credentials.netAdmin) return -errno.EPERM;
    if (name === 'ifalias') return this.#setAlias(dev, text.endsWith('\n') ? text.slice(0, -1) : text);
    const value = parseUlong(text);
    if (typeof value === 'string') return -errno[value];
    return this.#deps.rtnl.locked(() => this.#stores[name]?.(dev, value) ?? -errno.EACCES);
  }

  #setAlias(dev: net_device, alias: string): number {
    const { config, states, rtnl } = this.#deps;
    return rtnl.locked(() => {
      const error = config.setAlias(dev, alias, encodeText(alias).length);
      if (error === 0) states.stateChange(dev);
      return error;
    });
  }
}
