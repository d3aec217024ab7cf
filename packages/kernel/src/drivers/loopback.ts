import { ARPHRD_LOOPBACK, ETH_ALEN, ETH_HLEN, IFF_LOOPBACK, PACKET_HOST } from '@netdevkit/bindings';
import {
  IFF_LIVE_ADDR_CHANGE,
  NETDEV_PCPU_STAT,
  NETDEV_TX_OK,
  NETIF_F,
  NET_RX_SUCCESS,
  default_ethtool_ops,
  type ethtool_ops,
  type net_device,
  type net_device_ops,
} from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { NET_NAME_PREDICTABLE } from '../net/core/name-origin.ts';
import type { Devices } from '../net/core/dev.ts';
import { sumPerCpu } from '../net/core/dev-stats.ts';
import type { Receive } from '../net/core/dev-receive.ts';
import type { Net, PernetOperations } from '../net/core/net-namespace.ts';
import type { Rtnl } from '../net/core/rtnl.ts';
import type { SkBuffs } from '../net/core/skbuff.ts';
import { skb_orphan } from '../net/core/sock.ts';
import { ethTypeTrans } from '../net/ethernet/eth.ts';
import { softwareTsInfo } from '../net/ethtool/ts-info.ts';

const MTU = 65_536;
/** TSO_MAX_SIZE: as measured, 8 × 65535. */
const TSO_MAX_SIZE = 524_280;

/** What the loopback devices stand on. */
export interface LoopbackDeps {
  readonly devices: Devices;
  readonly rtnl: Rtnl;
  readonly receive: Receive;
  readonly skbs: SkBuffs;
}

/** NETIF_F_GSO_SOFTWARE: what the core does where a device does not. */
const GSO_SOFTWARE =
  NETIF_F.TSO | NETIF_F.TSO6 | NETIF_F.TSO_ECN | NETIF_F.TSO_MANGLEID | NETIF_F.GSO_SCTP | NETIF_F.GSO_UDP_L4 | NETIF_F.GSO_FRAGLIST;

/**
 * `lo` of every namespace: drivers/net/loopback.c. It comes first, so its index is 1.
 */
export class Loopback implements PernetOperations {
  readonly #deps: LoopbackDeps;
  readonly #ops: net_device_ops;
  readonly #ethtool: ethtool_ops = { ...default_ethtool_ops, get_link: () => true, get_ts_info: softwareTsInfo };

  constructor(deps: LoopbackDeps) {
    this.#deps = deps;
    this.#ops = {
      ndo_init: null,
      ndo_uninit: null,
      ndo_open: null,
      ndo_stop: null,
      ndo_start_xmit: (skb, dev) => {
        dev.kernel.skb_tx_timestamp(skb);
        skb.tstamp_sec = skb.tstamp_nsec = 0;
        skb_orphan(skb);
        skb.pkt_type = PACKET_HOST;
        if (skb.len < ETH_HLEN) {
          deps.skbs.drop(skb, 'HDR_TRUNC');
          return NETDEV_TX_OK;
        }
        skb.protocol = ethTypeTrans(skb, dev);
        const { len } = skb;
        if (deps.receive.netifRx(skb) === NET_RX_SUCCESS) dev.kernel.dev_lstats_add(dev, len);
        return NETDEV_TX_OK;
      },
      ndo_set_rx_mode: null,
      // From net/ethernet/eth.c:eth_mac_addr.
      ndo_set_mac_address: (dev, address) => {
        if (!isUnicast(address)) return -errno.EADDRNOTAVAIL;
        dev.kernel.dev_addr_set(dev, address);
        return 0;
      },
      ndo_validate_addr: null,
      ndo_change_mtu: null,
      ndo_get_stats64: (dev, stats) => {
        const sums = new BigUint64Array(2);
        sumPerCpu(dev, sums);
        const [packets = 0n, bytes = 0n] = sums;
        stats[0] = stats[1] = packets;
        stats[2] = stats[3] = bytes;
      },
      ndo_change_carrier: null,
      ndo_change_proto_down: null,
      ndo_select_queue: null,
      ndo_get_iflink: null,
      ndo_fix_features: null,
      ndo_set_features: null,
      ndo_tx_timeout: null,
    };
  }

  init(namespace: Net): number {
    const { devices, rtnl } = this.#deps;
    const dev = devices.alloc(namespace, 'lo', (fresh) => this.#setup(fresh), 1, 1);
    if (typeof dev === 'number') return dev;
    rtnl.lock();
    const error = devices.register(dev);
    if (error < 0) devices.free(dev);
    rtnl.unlock();
    return error;
  }

  exit(namespace: Net): void {
    const { devices, rtnl } = this.#deps;
    const dev = namespace.devices.find((candidate) => (candidate.flags & IFF_LOOPBACK) !== 0);
    if (dev === undefined) return;
    rtnl.lock();
    devices.unregister([dev], null);
    rtnl.unlock();
  }

  #setup(dev: net_device): number {
    dev.type = ARPHRD_LOOPBACK;
    dev.name_assign_type = NET_NAME_PREDICTABLE;
    dev.mtu = MTU;
    dev.hard_header_len = ETH_HLEN;
    dev.min_header_len = ETH_HLEN;
    dev.addr_len = ETH_ALEN;
    dev.flags = IFF_LOOPBACK;
    dev.priv_flags |= IFF_LIVE_ADDR_CHANGE;
    dev.lltx = true;
    dev.netns_immutable = true;
    dev.hw_features = GSO_SOFTWARE;
    dev.features =
      NETIF_F.SG |
      NETIF_F.FRAGLIST |
      GSO_SOFTWARE |
      NETIF_F.HW_CSUM |
      NETIF_F.RXCSUM |
      NETIF_F.SCTP_CRC |
      NETIF_F.HIGHDMA |
      NETIF_F.VLAN_CHALLENGED |
      NETIF_F.LOOPBACK;
    dev.tso_max_size = TSO_MAX_SIZE;
    dev.pcpu_stat_type = NETDEV_PCPU_STAT.LSTATS;
    dev.needs_free_netdev = true;
    dev.netdev_ops = this.#ops;
    dev.ethtool_ops = this.#ethtool;
    return 0;
  }
}

/** Whether an Ethernet address can be a device's own. From include/linux/etherdevice.h:is_valid_ether_addr. */
function isUnicast(address: Uint8Array): boolean {
  return ((address[0] ?? 0) & 1) === 0 && address.subarray(0, ETH_ALEN).some((octet) => octet !== 0);
}
