import { KernelError, isKernelError } from '@netdevkit/errno';
import { PrivFlags, ethMacAddr, ethValidateAddr, isValidEtherAddr, type Device, type DeviceSetup } from '@netdevkit/netdevice';
import { LinkAttr, type AttributeDefinitions, type ChangeLinkContext, type Driver, type InfoWriter, type NewLinkContext, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';

/** What `ip link add type mirror` may be told. */
export const attributes = {
  /** Each so-manieth frame is lost; 0 loses none. */
  dropEvery: { id: 1, type: 'u32' },
} as const satisfies AttributeDefinitions;

type Attributes = typeof attributes;
type Dev = Device<'dstats'>;

/** What each link has of its own. */
export interface MirrorState {
  dropEvery: number;
  seen: number;
}

/** An Ethernet device that sends every frame back to where it came from. */
export class Mirror implements Driver<MirrorState, 'dstats', Attributes> {
  readonly kind = 'mirror';
  readonly pcpuStats = 'dstats';
  readonly attributes: Attributes = attributes;

  createState(): MirrorState {
    return { dropEvery: 0, seen: 0 };
  }

  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.setRandomAddress();
    dev.addPrivFlags(PrivFlags.NO_QUEUE);
  }

  validate(ctx: ValidateContext<Attributes>): void {
    const address = ctx.linkAttr(LinkAttr.ADDRESS);
    if (address !== undefined && !isValidEtherAddr(address)) throw new KernelError('EADDRNOTAVAIL');
  }

  newLink(ctx: NewLinkContext<Attributes, 'dstats'>, _dev: DeviceSetup, state: MirrorState): void {
    state.dropEvery = ctx.data?.get('dropEvery') ?? 0;
  }

  changeLink(ctx: ChangeLinkContext<Attributes>, _dev: Dev, state: MirrorState): void {
    const dropEvery = ctx.data?.get('dropEvery') ?? state.dropEvery;
    if (dropEvery === 1) throw ctx.error('EINVAL', 'A mirror that loses every frame shows nothing.');
    state.dropEvery = dropEvery;
  }

  fillInfo(info: InfoWriter<Attributes>, _dev: Dev, state: MirrorState): void {
    info.put('dropEvery', state.dropEvery);
  }

  startXmit(skb: SkBuff, dev: Dev, state: MirrorState): TxOutcome {
    state.seen++;
    if (state.dropEvery !== 0 && state.seen % state.dropEvery === 0) {
      dev.stats.txDropped();
      return skb.drop('NOT_SPECIFIED');
    }
    dev.stats.txAdd(skb.len);
    reflect(skb, dev);
    return skb.consume();
  }

  setMacAddress(dev: Dev, address: Uint8Array): void {
    ethMacAddr(dev, address);
  }

  validateAddr(dev: Dev): void {
    ethValidateAddr(dev);
  }
}

const ETH_ALEN = 6;

/** Lets a copy of a frame come in, its addresses swapped. */
function reflect(skb: SkBuff, dev: Dev): void {
  const frame = Uint8Array.from(skb.data());
  const destination = frame.slice(0, ETH_ALEN);
  frame.copyWithin(0, ETH_ALEN, 2 * ETH_ALEN);
  frame.set(destination, ETH_ALEN);
  let back: SkBuff;
  try {
    back = dev.allocSkb(frame.length);
  } catch (error) {
    if (!isKernelError(error)) throw error;
    // Memory is short: the frame is lost, and counted.
    dev.stats.rxDropped();
    return;
  }
  back.put(frame);
  if (!dev.netifRx(back).isLost) dev.stats.rxAdd(frame.length);
}
