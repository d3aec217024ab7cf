import type {
  kernel,
  link_stats64,
  log_level,
  module,
  net,
  napi_struct,
  net_device,
  netdev_queue,
  netlink_ext_ack,
  nlattr_table,
  netlink_tap,
  packet_type,
  rtnl_link_ops,
  sk_buff,
  skb_drop_reason,
} from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { AttributeTable } from '@netdevkit/netlink';
import { setDevAddr } from './net/core/dev-config.ts';
import { CORE_RX_DROPPED, ROW, countCore, devGetStats, sumPerCpu } from './net/core/dev-stats.ts';
import { updateFeatures } from './net/core/dev-features.ts';
import type { Net } from './net/core/net-namespace.ts';
import { stampTransmission } from './net/core/tx-timestamp.ts';
import { skb_pull, skb_push, skb_put, skb_reserve, skb_trim } from './net/core/skbuff.ts';
import { ethHwAddrRandom, etherSetup, ethTypeTrans } from './net/ethernet/eth.ts';
import { parseIfinfomsg } from './net/rtnetlink/link-request.ts';
import { Subsystems } from './subsystems.ts';

/**
 * One kernel: its subsystems, and the raw interface by which modules reach them.
 */
export class Core extends Subsystems implements kernel {
  protected override raw(): kernel {
    return this;
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
