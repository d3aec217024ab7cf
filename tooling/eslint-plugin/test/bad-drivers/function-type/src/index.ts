import { defineModule } from '@netdevkit/module';
import type { Device, DeviceSetup, LinkStats } from '@netdevkit/netdevice';
import { register, type Driver } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';

interface State {
  packets: number;
}

class Bad implements Driver<State> {
  readonly kind = 'bad';

  createState(): State {
    return { packets: 0 };
  }

  setup(dev: DeviceSetup): void {
    dev.setMtu(1500);
  }

  startXmit(skb: SkBuff, dev: Device): TxOutcome {
    dev.stats.add(skb.len);
    return skb.consume();
  }

  getStats64(dev: Device): LinkStats {
    const { packets, bytes } = dev.stats.read();
    return { rxPackets: packets, rxBytes: bytes };
  }
}

export default defineModule({
  name: 'bad',
  authors: ['Somebody'],
  description: 'A driver that breaks one rule',
  license: 'MIT',
  alias: ['rtnl-link-bad'],
  init: () => register(new Bad()),
});

export type Callback = Function;
