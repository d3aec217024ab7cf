import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions, type NetNamespace } from '@netdevkit/kernel';
import { defineModule } from '@netdevkit/module';
import { DeviceType, Flags, PrivFlags, type Device, type DeviceSetup } from '@netdevkit/netdevice';
import { register, type Driver } from '@netdevkit/rtnl';
import { Tap } from '../src/index.ts';

/** What each device of the test's kind has. */
export interface State {
  readonly tap: Tap;
}

/** The driver of the tests: a monitor like nlmon, with what the test is about. */
export type Monitor = Driver<State, 'tstats'>;

/** A monitor that taps while it is up. */
export function monitor(more: Partial<Monitor> = {}): Monitor {
  return {
    kind: 'mon',
    pcpuStats: 'tstats',
    createState: () => ({ tap: new Tap() }),
    setup: (dev: DeviceSetup) => {
      dev.setType(DeviceType.NETLINK);
      dev.setFlags(Flags.NOARP);
      dev.addPrivFlags(PrivFlags.NO_QUEUE);
      dev.setLltx(true);
    },
    open: (dev, state) => state.tap.add(dev),
    stop: (_dev, state) => state.tap.remove(),
    startXmit: (skb, dev: Device<'tstats'>) => {
      dev.stats.rxAdd(skb.len);
      return skb.consume();
    },
    ...more,
  };
}

/** A kernel with the driver loaded. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  readonly #clients: IpRoute[] = [];

  constructor(driver: Monitor, options: KernelOptions = {}) {
    this.kernel = new Kernel({ trackLeaks: true, clock: new ManualClock(1_700_000_000), ...options });
    this.kernel.insmod(
      defineModule({ name: 'driver', authors: [], description: '', license: 'MIT', alias: [], init: (module) => register(module, driver) }),
    );
    this.ip = this.client(this.kernel.initialNamespace);
  }

  client(namespace: NetNamespace): IpRoute {
    const client = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    this.#clients.push(client);
    return client;
  }

  /** How often the driver's module is pinned. */
  get pinned(): number {
    return this.kernel.lsmod().find(({ name }) => name === 'driver')?.refcnt ?? -1;
  }

  /** How many packets each device of a namespace gets while something happens. */
  seen(action: () => void, namespace: NetNamespace = this.kernel.initialNamespace): number[] {
    using socket = this.kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL, { namespace });
    action();
    const devices: number[] = [];
    socket.drain((_bytes, _offset, _length, { ifindex }) => void devices.push(ifindex));
    return devices;
  }

  /** What the log warns of, or worse. */
  get warnings(): string[] {
    return this.kernel.dmesg().filter(({ level }) => level <= 4).map(({ text }) => text);
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }
}

/** What something throws. */
export function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
