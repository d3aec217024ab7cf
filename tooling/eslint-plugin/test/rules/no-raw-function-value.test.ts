import { noRawFunctionValue } from '../../src/rules/no-raw-function-value.ts';
import { typedTester } from '../support/tester.ts';

const HEAD = "import { netdev_priv, net_device, type kernel, type sk_buff } from '@netdevkit/bindings/raw';";
const filename = 'src/handle.unsafe.ts';

function body(text: string): { code: string; filename: string } {
  return { code: `${HEAD}\nexport function f(k: kernel, raw: sk_buff, name: keyof kernel): unknown { ${text} }\nvoid net_device;`, filename };
}

typedTester().run('no-raw-function-value', noRawFunctionValue, {
  valid: [
    { name: 'calls', ...body("k.consume_skb(raw); raw.kernel.consume_skb(raw); k?.consume_skb(raw); k.consume_skb?.(raw); k.consume_skb!(raw); k['consume_skb'](raw); if (raw.dev) netdev_priv(raw.dev); return 0;") },
    { name: 'the kernel itself', ...body('const other = raw.kernel; return [k, other, { kernel: k }];') },
    { name: 'data of the kernel', ...body('const { hz } = k; return hz + k.hz;') },
    { name: 'types', ...body("type F = typeof k.consume_skb; type G = kernel['consume_skb'] | typeof netdev_priv; return name satisfies keyof kernel as string & (F | G | string);") },
    { name: 'an implementation', code: `${HEAD}\nexport const mine: Partial<kernel> = { consume_skb(skb: sk_buff): void { void skb; } };\nexport class K { consume_skb(skb: sk_buff): void { void skb; } }\nexport { netdev_priv };\nconst { consume_skb } = new K(); consume_skb;`, filename },
    { name: 'classes of the raw layer', code: `${HEAD}\nexport const all = [net_device];`, filename },
    { name: 'nothing raw in sight', code: 'const o = { consume_skb(): void {} }; export const f = o.consume_skb;' },
  ],
  invalid: [
    { name: 'a variable', ...body('const free = k.consume_skb; return free(raw);'), errors: [{ messageId: 'value', data: { name: 'consume_skb' }, line: 2, column: 90, endColumn: 101 }] },
    { name: 'an argument', ...body('return [raw].map(k.consume_skb);'), errors: [{ messageId: 'value', line: 2, column: 94 }] },
    { name: 'call, bind and apply', ...body('k.consume_skb.call(k, raw); k.consume_skb.apply(k, [raw]); return raw.kernel.consume_skb.bind(k);'), errors: [{ messageId: 'value', line: 2, column: 77 }, { messageId: 'value', line: 2, column: 105 }, { messageId: 'value', line: 2, column: 152 }] },
    { name: 'an optional alias', ...body('const free = k?.consume_skb; return free;'), errors: [{ messageId: 'value', line: 2, column: 91 }] },
    { name: 'a literal name', ...body("return k['consume_skb'];"), errors: [{ messageId: 'value', line: 2, column: 84, endColumn: 97 }] },
    { name: 'a name that is not known', ...body('return k[name];'), errors: [{ messageId: 'dynamic', line: 2, column: 84, endColumn: 88 }] },
    { name: 'a call of a name that is not known', ...body('return (k[name] as (skb: sk_buff) => void)(raw);'), errors: [{ messageId: 'dynamic', line: 2, column: 85 }] },
    {
      name: 'patterns',
      ...body("const { consume_skb, kfree_skb_reason: free, hz, ...rest } = k; const { ['alloc_skb']: alloc, [name]: any } = raw.kernel; return [consume_skb, free, hz, rest, alloc, any];"),
      errors: [
        { messageId: 'destructured', data: { name: 'consume_skb' }, line: 2, column: 83, endColumn: 94 },
        { messageId: 'destructured', data: { name: 'kfree_skb_reason' }, line: 2, column: 96 },
        { messageId: 'spread', line: 2, column: 124 },
        { messageId: 'destructured', data: { name: 'alloc_skb' }, line: 2, column: 147 },
        { messageId: 'dynamic', line: 2, column: 169 },
      ],
    },
    { name: 'a pattern of a parameter', code: `${HEAD}\nexport function f({ consume_skb }: kernel, raw: sk_buff): void { consume_skb(raw); void net_device; void netdev_priv; }`, filename, errors: [{ messageId: 'destructured', line: 2, column: 21 }, { messageId: 'value', line: 2, column: 106 }] },
    { name: 'a pattern that is assigned to', ...body('let free; ({ consume_skb: free } = k); return free;'), errors: [{ messageId: 'destructured', line: 2, column: 88 }] },
    { name: 'a copy', ...body('return { ...k };'), errors: [{ messageId: 'spread', line: 2, column: 84, endColumn: 88 }] },
    { name: 'a part of the interface', ...body("const some: Pick<kernel, 'consume_skb'> = k; return some.consume_skb;"), errors: [{ messageId: 'value', line: 2, column: 132 }] },
    { name: "a function of the raw layer's own", ...body('const priv = netdev_priv; return { priv, other: netdev_priv };'), errors: [{ messageId: 'value', data: { name: 'netdev_priv' }, line: 2, column: 88 }, { messageId: 'value', line: 2, column: 123 }] },
  ],
});
