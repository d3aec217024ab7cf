import { defineModule } from '@netdevkit/module';
import type { Device, DeviceSetup, LinkStats } from '@netdevkit/netdevice';
import { register, type Driver } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { Tap } from '@netdevkit/netlink-tap';

interface State {
  readonly tap: Tap;
  readonly queue: SkBuff[];
}

class Good implements Driver<State> {
  readonly kind = 'good';

  createState(): State {
    return { tap: new Tap(), queue: [] };
  }

  setup(dev: DeviceSetup): void {
    dev.setMtu(1500);
  }

  open(dev: Device, state: State): void {
    state.tap.add(dev);
  }

  stop(_dev: Device, state: State): void {
    state.tap.remove();
    for (let skb = state.queue.shift(); skb !== undefined; skb = state.queue.shift()) skb.consume();
  }

  startXmit(skb: SkBuff, dev: Device, state: State): TxOutcome {
    if (skb.len > dev.mtu) return skb.drop('NOT_SPECIFIED');
    dev.stats.add(skb.len);
    if (state.queue.length < 8) return enqueue(skb, state);
    try {
      dev.receive(skb.clone());
      return skb.consume();
    } catch {
      return skb.busy();
    }
  }

  getStats64(dev: Device): LinkStats {
    const { packets, bytes } = dev.stats.read();
    return { rxPackets: packets, rxBytes: bytes };
  }
}

export default defineModule({
  name: 'good',
  authors: ['Somebody'],
  description: 'A driver that breaks none',
  license: 'MIT',
  alias: ['rtnl-link-good'],
  init: () => register(new Good()),
});

function enqueue(skb: SkBuff, state: State): TxOutcome {
  state.queue.push(skb);
  return skb.keep();
}
