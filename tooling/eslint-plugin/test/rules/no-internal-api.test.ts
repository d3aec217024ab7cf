import { noInternalApi } from '../../src/rules/no-internal-api.ts';
import { typedTester } from '../support/tester.ts';

typedTester().run('no-internal-api', noInternalApi, {
  valid: [
    "import { SkBuff } from '@netdevkit/skbuff'; import { Tap } from '@netdevkit/netlink-tap';\nexport function f(skb: SkBuff): number { void new Tap(); return skb.len; }",
    'class Own { /** @internal */ constructor() {} /** @internal */ static make(): Own { return new Own(); } }\nOwn.make(); class Sub extends Own {} void new Sub(); void new (class {})();',
  ],
  invalid: [
    {
      code: "import { SkBuff } from '@netdevkit/skbuff';\nexport const make = (raw: never): SkBuff => SkBuff.adopt(raw);\nexport const again = (raw: never): SkBuff => SkBuff['adopt'](raw);\nexport const { adopt } = SkBuff;",
      errors: [
        { messageId: 'internal', data: { name: 'adopt' }, line: 2, column: 52, endColumn: 57 },
        { messageId: 'internal', line: 3, column: 53 },
        { messageId: 'internal', line: 4, column: 16 },
      ],
    },
    {
      code: "import { SkBuff } from '@netdevkit/skbuff';\nexport const make = (raw: never): SkBuff => new SkBuff(raw);\nexport class Mine extends SkBuff {}",
      errors: [
        { messageId: 'construct', data: { name: 'SkBuff' }, line: 2, column: 49, endColumn: 55 },
        { messageId: 'construct', line: 3, column: 27 },
      ],
    },
    {
      code: "import { secret } from '@netdevkit/errno';\nvoid secret;",
      errors: [{ messageId: 'internal', data: { name: 'secret' }, line: 1, column: 10 }],
    },
  ],
});
