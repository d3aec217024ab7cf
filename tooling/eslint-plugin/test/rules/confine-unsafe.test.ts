import { confineUnsafe } from '../../src/rules/confine-unsafe.ts';
import { typedTester } from '../support/tester.ts';

const UNSAFE = `import { netdev_priv, type sk_buff } from '@netdevkit/bindings/raw';
import { skbFromRawUnsafe } from '@netdevkit/skbuff/unsafe';
export function free(raw: sk_buff): void { raw.kernel.consume_skb(raw); skbFromRawUnsafe(raw); if (raw.dev) netdev_priv(raw.dev); }`;

typedTester().run('confine-unsafe', confineUnsafe, {
  valid: [
    { code: UNSAFE, filename: 'src/handle.unsafe.ts' },
    { code: UNSAFE, filename: 'src/unsafe.ts' },
    "import { NLM_F_REQUEST } from '@netdevkit/bindings'; import { SkBuff } from '@netdevkit/skbuff'; void NLM_F_REQUEST; void SkBuff;",
    'const kernel = { consume_skb(): void {} }; kernel.consume_skb(); const notUnsafely = (): void => {}; notUnsafely();',
  ],
  invalid: [
    {
      code: UNSAFE,
      errors: [
        { messageId: 'import', data: { specifier: '@netdevkit/bindings/raw' }, line: 1, column: 43, endColumn: 68 },
        { messageId: 'import', data: { specifier: '@netdevkit/skbuff/unsafe' }, line: 2, column: 34 },
        { messageId: 'call', data: { name: 'consume_skb' }, line: 3, column: 44, endColumn: 66 },
        { messageId: 'unsafeCall', data: { name: 'skbFromRawUnsafe' }, line: 3, column: 73, endColumn: 89 },
        { messageId: 'call', data: { name: 'netdev_priv' }, line: 3, column: 109 },
      ],
    },
    {
      name: 'types and re-exports',
      code: "import type { sk_buff } from '@netdevkit/bindings/raw';\nexport type { net_device } from '@netdevkit/bindings/raw';\nexport type A = import('@netdevkit/bindings/raw').kernel | sk_buff;",
      errors: [
        { messageId: 'import', line: 1, column: 30 },
        { messageId: 'import', line: 2, column: 33 },
        { messageId: 'import', line: 3, column: 24 },
      ],
    },
    {
      name: 'a raw object that was handed over',
      code: "import type { Raw } from './exports.unsafe.ts';\ntype Kernel = import('./exports.unsafe.ts').Kernel;\nexport function f(raw: Raw, k: Pick<Kernel, 'consume_skb'> | undefined): void { raw.kernel['consume_skb'](raw); k?.consume_skb(raw); }",
      filename: 'src/index.ts',
      errors: [
        { messageId: 'call', data: { name: 'consume_skb' }, line: 3, column: 81 },
        { messageId: 'call', line: 3, column: 113 },
      ],
    },
    {
      name: 'a file whose name only ends in unsafe',
      code: "import type { kernel } from '@netdevkit/bindings/raw';\nexport type A = kernel;",
      filename: 'manifests/flat/unsafe.ts',
      errors: [{ messageId: 'import', line: 1, column: 29 }],
    },
  ],
});
