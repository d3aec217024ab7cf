import { defineModule, type Module } from '@netdevkit/module';
import { DeviceType, Flags, type Device, type DeviceSetup } from '@netdevkit/netdevice';
import { register, type AttributeDefinitions, type Driver, type InfoWriter, type NewLinkContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';

/** The number of the attribute `least`. */
export const LEAST = 1;

const attributes = { least: { id: LEAST, type: 'u32', max: 65_535 } } as const satisfies AttributeDefinitions;

interface SinkState {
  /** Packets of fewer octets are dropped. */
  least: number;
}

/** Takes packets and counts them: the demonstration's second kind of link. */
class Sink implements Driver<SinkState, 'dstats', typeof attributes> {
  readonly kind = 'sink';
  readonly pcpuStats = 'dstats';
  readonly attributes: typeof attributes = attributes;

  createState(): SinkState {
    return { least: 0 };
  }

  setup(dev: DeviceSetup): void {
    dev.setType(DeviceType.NONE);
    dev.setFlags(Flags.NOARP);
    dev.setLltx(true);
    dev.setMtu(1500);
  }

  newLink(ctx: NewLinkContext<typeof attributes, 'dstats'>, _dev: DeviceSetup, state: SinkState): void {
    state.least = ctx.data?.get('least') ?? 0;
  }

  startXmit(skb: SkBuff, dev: Device<'dstats'>, state: SinkState): TxOutcome {
    if (skb.len < state.least) {
      dev.stats.txDropped();
      return skb.drop('PKT_TOO_SMALL');
    }
    dev.stats.txAdd(skb.len);
    return skb.consume();
  }

  fillInfo(info: InfoWriter<typeof attributes>, _dev: Device<'dstats'>, state: SinkState): void {
    info.put('least', state.least);
  }
}

/** The module of the demonstration's second kind of link. */
export const sink: Module = defineModule({
  name: 'sink',
  authors: ['The NetDevKit authors'],
  description: 'Takes packets of a least length',
  license: 'MIT',
  alias: ['rtnl-link-sink'],
  init: (module) => register(module, new Sink()),
});
