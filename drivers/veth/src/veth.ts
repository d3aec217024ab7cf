import { KernelError } from '@netdevkit/errno';
import { SOFTWARE_TIMESTAMPING } from '@netdevkit/ethtool';
import {
  FeatureSets,
  Features,
  PrivFlags,
  ethMacAddr,
  isValidEtherAddr,
  type Device,
  type DeviceRef,
  type DeviceSetup,
  type EthtoolOperations,
} from '@netdevkit/netdevice';
import { LinkAttr, type DelLinkContext, type Driver, type LinkAttribute, type NewLinkContext, type PeerRequest, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LinkStats64 } from '@netdevkit/stats';
import { statistics } from './statistics.ts';

type Dev = Device<'tstats'>;

/** What each end of a pair has of its own. */
export interface VethState {
  /** The other end; `undefined` while the pair is being made, and once it is being deleted. */
  peer: { readonly ref: DeviceRef<'tstats'>; readonly state: VethState } | undefined;
  /** Packets that could not be handed over. */
  dropped: bigint;
}

/** What a request for a pair says beyond what any link may have: the other end, VETH_INFO_PEER. */
export type VethAttributes = Readonly<Record<'peer', LinkAttribute>>;

const attributes: VethAttributes = { peer: { id: 1, type: 'link' } };

const FEATURES =
  Features.SG |
  Features.FRAGLIST |
  Features.HW_CSUM |
  Features.RXCSUM |
  Features.SCTP_CRC |
  Features.HIGHDMA |
  FeatureSets.GSO_SOFTWARE |
  FeatureSets.GSO_ENCAP_ALL |
  Features.HW_VLAN_CTAG_TX |
  Features.HW_VLAN_CTAG_RX |
  Features.HW_VLAN_STAG_TX |
  Features.HW_VLAN_STAG_RX;
const ETH_ALEN = 6;
const ETH_HLEN = 14;
const MIN_MTU = 68;
const MAX_MTU = 65_535;
/** GSO_MAX_SIZE: 8 × 65535. */
const TSO_MAX_SIZE = 524_280;
const MAX_QUEUES = 4096;
/** Mb/s, as the C driver says it is. */
const SPEED = 10_000;
/** PORT_TP. */
const TWISTED_PAIR = 0;

/**
 * A pair of Ethernet devices: what one end sends comes in at the other, in whatever namespace that is.
 *
 * C twin: drivers/net/veth.c.
 */
export class Veth implements Driver<VethState, 'tstats', VethAttributes> {
  readonly kind = 'veth';
  readonly pcpuStats = 'tstats';
  readonly attributes: VethAttributes = attributes;

  readonly ethtool: EthtoolOperations<VethState, 'tstats'> = {
    getDriverInfo: () => ({ driver: 'veth', version: '1.0' }),
    getLink: (dev) => dev.hasCarrier,
    getTimestampInfo: () => SOFTWARE_TIMESTAMPING,
    getLinkSettings: () => ({ speed: SPEED, duplex: 'full', port: TWISTED_PAIR }),
    getStatistics: (dev, state) => statistics(dev, state.peer?.ref.get()),
    getChannels: (dev) => ({ rxMax: dev.numRxQueues, txMax: dev.numTxQueues, rx: dev.realNumRxQueues, tx: dev.realNumTxQueues }),
    setChannels: (dev, { rx, tx }, state) => {
      setChannels(dev, rx, tx, state);
    },
  };

  createState(): VethState {
    return { peer: undefined, dropped: 0n };
  }

  /** One for each CPU; as many are in use as are asked for, else one. */
  numQueues(cpus: number): number {
    return Math.min(cpus, MAX_QUEUES);
  }

  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.clearPrivFlags(PrivFlags.TX_SKB_SHARING);
    dev.addPrivFlags(PrivFlags.LIVE_ADDR_CHANGE | PrivFlags.NO_QUEUE);
    dev.setLltx(true);
    dev.setFeatures(FEATURES);
    dev.setHwFeatures(FEATURES);
    dev.setMaxMtu(MAX_MTU);
    dev.setTsoMaxSize(TSO_MAX_SIZE);
  }

  validate(ctx: ValidateContext<VethAttributes>): void {
    check(ctx);
  }

  newLink(ctx: NewLinkContext<VethAttributes, 'tstats', VethState>, dev: DeviceSetup, state: VethState): void {
    const request = ctx.peer('peer');
    if (request !== undefined) check(request);
    const queues = { tx: ctx.hasLinkAttr(LinkAttr.NUM_TX_QUEUES), rx: ctx.hasLinkAttr(LinkAttr.NUM_RX_QUEUES) };
    const peer = ctx.createPeer(request, {
      configure: (setup) => {
        if (request?.hasLinkAttr(LinkAttr.ADDRESS) !== true) setup.setRandomAddress();
        useQueues(setup, queues);
      },
      registered: settle,
    });
    if (!ctx.hasLinkAttr(LinkAttr.ADDRESS)) dev.setRandomAddress();
    useQueues(dev, queues);
    const own = ctx.register();
    settle(own);
    state.peer = { ref: peer.device.ref(), state: peer.state };
    peer.state.peer = { ref: own.ref(), state };
  }

  delLink(_dev: Dev, state: VethState, ctx: DelLinkContext): void {
    const { peer } = state;
    state.peer = undefined;
    if (peer === undefined) return;
    peer.state.peer = undefined;
    const other = peer.ref.get();
    if (other !== undefined) ctx.deleteToo(other);
  }

  open(dev: Dev, state: VethState): void {
    const peer = state.peer?.ref.get();
    if (peer === undefined) throw new KernelError('ENOTCONN');
    if (!peer.isUp) return;
    dev.carrierOn();
    peer.carrierOn();
  }

  stop(dev: Dev, state: VethState): void {
    dev.carrierOff();
    state.peer?.ref.get()?.carrierOff();
  }

  startXmit(skb: SkBuff, dev: Dev, state: VethState): TxOutcome {
    const { len } = skb;
    const peer = state.peer?.ref.get();
    if (peer === undefined || len < ETH_HLEN) {
      state.dropped++;
      return skb.drop('NOT_SPECIFIED');
    }
    skb.txTimestamp();
    const outcome = peer.forward(skb);
    if (outcome.isLost) state.dropped++;
    else dev.stats.txAdd(len);
    return outcome;
  }

  /** What the other end has sent is what this one has received. */
  getStats64(dev: Dev, state: VethState): Partial<LinkStats64> {
    const own = dev.stats.read();
    const other = state.peer?.ref.get()?.stats.read();
    return {
      txPackets: own.txPackets,
      txBytes: own.txBytes,
      txDropped: state.dropped,
      rxPackets: own.rxPackets + (other?.txPackets ?? 0n),
      rxBytes: own.rxBytes + (other?.txBytes ?? 0n),
    };
  }

  getIflink(_dev: Dev, state: VethState): DeviceRef | undefined {
    return state.peer?.ref;
  }

  setMacAddress(dev: Dev, address: Uint8Array): void {
    ethMacAddr(dev, address);
  }

  /** There is no filter: every packet comes in. */
  setRxMode(): void {}
}

/** From drivers/net/veth.c:veth_validate, for both ends. */
function check(request: ValidateContext<VethAttributes> | PeerRequest): void {
  const address = request.linkAttr(LinkAttr.ADDRESS);
  if (address !== undefined && address.length !== ETH_ALEN) throw new KernelError('EINVAL');
  if (address !== undefined && !isValidEtherAddr(address)) throw new KernelError('EADDRNOTAVAIL');
  const mtu = request.linkU32(LinkAttr.MTU);
  if (mtu !== undefined && (mtu < MIN_MTU || mtu > MAX_MTU)) throw new KernelError('EINVAL');
}

/** From drivers/net/veth.c:veth_init_queues: queues that nobody asked for are there, but not in use. */
function useQueues(dev: DeviceSetup, asked: { readonly tx: boolean; readonly rx: boolean }): void {
  dev.setRealNumQueues(asked.tx ? dev.numTxQueues : 1, asked.rx ? dev.numRxQueues : 1);
}

/** Between registration and the first packet: no GRO unless users want it, no carrier before both ends are up. */
function settle(dev: Dev): void {
  dev.disableFeatures(Features.GRO);
  dev.carrierOff();
}

/** From drivers/net/veth.c:veth_set_channels: the carrier is away while the queues change. */
function setChannels(dev: Dev, rx: number, tx: number, state: VethState): void {
  if (rx === 0 || tx === 0) throw new KernelError('EINVAL');
  const peer = state.peer?.ref.get();
  const running = dev.isRunning;
  if (running) {
    dev.carrierOff();
    peer?.carrierOff();
  }
  try {
    dev.setRealNumRxQueues(rx);
    dev.setRealNumTxQueues(tx);
  } finally {
    if (running) {
      dev.carrierOn();
      peer?.carrierOn();
    }
  }
}
