import { NETDEV_EVENT, NETREG, type kernel } from '@netdevkit/bindings/raw';
import type { Clock } from './clock.ts';
import { Loopback } from './drivers/loopback.ts';
import { Faults } from './faults.ts';
import type { Leak } from './leaks.ts';
import { Modules, type ModuleOptions, type ModuleSource } from './module.ts';
import { DeviceConfig } from './net/core/dev-config.ts';
import { DeviceIoctl } from './net/core/dev-ioctl.ts';
import { Receive } from './net/core/dev-receive.ts';
import { Transmit } from './net/core/dev-xmit.ts';
import { Devices } from './net/core/dev.ts';
import { DeviceExit } from './net/core/device-exit.ts';
import type { FilterContext } from './net/core/filter-load.ts';
import { Namespaces, type Net } from './net/core/net-namespace.ts';
import { NapiContexts } from './net/core/napi.ts';
import { NetdevChain } from './net/core/notifier.ts';
import { Rtnl } from './net/core/rtnl.ts';
import { SocketIoctl } from './net/core/sock-ioctl.ts';
import { SoftIrq } from './net/core/softirq.ts';
import { SkBuffs } from './net/core/skbuff.ts';
import { SockDiag } from './net/diag/sock-diag.ts';
import { ArpIoctl } from './net/ipv4/arp-ioctl.ts';
import { DevinetIoctl } from './net/ipv4/devinet-ioctl.ts';
import { FibIoctl } from './net/ipv4/fib-ioctl.ts';
import { FibLookup } from './net/ipv4/fib-lookup.ts';
import { AddrconfIoctl } from './net/ipv6/addrconf-ioctl.ts';
import { Genetlink } from './net/netlink/genetlink.ts';
import { Netlink } from './net/netlink/netlink.ts';
import { PacketSockets } from './net/packet/packet-sockets.ts';
import { LinkNotifier } from './net/rtnetlink/link-notifier.ts';
import { Rtnetlink } from './net/rtnetlink/rtnetlink.ts';
import { Sched } from './net/sched/sch-generic.ts';
import { Printk } from './printk.ts';
import { Timers } from './timers.ts';
import { deterministicRandom, systemRandom, type Random } from './random.ts';
import { RELEASE } from './release.ts';

/** What a {@link Subsystems} object is made from. */
export interface CoreOptions {
  readonly clock: Clock;
  /** By default the host's generator. */
  readonly random?: Random;
  readonly modules: ModuleSource;
  readonly moduleOptions?: ModuleOptions;
  readonly cpus: number;
  readonly tgid: number;
  readonly trackLeaks: boolean;
}

/**
 * The subsystems of one kernel, put together in the order in which they stand on each other.
 */
export abstract class Subsystems {
  readonly log: Printk;
  readonly faults: Faults = new Faults();
  readonly rtnl: Rtnl = new Rtnl();
  readonly chain: NetdevChain = new NetdevChain();
  readonly skbs: SkBuffs;
  readonly softirq: SoftIrq;
  readonly xmit: Transmit;
  readonly receive: Receive;
  readonly napi: NapiContexts;
  readonly sched: Sched;
  readonly config: DeviceConfig;
  readonly namespaces: Namespaces;
  readonly modules: Modules;
  readonly netlink: Netlink;
  readonly devices: Devices;
  readonly rtnetlink: Rtnetlink;
  readonly genetlink: Genetlink;
  readonly packets: PacketSockets;
  readonly sockDiag: SockDiag;
  readonly fibLookup: FibLookup;
  readonly ioctls: SocketIoctl;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly cpus: number;
  /** The CPU that the kernel runs on: whose counters count. */
  cpu: number = 0;

  /** The raw interface, by which modules reach the subsystems. */
  protected abstract raw(): kernel;

  constructor(options: CoreOptions) {
    const { clock, cpus, tgid, trackLeaks: track } = options;
    this.clock = clock;
    this.random = options.random ?? systemRandom();
    this.cpus = cpus;
    this.log = new Printk(clock);
    const { log, faults, rtnl, chain } = this;
    const skbs = (this.skbs = new SkBuffs(this.raw(), faults, log, track));
    const softirq = (this.softirq = new SoftIrq(clock));
    const xmit = (this.xmit = new Transmit(skbs, clock, softirq, log));
    const receive = (this.receive = new Receive(skbs, xmit, softirq));
    this.napi = new NapiContexts(softirq, log);
    const sched = (this.sched = new Sched({ skbs, xmit, softirq, log, clock }));
    const namespaces = (this.namespaces = new Namespaces(this.raw(), faults));
    const modules = (this.modules = new Modules(this.raw(), faults, log, options.modules, options.moduleOptions));
    const timers = (this.timers = new Timers(clock, rtnl));
    const filters: FilterContext = { cpu: () => this.cpu, random: deterministicRandom() };
    const netlink = (this.netlink = new Netlink({ skbs, xmit, namespaces, chain, modules, rtnl, faults, log, timers, filters, tgid, track }));
    const messages = new LinkNotifier({ netlink, skbs, namespaces });
    const devices = (this.devices = new Devices({ kernel: this.raw(), namespaces, chain, rtnl, messages, sched, receive, faults, log, cpus }));
    const config = (this.config = new DeviceConfig({ devices, chain, sched, faults, log }));
    this.rtnetlink = new Rtnetlink({ timers, netlink, messages, namespaces, devices, config, chain, rtnl, modules, faults, log });
    this.genetlink = new Genetlink({ netlink, namespaces, modules, skbs });
    this.packets = new PacketSockets({ skbs, xmit, devices, namespaces, chain, rtnl, faults, filters, track });
    this.sockDiag = new SockDiag({ netlink, packets: this.packets, namespaces, modules });
    const deviceIoctls = new DeviceIoctl({ states: devices.states, config, multicast: devices.lists.multicast, chain, rtnl, modules, release: RELEASE });
    const { arp, devinet, fib, lookup, routes } = this.rtnetlink.inet;
    this.fibLookup = new FibLookup({ netlink, namespaces, skbs, fib });
    const arpIoctls = new ArpIoctl({ arp, devinet, lookup, rtnl });
    const routeIoctls = new FibIoctl({ fib, routes, devinet, rtnl });
    const inet = new DevinetIoctl({ devinet, devices: deviceIoctls, states: devices.states, rtnl, routes: routeIoctls, arp: arpIoctls });
    const { addrconf, addresses } = this.rtnetlink.inet6;
    const inet6 = new AddrconfIoctl({ addrconf, addresses, rtnl });
    this.ioctls = new SocketIoctl({ devices: deviceIoctls, inet, inet6, modules });
    chain.register((event, dev) => {
      if (event === NETDEV_EVENT.UNREGISTER) devices.lists.forget(dev);
      return 0;
    });
    namespaces.register(new Loopback({ devices, rtnl, receive, skbs }));
    namespaces.register(
      new DeviceExit({
        devices,
        rtnl,
        deleteLinks: (links) => {
          this.rtnetlink.linkOps.delete(links, null);
        },
        refuge: () => namespaces.all.find(({ name }) => name === ''),
      }),
    );
  }

  /** Ends a namespace: its devices, then its sockets. */
  destroyNamespace(namespace: Net): void {
    this.namespaces.destroy(namespace);
    this.rtnl.runWork();
  }

  /** What exists although nobody uses it. */
  leaks(): Leak[] {
    const leaks: Leak[] = this.skbs.leaks().map(({ len, device, origin }) => ({
      what: 'skb',
      text: `${String(len)} octets${device === undefined ? '' : ` for ${device}`}`,
      origin,
    }));
    if (leaks.length === 0 && this.skbs.live > 0) leaks.push({ what: 'skb', text: `${String(this.skbs.live)} of them`, origin: undefined });
    for (const { protocol, portid, origin } of this.netlink.sockets()) {
      leaks.push({ what: 'socket', text: `netlink protocol ${String(protocol)}, port ${String(portid)}`, origin });
    }
    for (const { protocol, origin } of this.packets.sockets()) {
      leaks.push({ what: 'socket', text: `packet protocol ${String(protocol)}`, origin });
    }
    for (const dev of this.devices.allocated()) {
      if (dev.reg_state !== NETREG.REGISTERED) leaks.push({ what: 'device', text: `${dev.name}, not registered`, origin: undefined });
    }
    return leaks;
  }

  /**
   * Ends everything.
   *
   * @returns what was left over, in use or not
   */
  shutdown(): Leak[] {
    const sockets = this.leaks().filter(({ what }) => what === 'socket');
    for (const namespace of this.namespaces.all.reverse()) this.namespaces.destroy(namespace);
    for (const name of this.modules.removeAll()) sockets.push({ what: 'module', text: `${name} is in use`, origin: undefined });
    this.rtnl.runWork();
    this.timers.clear();
    this.softirq.close();
    this.sched.close();
    const devices = this.devices.allocated().map((dev): Leak => ({ what: 'device', text: dev.name, origin: undefined }));
    const rest = this.leaks().filter(({ what }) => what === 'skb');
    return [...sockets, ...devices, ...rest];
  }
}
