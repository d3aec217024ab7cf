import { requireSafetyComment } from '../../src/rules/require-safety-comment.ts';
import { typedTester } from '../support/tester.ts';

const filename = 'src/handle.unsafe.ts';
const HEAD = "import { netdev_priv, type net_device, type nla_policy, type sk_buff } from '@netdevkit/bindings/raw'; import { skbFromRawUnsafe } from '@netdevkit/skbuff/unsafe'; declare const brand: unique symbol; type Index = number & { readonly [brand]: true };";

/** Statements; the first is on line 3. */
function body(...lines: string[]): { code: string; filename: string } {
  return { code: [HEAD, 'export function f(raw: sk_buff, dev: net_device): unknown {', ...lines, '}'].join('\n'), filename };
}

/** Members of a class; the first is on line 3. */
function members(...lines: string[]): { code: string; filename: string } {
  return { code: [HEAD, 'export class A {', ...lines, '}', 'void netdev_priv; void skbFromRawUnsafe; export type B = Index | net_device | nla_policy;'].join('\n'), filename };
}

typedTester().run('require-safety-comment', requireSafetyComment, {
  valid: [
    { name: 'above the statement', ...body('// SAFETY: the skb is ours.', 'raw.kernel.consume_skb(raw);', '// SAFETY: the device', '// is alive.', 'return netdev_priv(dev);') },
    { name: 'among other comments', ...body('// From net/core/skbuff.c:consume_skb.', '// SAFETY: the skb is ours.', '// NB: last use.', 'raw.kernel.consume_skb(raw);', '/* SAFETY: it is alive. */', 'return netdev_priv(dev);') },
    { name: 'above the part that calls', ...body('return [', '  // SAFETY: the device is alive.', '  netdev_priv(dev),', '];') },
    { name: 'above the test of an if', ...body('// SAFETY: the device is alive.', 'if (netdev_priv(dev) === null) return 1;', 'return 0;') },
    { name: 'above an if without braces', ...body('// SAFETY: the device is alive.', 'if (raw.len > 0) raw.kernel.consume_skb(raw);', '// SAFETY: as above.', 'for (const one of [raw]) raw.kernel.consume_skb(one);', 'return 0;') },
    { name: 'above a function of one expression', ...body('// SAFETY: the caller has the skb.', 'const free = (): void => raw.kernel.consume_skb(raw);', 'return free;') },
    { name: 'in a class', ...members('readonly #raw: sk_buff | null;', 'constructor(raw: sk_buff) {', '// INVARIANT: the caller gives the skb up.', 'this.#raw = raw;', '}', 'free(): void {', '// SAFETY: ours by the invariant.', 'this.#raw?.kernel.consume_skb(this.#raw);', '}') },
    { name: 'a property', ...members('// SAFETY: made for this class alone.', 'readonly all = [{} as never as sk_buff];', '// SAFETY: it is alive.', 'readonly priv = netdev_priv(this.dev());', 'dev(): net_device { throw new Error(); }') },
    { name: 'a brand', ...body('// SAFETY: made by the registration.', 'return 1 as Index;') },
    { name: 'what is no brand', ...body('// SAFETY: made by the registration.', 'const a = 1 as Index;', 'return [a as Index | null, raw as unknown as Iterable<number>, 1 as const];') },
    { name: 'raw data that is no object of the kernel', ...members('#policy: nla_policy | undefined;', '#len = 0;', 'set(raw: sk_buff, policy: nla_policy): void {', 'this.#policy = policy;', 'this.#len = raw.len;', 'const own = raw;', 'void own;', '}') },
    { name: 'an unsafe function', ...body('// SAFETY: the skb is ours.', 'return skbFromRawUnsafe(raw);') },
    { name: 'collections of other things', ...body('const all: number[] = [];', 'all.push(raw.len);', 'return all;') },
    { name: 'no raw layer', code: 'const k = { consume_skb(): void {} }; k.consume_skb();' },
  ],
  invalid: [
    { name: 'a call', ...body('raw.kernel.consume_skb(raw);', 'return 0;'), errors: [{ messageId: 'call', data: { name: 'consume_skb' }, line: 3, column: 1, endLine: 3, endColumn: 28 }] },
    { name: 'a call below a blank line', ...body('// SAFETY: the skb is ours.', '', 'raw.kernel.consume_skb(raw);', 'return 0;'), errors: [{ messageId: 'call', line: 5, column: 1 }] },
    { name: 'a comment behind the line above', ...body('const n = raw.len; // SAFETY: the skb is ours.', 'raw.kernel.consume_skb(raw);', 'return n;'), errors: [{ messageId: 'call', line: 4, column: 1 }] },
    { name: 'one comment for two statements', ...body('// SAFETY: the skb is ours.', 'raw.kernel.consume_skb(raw);', 'return netdev_priv(dev);'), errors: [{ messageId: 'call', data: { name: 'netdev_priv' }, line: 5, column: 8 }] },
    { name: 'a comment above the function', code: `${HEAD}\n// SAFETY: of the function.\nexport function f(raw: sk_buff): void {\n  raw.kernel.consume_skb(raw);\n}\nvoid netdev_priv;`, filename, errors: [{ messageId: 'call', line: 4, column: 3 }] },
    { name: 'a comment above the block', ...body('// SAFETY: of the if.', 'if (raw.len > 0) {', '  raw.kernel.consume_skb(raw);', '}', 'return 0;'), errors: [{ messageId: 'call', line: 5, column: 3 }] },
    { name: 'a comment that says nothing', ...body('// SAFETY:', 'raw.kernel.consume_skb(raw);', 'return 0;'), errors: [{ messageId: 'empty', line: 4, column: 1 }] },
    { name: 'a comment with another tag', ...body('// CAST: the skb is ours.', 'raw.kernel.consume_skb(raw);', 'return 1 as Index;'), errors: [{ messageId: 'call', line: 4, column: 1 }, { messageId: 'brand', line: 5, column: 8, endColumn: 18 }] },
    { name: 'an unsafe function', ...body('return skbFromRawUnsafe(raw);'), errors: [{ messageId: 'call', data: { name: 'skbFromRawUnsafe' }, line: 3, column: 8 }] },
    {
      name: 'raw objects kept',
      ...members('readonly #raw: sk_buff;', 'readonly #all = new Set<sk_buff>();', '#last: unknown;', 'constructor(raw: sk_buff) {', 'this.#raw = raw;', 'this.#all.add(raw);', 'this.#last = [raw];', 'void [this.#raw, this.#last];', '}'),
      errors: [
        { messageId: 'keep', line: 4, column: 1 },
        { messageId: 'keep', line: 7, column: 1, endColumn: 16 },
        { messageId: 'keep', line: 8, column: 1, endColumn: 19 },
        { messageId: 'keep', line: 9, column: 1 },
      ],
    },
    { name: 'a raw object put into a raw object', ...body('raw.dev = dev;', 'return 0;'), errors: [{ messageId: 'keep', line: 3, column: 1 }] },
    { name: 'a brand of another shape', code: 'type Id = string & { readonly __brand: "Id" }; interface Handle { readonly brand: "Handle"; } export const a = "x" as Id; export const b = {} as Handle; export const c = <Id>"y";', errors: [{ messageId: 'brand', line: 1, column: 112 }, { messageId: 'brand', line: 1, column: 140 }, { messageId: 'brand', line: 1, column: 171 }] },
  ],
});
