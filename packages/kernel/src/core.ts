import {
  NETDEV_EVENT,
  NETREG,
  type kernel,
  type link_stats64,
  type log_level,
  type module,
  type net,
  type napi_struct,
  type net_device,
  type netdev_queue,
  type netlink_ext_ack,
  type nlattr_table,
  type netlink_tap,
  type packet_type,
  type rtnl_link_ops,
  type sk_buff,
  type skb_drop_reason,
} from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { AttributeTable } from '@netdevkit/netlink';
import type { Clock } from './clock.ts';
import { Loopback } from './drivers/loopback.ts';
import { Faults } from './faults.ts';
import type { Leak } from './leaks.ts';
import { Modules, type ModuleOptions, type ModuleSource } from './module.ts';
import { DeviceConfig, setDevAddr } from './net/core/dev-config.ts';
import { DeviceIoctl } from './net/core/dev-ioctl.ts';
import { DeviceMulticast } from './net/core/dev-multicast.ts';
import { CORE_RX_DROPPED, ROW, countCore, devGetStats, sumPerCpu } from './net/core/dev-stats.ts';
import { updateFeatures } from './net/core/dev-features.ts';
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
import { stampTransmission } from './net/core/tx-timestamp.ts';
import { SkBuffs, skb_pull, skb_push, skb_put, skb_reserve, skb_trim } from './net/core/skbuff.ts';
import { ethHwAddrRandom, etherSetup, ethTypeTrans } from './net/ethernet/eth.ts';
import { SockDiag } from './net/diag/sock-diag.ts';
import { ArpIoctl } from './net/ipv4/arp-ioctl.ts';
import { DevinetIoctl } from './net/ipv4/devinet-ioctl.ts';
import { FibIoctl } from './net/ipv4/fib-ioctl.ts';
import { AddrconfIoctl } from './net/ipv6/addrconf-ioctl.ts';
import { Genetlink } from './net/netlink/genetlink.ts';
import { deterministicRandom } from './net/netlink/netlink-port.ts';
import { Netlink } from './net/netlink/netlink.ts';
import { PacketSockets } from './net/packet/packet-sockets.ts';
import { parseIfinfomsg } from './net/rtnetlink/link-request.ts';
import { LinkNotifier } from './net/rtnetlink/link-notifier.ts';
import { Rtnetlink } from './net/rtnetlink/rtnetlink.ts';
import { Sched } from './net/sched/sch-generic.ts';
import { Printk } from './printk.ts';
import { Timers } from './timers.ts';
import { systemRandom, type Random } from './random.ts';
import { RELEASE } from './release.ts';

/** What a {@link Core} is made from. */
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
 * The subsystems of one kernel, put together in the order in which they stand on each other; and the raw interface, by
 * which modules reach them.
 */
export class Core implements kernel {
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
  readonly multicast: DeviceMulticast = new DeviceMulticast();
  readonly ioctls: SocketIoctl;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly cpus: number;
  /** The CPU that the kernel runs on: whose counters count. */
  cpu: number = 0;

  constructor(options: CoreOptions) {
    const { clock, cpus, tgid, trackLeaks: track } = options;
    this.clock = clock;
    this.random = options.random ?? systemRandom();
    this.cpus = cpus;
    this.log = new Printk(clock);
    const { log, faults, rtnl, chain } = this;
    const skbs = (this.skbs = new SkBuffs(this, faults, log, track));
    const softirq = (this.softirq = new SoftIrq(clock));
    const xmit = (this.xmit = new Transmit(skbs, clock, softirq, log));
    const receive = (this.receive = new Receive(skbs, xmit, softirq));
    this.napi = new NapiContexts(softirq, log);
    const sched = (this.sched = new Sched({ skbs, xmit, softirq, log, clock }));
    const namespaces = (this.namespaces = new Namespaces(this, faults));
    const modules = (this.modules = new Modules(this, faults, log, options.modules, options.moduleOptions));
    const timers = (this.timers = new Timers(clock, rtnl));
    const filters: FilterContext = { cpu: () => this.cpu, random: deterministicRandom() };
    const netlink = (this.netlink = new Netlink({ skbs, xmit, namespaces, chain, modules, rtnl, faults, log, timers, filters, tgid, track }));
    const messages = new LinkNotifier({ netlink, skbs, namespaces });
    const devices = (this.devices = new Devices({ kernel: this, namespaces, chain, rtnl, messages, sched, receive, faults, log, cpus }));
    const config = (this.config = new DeviceConfig({ devices, chain, sched, faults, log }));
    this.rtnetlink = new Rtnetlink({ timers, netlink, messages, namespaces, devices, config, chain, rtnl, modules, faults, log });
    this.genetlink = new Genetlink({ netlink, namespaces, modules, skbs });
    this.packets = new PacketSockets({ skbs, xmit, devices, namespaces, chain, rtnl, faults, filters, track });
    this.sockDiag = new SockDiag({ netlink, packets: this.packets, namespaces, modules });
    const { multicast } = this;
    const deviceIoctls = new DeviceIoctl({ states: devices.states, config, multicast, chain, rtnl, log, modules, release: RELEASE });
    const { arp, devinet, fib, lookup, routes } = this.rtnetlink.inet;
    const arpIoctls = new ArpIoctl({ arp, devinet, lookup, rtnl });
    const routeIoctls = new FibIoctl({ fib, routes, devinet, rtnl });
    const inet = new DevinetIoctl({ devinet, devices: deviceIoctls, states: devices.states, rtnl, routes: routeIoctls, arp: arpIoctls });
    const { addrconf, addresses } = this.rtnetlink.inet6;
    const inet6 = new AddrconfIoctl({ addrconf, addresses, rtnl });
    this.ioctls = new SocketIoctl({ devices: deviceIoctls, inet, inet6, modules });
    chain.register((event, dev) => {
      if (event === NETDEV_EVENT.UNREGISTER) multicast.forget(dev);
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

  alloc_skb(size: number): sk_buff | null {
    return this.skbs.alloc(size);
  }

  skb_clone(skb: sk_buff): sk_buff | null {
    return this.skbs.clone(skb);
  }

  skb_copy(skb: sk_buff): sk_buff | null {
    return this.skbs.copy(skb);
  }

  skb_unclone(skb: sk_buff): number {
    return this.skbs.unclone(skb) ? 0 : -errno.ENOMEM;
  }

  pskb_expand_head(skb: sk_buff, nhead: number, ntail: number): number {
    return this.skbs.expandHead(skb, nhead, ntail) ? 0 : -errno.ENOMEM;
  }

  skb_reserve(skb: sk_buff, len: number): void {
    skb_reserve(skb, len);
  }

  skb_put(skb: sk_buff, len: number): number {
    return skb_put(skb, len);
  }

  skb_push(skb: sk_buff, len: number): number {
    return skb_push(skb, len);
  }

  skb_pull(skb: sk_buff, len: number): number {
    return skb_pull(skb, len);
  }

  skb_trim(skb: sk_buff, len: number): void {
    skb_trim(skb, len);
  }

  consume_skb(skb: sk_buff): void {
    this.skbs.consume(skb);
  }

  kfree_skb_reason(skb: sk_buff, reason: skb_drop_reason): void {
    this.skbs.drop(skb, reason);
  }

  skb_tx_timestamp(skb: sk_buff): void {
    stampTransmission(skb, this.skbs, this.clock);
  }

  alloc_netdev_mqs(namespace: net, name: string, setup: (dev: net_device) => number, txqs: number, rxqs: number): net_device | number {
    // CAST: every namespace of this kernel is a Net.
    return this.devices.alloc(namespace as Net, name, setup, txqs, rxqs);
  }

  free_netdev(dev: net_device): void {
    this.devices.free(dev);
  }

  register_netdevice(dev: net_device): number {
    return this.devices.register(dev);
  }

  unregister_netdevice_queue(dev: net_device): void {
    this.rtnetlink.queueUnregister(dev);
  }

  register_netdev(dev: net_device): number {
    this.rtnl.lock();
    const error = this.devices.register(dev);
    this.rtnl.unlock();
    return error;
  }

  unregister_netdev(dev: net_device): void {
    this.rtnl.lock();
    this.devices.unregister([dev], null);
    this.rtnl.unlock();
  }

  dev_queue_xmit(skb: sk_buff): number {
    return this.xmit.queue(skb);
  }

  dev_add_pack(handler: packet_type): void {
    this.xmit.addPacketHandler(handler);
  }

  dev_remove_pack(handler: packet_type): void {
    this.xmit.removePacketHandler(handler);
  }

  dev_get_stats(dev: net_device, storage: link_stats64): void {
    devGetStats(dev, storage);
  }

  dev_lstats_add(dev: net_device, len: number): void {
    const rows = dev.pcpu_stats;
    if (rows === null) return;
    const at = this.cpu * ROW;
    rows[at] = (rows[at] ?? 0n) + 1n;
    rows[at + 1] = (rows[at + 1] ?? 0n) + BigInt(len);
  }

  dev_lstats_read(dev: net_device, sums: BigUint64Array): void {
    sumPerCpu(dev, sums);
  }

  dev_sw_netstats_rx_add(dev: net_device, len: number): void {
    this.#count(dev, 0, 1, 1, len);
  }

  dev_sw_netstats_tx_add(dev: net_device, packets: number, len: number): void {
    this.#count(dev, 2, packets, 3, len);
  }

  dev_fetch_sw_netstats(dev: net_device, sums: BigUint64Array): void {
    sumPerCpu(dev, sums);
  }

  dev_dstats_rx_add(dev: net_device, len: number): void {
    this.#count(dev, 0, 1, 1, len);
  }

  dev_dstats_rx_dropped(dev: net_device): void {
    this.#count(dev, 2, 1, 2, 0);
  }

  dev_dstats_tx_add(dev: net_device, len: number): void {
    this.#count(dev, 3, 1, 4, len);
  }

  dev_dstats_tx_dropped(dev: net_device): void {
    this.#count(dev, 5, 1, 5, 0);
  }

  dev_fetch_dstats(dev: net_device, sums: BigUint64Array): void {
    sumPerCpu(dev, sums);
  }

  dev_core_stats_rx_dropped_inc(dev: net_device): void {
    countCore(dev, CORE_RX_DROPPED);
  }

  netif_carrier_on(dev: net_device): void {
    this.devices.linkWatch.carrierOn(dev);
  }

  netif_carrier_off(dev: net_device): void {
    this.devices.linkWatch.carrierOff(dev);
  }

  netif_tx_start_queue(txq: netdev_queue): void {
    this.sched.start(txq);
  }

  netif_tx_stop_queue(txq: netdev_queue): void {
    this.sched.stop(txq);
  }

  netif_tx_wake_queue(txq: netdev_queue): void {
    this.sched.wake(txq);
  }

  netif_set_real_num_tx_queues(dev: net_device, count: number): number {
    return this.sched.setRealNumTxQueues(dev, count);
  }

  netif_set_real_num_rx_queues(dev: net_device, count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > dev.num_rx_queues) return -errno.EINVAL;
    dev.real_num_rx_queues = count;
    return 0;
  }

  netdev_update_features(dev: net_device): void {
    updateFeatures(dev, this.chain, this.log);
  }

  netif_rx(skb: sk_buff): number {
    return this.receive.netifRx(skb);
  }

  netif_receive_skb(skb: sk_buff): number {
    return this.receive.receive(skb);
  }

  dev_forward_skb(dev: net_device, skb: sk_buff): number {
    return this.receive.forward(dev, skb);
  }

  netif_napi_add(dev: net_device, poll: (napi: napi_struct, budget: number) => number, weight: number): napi_struct {
    return this.napi.add(dev, poll, weight);
  }

  napi_enable(napi: napi_struct): void {
    this.napi.enable(napi);
  }

  napi_disable(napi: napi_struct): void {
    this.napi.disable(napi);
  }

  napi_schedule(napi: napi_struct): void {
    this.napi.schedule(napi);
  }

  ether_setup(dev: net_device): void {
    etherSetup(dev);
  }

  eth_hw_addr_random(dev: net_device): void {
    ethHwAddrRandom(dev, this.random);
  }

  eth_type_trans(skb: sk_buff, dev: net_device): number {
    return ethTypeTrans(skb, dev);
  }

  dev_addr_set(dev: net_device, address: Uint8Array): void {
    setDevAddr(dev, address);
  }

  rtnl_link_register(ops: rtnl_link_ops): number {
    return this.rtnetlink.linkOps.register(ops);
  }

  rtnl_link_unregister(ops: rtnl_link_ops): void {
    this.rtnl.lock();
    this.rtnetlink.linkOps.unregister(ops);
    this.rtnl.unlock();
  }

  rtnl_nla_parse_ifinfomsg(bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack): nlattr_table | number {
    return parseIfinfomsg(bytes, offset, length, extack);
  }

  rtnl_link_get_net(namespace: net, tb: nlattr_table): net | number {
    // CAST: every namespace of this kernel is a Net; the tables that kinds are given are AttributeTables.
    return this.rtnetlink.newLinks.netOf(namespace as Net, tb as AttributeTable);
  }

  rtnl_create_link(namespace: net, name: string, ops: rtnl_link_ops, tb: nlattr_table, extack: netlink_ext_ack): net_device | number {
    // CAST: as above.
    return this.rtnetlink.newLinks.createLink(namespace as Net, name, ops, tb as AttributeTable, extack);
  }

  rtnl_configure_link(dev: net_device, flags: number, change: number): number {
    return this.rtnetlink.newLinks.configureLink(dev, flags, change, null);
  }

  get init_net(): net {
    const [first] = this.namespaces.all;
    // The initial namespace is made before any module is loaded, and goes after all of them.
    if (first === undefined) throw new TypeError('init_net: the kernel has ended');
    return first;
  }

  num_possible_cpus(): number {
    return this.cpus;
  }

  get_random_bytes(bytes: Uint8Array): void {
    this.random.fill(bytes);
  }

  rtnl_lock(): void {
    this.rtnl.lock();
  }

  rtnl_unlock(): void {
    this.rtnl.unlock();
  }

  netlink_add_tap(tap: netlink_tap): number {
    return this.netlink.addTap(tap);
  }

  netlink_remove_tap(tap: netlink_tap): number {
    return this.netlink.removeTap(tap);
  }

  try_module_get(mod: module): boolean {
    return this.modules.tryGet(mod);
  }

  module_put(mod: module): void {
    this.modules.put(mod);
  }

  printk(level: log_level, text: string): void {
    this.log.write(level, text);
  }

  #count(dev: net_device, packetsAt: number, packets: number, bytesAt: number, bytes: number): void {
    const rows = dev.pcpu_stats;
    if (rows === null) return;
    const at = this.cpu * ROW;
    rows[at + packetsAt] = (rows[at + packetsAt] ?? 0n) + BigInt(packets);
    rows[at + bytesAt] = (rows[at + bytesAt] ?? 0n) + BigInt(bytes);
  }
}
