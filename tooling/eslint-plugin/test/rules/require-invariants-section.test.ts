import { requireInvariantsSection } from '../../src/rules/require-invariants-section.ts';
import { typedTester } from '../support/tester.ts';

const filename = 'src/handle.unsafe.ts';
const HEAD = "import { netlink_ext_ack, type kernel, type net_device_ops, type netlink_tap, type nla_policy, type sk_buff } from '@netdevkit/bindings/raw'; export type All = kernel | net_device_ops | netlink_tap | nla_policy | sk_buff; void netlink_ext_ack;";
const DOC = '/**\n * Holds.\n *\n * @remarks\n * # Invariants\n *\n * It is alive.\n */';

typedTester().run('require-invariants-section', requireInvariantsSection, {
  valid: [
    { code: `${HEAD}\n${DOC}\nexport class A { readonly #raw: sk_buff | null = null; get(): unknown { return this.#raw; } }`, filename },
    { code: `${HEAD}\n${DOC}\nexport const A = class { readonly #raw: sk_buff | null = null; get(): unknown { return this.#raw; } };`, filename },
    { name: 'data of the raw layer', code: `${HEAD}\nexport class A { policy: nla_policy | undefined; ops: net_device_ops | undefined; len = 0; free?: (skb: sk_buff) => void; get(raw: sk_buff): sk_buff { return raw; } }`, filename },
    { name: 'nothing raw', code: 'export class A { raw = 1; }' },
  ],
  invalid: [
    { code: `${HEAD}\n/** Holds. */\nexport class A { readonly #raw: sk_buff; constructor(raw: sk_buff) { this.#raw = raw; void this.#raw; } }`, filename, errors: [{ messageId: 'missing', data: { name: 'A', field: '#raw' }, line: 3, column: 14, endColumn: 15 }] },
    { code: `${HEAD}\n/**\n * Holds.\n *\n * # Invariants\n */\nexport class A { raw: sk_buff | undefined; }`, filename, errors: [{ messageId: 'empty', data: { name: 'A', field: 'raw' }, line: 7, column: 14 }] },
    {
      name: 'each kind of raw object, and collections of them',
      code: `${HEAD}\nexport class A { tap: netlink_tap | undefined; }\nexport class B { k: kernel | undefined; }\nexport class C { extack = new netlink_ext_ack(); }\nexport class D { all: sk_buff[] = []; }\nexport class E { all = new Map<number, sk_buff | null>(); }\nexport class F { constructor(private readonly raw: sk_buff) { void this.raw; } }\nexport class G { accessor raw: sk_buff | undefined; }\nexport default class { raw: sk_buff | undefined; }`,
      filename,
      errors: [
        { messageId: 'missing', line: 2, column: 14 },
        { messageId: 'missing', line: 3, column: 14 },
        { messageId: 'missing', line: 4, column: 14 },
        { messageId: 'missing', line: 5, column: 14 },
        { messageId: 'missing', line: 6, column: 14 },
        { messageId: 'missing', data: { name: 'F', field: 'raw: sk_buff' }, line: 7, column: 14 },
        { messageId: 'missing', line: 8, column: 14 },
        { messageId: 'missing', data: { name: 'The class', field: 'raw' }, line: 9, column: 24 },
      ],
    },
  ],
});
