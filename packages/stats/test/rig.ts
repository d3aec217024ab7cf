import type { kernel, net_device, net_device_ops } from '@netdevkit/bindings/raw';
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions } from '@netdevkit/kernel';
import { defineModule } from '@netdevkit/module';
import { rawModuleUnsafe } from '@netdevkit/module/unsafe';
import { readLinkStats64, type LinkStats64, type PcpuStatKind, type PcpuStats } from '../src/index.ts';
import { declareStatsUnsafe } from '../src/unsafe.ts';

/** A driver that does nothing but consume. */
const OPS: net_device_ops = {
  ndo_init: null,
  ndo_uninit: null,
  ndo_open: null,
  ndo_stop: null,
  ndo_start_xmit: (skb) => {
    skb.kernel.consume_skb(skb);
    return 0;
  },
  ndo_set_rx_mode: null,
  ndo_set_mac_address: null,
  ndo_validate_addr: null,
  ndo_change_mtu: null,
  ndo_get_stats64: null,
  ndo_change_carrier: null,
  ndo_change_proto_down: null,
  ndo_select_queue: null,
  ndo_get_iflink: null,
  ndo_fix_features: null,
  ndo_set_features: null,
  ndo_tx_timeout: null,
};

/** A device and its counters. */
export interface Counted<K extends PcpuStatKind> {
  readonly dev: net_device;
  readonly stats: PcpuStats[K];
}

/** A kernel with devices whose counters are declared one way or another. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly raw: kernel;
  readonly ip: IpRoute;
  readonly #devices: net_device[] = [];

  constructor(options: KernelOptions = {}) {
    this.kernel = new Kernel({ trackLeaks: true, clock: new ManualClock(1), ...options });
    let found: kernel | undefined;
    this.kernel.insmod(
      defineModule({
        name: 'way-in',
        authors: [],
        description: '',
        license: 'MIT',
        alias: [],
        init: (module) => {
          found = rawModuleUnsafe(module).kernel;
          return { [Symbol.dispose]: () => undefined };
        },
      }),
    );
    if (found === undefined) throw new Error('init was not called');
    this.raw = found;
    this.ip = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  }

  /** A device that is set up and not registered. */
  allocate<K extends PcpuStatKind>(kind: K, ops: Partial<net_device_ops> = {}): Counted<K> {
    let stats: PcpuStats[K] | undefined;
    const dev = this.raw.alloc_netdev_mqs(
      this.kernel.initialNamespace.net(),
      `${kind}%d`,
      (fresh) => {
        stats = declareStatsUnsafe(fresh, kind);
        fresh.netdev_ops = { ...OPS, ...ops };
        fresh.needs_free_netdev = true;
        return 0;
      },
      1,
      1,
    );
    if (typeof dev === 'number') throw new Error(`alloc_netdev_mqs: ${String(dev)}`);
    this.#devices.push(dev);
    // CAST: setup has run; for "none" the handle is undefined.
    return { dev, stats: stats as PcpuStats[K] };
  }

  /** A device that is registered. */
  device<K extends PcpuStatKind>(kind: K, ops: Partial<net_device_ops> = {}): Counted<K> {
    const counted = this.allocate(kind, ops);
    const error = this.raw.register_netdev(counted.dev);
    if (error < 0) throw new Error(`register_netdev: ${String(error)}`);
    return counted;
  }

  /** Ends a device. */
  remove(dev: net_device): void {
    if (dev.reg_state === 1) this.raw.unregister_netdev(dev);
    else if (dev.reg_state === 0) this.raw.free_netdev(dev);
  }

  /** What the core reports of a device, as far as it is not 0. */
  reported(dev: net_device): Partial<LinkStats64> {
    const storage = new BigUint64Array(25).fill(99n);
    this.raw.dev_get_stats(dev, storage);
    return Object.fromEntries(Object.entries(readLinkStats64(storage)).filter(([, value]) => value !== 0n));
  }

  /** Has the core transmit a packet. */
  transmit(dev: net_device): number {
    const skb = this.raw.alloc_skb(10);
    if (skb === null) throw new Error('no memory');
    this.raw.skb_put(skb, 10);
    skb.dev = dev;
    return this.raw.dev_queue_xmit(skb);
  }

  [Symbol.dispose](): void {
    for (const dev of this.#devices) this.remove(dev);
    this.ip[Symbol.dispose]();
    this.kernel.close();
  }
}
