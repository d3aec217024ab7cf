import { KernelError } from '@netdevkit/errno';
import { SOFTWARE_TIMESTAMPING } from '@netdevkit/ethtool';
import {
  FeatureSets,
  Features,
  Flags,
  PrivFlags,
  ethMacAddr,
  ethValidateAddr,
  isValidEtherAddr,
  type Device,
  type DeviceSetup,
  type EthtoolOperations,
} from '@netdevkit/netdevice';
import { LinkAttr, type Driver, type NoAttributes, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LinkStats64 } from '@netdevkit/stats';

/** What each dummy device has of its own: nothing. */
export type DummyState = Readonly<Record<string, never>>;

const FEATURES = Features.SG | Features.FRAGLIST | FeatureSets.GSO_SOFTWARE | Features.HW_CSUM | Features.HIGHDMA | FeatureSets.GSO_ENCAP_ALL;

/**
 * The dummy device: it is up, has addresses, takes packets and counts them, and that is all.
 *
 * C twin: drivers/net/dummy.c.
 */
export class Dummy implements Driver<DummyState, 'lstats'> {
  readonly kind = 'dummy';
  readonly pcpuStats = 'lstats';

  readonly ethtool: EthtoolOperations<DummyState, 'lstats'> = { getTimestampInfo: () => SOFTWARE_TIMESTAMPING };

  createState(): DummyState {
    return {};
  }

  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.setFlags((dev.flags | Flags.NOARP) & ~Flags.MULTICAST);
    dev.addPrivFlags(PrivFlags.LIVE_ADDR_CHANGE | PrivFlags.NO_QUEUE);
    dev.setLltx(true);
    dev.setFeatures(FEATURES);
    dev.setHwFeatures(FEATURES);
    dev.setRandomAddress();
    // Any MTU will do.
    dev.setMinMtu(0);
    dev.setMaxMtu(0);
  }

  validate(ctx: ValidateContext<NoAttributes>): void {
    const address = ctx.linkAttr(LinkAttr.ADDRESS);
    if (address === undefined) return;
    if (address.length !== 6) throw new KernelError('EINVAL');
    if (!isValidEtherAddr(address)) throw new KernelError('EADDRNOTAVAIL');
  }

  startXmit(skb: SkBuff, dev: Device<'lstats'>): TxOutcome {
    dev.stats.add(skb.len);
    skb.txTimestamp();
    return skb.consume();
  }

  getStats64(dev: Device<'lstats'>): Partial<LinkStats64> {
    const { packets, bytes } = dev.stats.read();
    return { txPackets: packets, txBytes: bytes };
  }

  validateAddr(dev: Device<'lstats'>): void {
    ethValidateAddr(dev);
  }

  setMacAddress(dev: Device<'lstats'>, address: Uint8Array): void {
    ethMacAddr(dev, address);
  }

  /** The core changes the carrier; there is nothing behind it. */
  changeCarrier(): void {}

  /** Packets to groups are as welcome as others, so there is no filter to set; but the operation is there. */
  setRxMode(): void {}
}
