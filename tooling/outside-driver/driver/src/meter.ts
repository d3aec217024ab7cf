import { KernelError } from '@netdevkit/errno';
import { DeviceType, Flags, mtu, type Device, type DeviceSetup } from '@netdevkit/netdevice';
import { Tap } from '@netdevkit/netlink-tap';
import { LinkAttr, type AttributeDefinitions, type Driver, type InfoWriter, type NewLinkContext, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LinkStats64 } from '@netdevkit/stats';

/** The kind's own attributes. */
export const attributes = {
  /** Messages shorter than this are dropped, not counted. */
  least: { id: 1, type: 'u32', max: 65_535 },
} as const satisfies AttributeDefinitions;

type Attributes = typeof attributes;

/** What each meter has of its own. */
export interface MeterState {
  readonly tap: Tap;
  least: number;
}

/** Counts the netlink messages of a least length. */
export class Meter implements Driver<MeterState, 'lstats', Attributes> {
  readonly kind = 'meter';
  readonly pcpuStats = 'lstats';
  readonly attributes: Attributes = attributes;

  createState(): MeterState {
    return { tap: new Tap(), least: 0 };
  }

  setup(dev: DeviceSetup): void {
    dev.setType(DeviceType.NETLINK);
    dev.setFlags(Flags.NOARP);
    dev.setLltx(true);
    dev.setMtu(mtu.nlmsgGoodsize());
  }

  validate(ctx: ValidateContext<Attributes>): void {
    if (ctx.hasLinkAttr(LinkAttr.ADDRESS)) throw new KernelError('EINVAL');
  }

  newLink(ctx: NewLinkContext<Attributes, 'lstats'>, _dev: DeviceSetup, state: MeterState): void {
    state.least = ctx.data?.get('least') ?? 0;
  }

  open(dev: Device<'lstats'>, state: MeterState): void {
    state.tap.add(dev);
  }

  stop(_dev: Device<'lstats'>, state: MeterState): void {
    state.tap.remove();
  }

  startXmit(skb: SkBuff, dev: Device<'lstats'>, state: MeterState): TxOutcome {
    if (skb.len < state.least) return skb.drop('PKT_TOO_SMALL');
    dev.stats.add(skb.len);
    return skb.consume();
  }

  getStats64(dev: Device<'lstats'>): Partial<LinkStats64> {
    const { packets, bytes } = dev.stats.read();
    return { rxPackets: packets, rxBytes: bytes };
  }

  fillInfo(info: InfoWriter<Attributes>, _dev: Device<'lstats'>, state: MeterState): void {
    info.put('least', state.least);
  }
}
