import { KernelError } from '@netdevkit/errno';
import { DeviceType, Features, Flags, PrivFlags, mtu, type Device, type DeviceSetup, type EthtoolOperations } from '@netdevkit/netdevice';
import { Tap } from '@netdevkit/netlink-tap';
import { LinkAttr, type Driver, type NoAttributes, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LinkStats64 } from '@netdevkit/stats';

/** What each nlmon device has of its own. */
export interface NlmonState {
  /** What the device listens with: added from `open` to `stop`. */
  readonly tap: Tap;
}

/**
 * The netlink monitoring device: while it is up it gets a copy of every netlink message of its namespace, for packet
 * sockets to capture.
 *
 * C twin: drivers/net/nlmon.c.
 */
export class Nlmon implements Driver<NlmonState, 'lstats'> {
  readonly kind = 'nlmon';
  readonly pcpuStats = 'lstats';

  /** The link is always there; that the device must be up, the core adds. */
  readonly ethtool: EthtoolOperations<NlmonState, 'lstats'> = { getLink: () => true };

  createState(): NlmonState {
    return { tap: new Tap() };
  }

  setup(dev: DeviceSetup): void {
    dev.setType(DeviceType.NETLINK);
    dev.addPrivFlags(PrivFlags.NO_QUEUE);
    dev.setLltx(true);
    dev.setFeatures(Features.SG | Features.FRAGLIST | Features.HIGHDMA);
    dev.setFlags(Flags.NOARP);
    // A message as large as the kernel sends by itself; larger ones are captured all the same.
    dev.setMtu(mtu.nlmsgGoodsize());
    dev.setMinMtu(mtu.NLMSGHDR);
  }

  validate(ctx: ValidateContext<NoAttributes>): void {
    // The device has no hardware address. Linux refuses one without a word.
    if (ctx.hasLinkAttr(LinkAttr.ADDRESS)) throw new KernelError('EINVAL');
  }

  open(dev: Device<'lstats'>, state: NlmonState): void {
    state.tap.add(dev);
  }

  stop(_dev: Device<'lstats'>, state: NlmonState): void {
    state.tap.remove();
  }

  startXmit(skb: SkBuff, dev: Device<'lstats'>): TxOutcome {
    dev.stats.add(skb.len);
    return skb.consume();
  }

  /** What the core transmits to the device is what the device receives: it counts as rx. */
  getStats64(dev: Device<'lstats'>): Partial<LinkStats64> {
    const { packets, bytes } = dev.stats.read();
    return { rxPackets: packets, rxBytes: bytes };
  }
}
