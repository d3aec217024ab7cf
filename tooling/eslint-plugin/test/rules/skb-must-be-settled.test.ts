import { skbMustBeSettled } from '../../src/rules/skb-must-be-settled.ts';
import { typedTester } from '../support/tester.ts';

const HEAD = `import { SkBuff, TxOutcome } from '@netdevkit/skbuff'; import { Device, Operations } from '@netdevkit/netdevice'; interface State { pending?: SkBuff; queue: SkBuff[] }`;

typedTester().run('skb-must-be-settled', skbMustBeSettled, {
  valid: [
    `${HEAD}
class Good { startXmit(skb: SkBuff, dev: Device): TxOutcome { dev.stats.add(skb.len); return skb.consume(); } }`,
  ],
  invalid: [
    {
      code: `${HEAD}
class Bad {
  startXmit(skb: SkBuff, dev: Device): TxOutcome {
    if (skb.len > dev.mtu) return skb.drop('NOT_SPECIFIED');
    dev.stats.add(skb.len);
  }
}`,
      errors: [{ messageId: 'unsettled', line: 6, column: 3, endColumn: 4 }],
    },
  ],
});
