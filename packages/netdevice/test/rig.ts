import { AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { NETREG, type net_device, type rtnl_link_ops } from '@netdevkit/bindings/raw';
import { toResult } from '@netdevkit/errno';
import { IpRoute, type Link, type LinkSpec, type Monitor } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions, type NetNamespace, type PacketSocket } from '@netdevkit/kernel';
import { defineModule, type Module, type ThisModule } from '@netdevkit/module';
import { rawModuleUnsafe } from '@netdevkit/module/unsafe';
import type { PcpuStatKind } from '@netdevkit/stats';
import { DeviceType, Flags, PrivFlags, type DeviceSetup, type Operations } from '../src/index.ts';
import { bindDriverUnsafe } from '../src/unsafe.ts';

/** What a link kind is made of: `@netdevkit/rtnl` has the real one, which stands above this package. */
export interface TestDriver<S extends object, K extends PcpuStatKind> extends Operations<S, K> {
  createState(): S;
  setup?(dev: DeviceSetup): void;
}

/** The least that a driver is. */
export const BASE = {
  pcpuStats: 'tstats',
  createState: (): object => ({}),
  startXmit: (skb) => skb.consume(),
} as const satisfies TestDriver<object, 'tstats'>;

/** What devices are set up to, before a driver's own setup. */
function commonSetup(dev: DeviceSetup): void {
  dev.setType(DeviceType.NONE);
  dev.setFlags(Flags.NOARP);
  dev.addPrivFlags(PrivFlags.NO_QUEUE);
  dev.setMtu(1500);
  dev.setMaxMtu(9000);
}

/** A kernel that knows the kind `test`, whose driver is under test. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  /** The raw devices that setup has met, in order. */
  readonly raws: net_device[] = [];
  readonly #clients: IpRoute[] = [];

  constructor(driver: TestDriver<object, PcpuStatKind>, options: KernelOptions = {}) {
    const module = this.#module(driver);
    this.kernel = new Kernel({ modules: [module], trackLeaks: true, clock: new ManualClock(1_700_000_000), ...options });
    this.ip = this.client(this.kernel.initialNamespace);
  }

  client(namespace: NetNamespace): IpRoute {
    const client = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    this.#clients.push(client);
    return client;
  }

  /** Makes a device: `test0` and so on. */
  add(spec: Partial<LinkSpec> = {}): void {
    this.ip.link.add({ kind: 'test', ...spec });
  }

  /** The devices of the kind. */
  get links(): Link[] {
    return this.ip.link.list({ kind: 'test' });
  }

  /** A socket that sends through a device. Asks nobody for the index: that would make packets, too. */
  sender(device = 'test0'): PacketSocket {
    const dev = this.raws.find(({ name, reg_state }) => name === device && reg_state === NETREG.REGISTERED);
    const socket = this.kernel.socket(AF_PACKET, SOCK_RAW, 0);
    socket.bind({ ifindex: dev?.ifindex ?? -1 });
    return socket;
  }

  /** Has a device transmit a packet of so many octets. */
  transmit(length = 10, device = 'test0'): void {
    using socket = this.sender(device);
    socket.send(new Uint8Array(length).fill(length));
  }

  /** What the log says at the level of errors, or worse. */
  get complaints(): string[] {
    return this.kernel.dmesg().filter(({ level }) => level <= 3).map(({ text }) => text);
  }

  /** Closes the clients, then the kernel, which throws when anything is left over. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }

  #module(driver: TestDriver<object, PcpuStatKind>): Module {
    return defineModule({
      name: 'test-driver',
      authors: [],
      description: '',
      license: 'MIT',
      alias: ['rtnl-link-test'],
      init: (module) => {
        const ops = this.#ops(driver, module);
        toResult(ops.owner.kernel.rtnl_link_register(ops), 'rtnl_link_register');
        return { [Symbol.dispose]: () => ops.owner.kernel.rtnl_link_unregister(ops) };
      },
    });
  }

  #ops(driver: TestDriver<object, PcpuStatKind>, module: ThisModule): rtnl_link_ops {
    const binding = bindDriverUnsafe(driver);
    return {
      kind: 'test',
      owner: rawModuleUnsafe(module),
      maxtype: 0,
      policy: null,
      setup: (raw) => {
        this.raws.push(raw);
        return binding.setup(
          raw,
          () => driver.createState(),
          (setup) => {
            commonSetup(setup);
            return driver.setup?.(setup);
          },
        );
      },
      validate: null,
      newlink: null,
      changelink: null,
      dellink: (raw) => raw.kernel.unregister_netdevice_queue(raw),
      get_size: null,
      fill_info: null,
      get_link_net: null,
      get_num_tx_queues: null,
      get_num_rx_queues: null,
    };
  }
}

/** What a monitor has heard: the kind of each message, with the link's name, flags that changed and state. */
export function heard(monitor: Monitor): Array<{ readonly type: string; readonly link: Link }> {
  const events: Array<{ type: string; link: Link }> = [];
  for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) {
    if (event.type === 'new' || event.type === 'del') events.push({ type: event.type, link: event.link });
  }
  return events;
}
