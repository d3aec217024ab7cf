import { skbMustBeSettled } from '../../src/rules/skb-must-be-settled.ts';
import { HEAD, method, startXmit } from '../support/drivers.ts';
import { typedTester } from '../support/tester.ts';

typedTester().run('skb-must-be-settled', skbMustBeSettled, {
  valid: [
    { name: 'settled at the end', code: startXmit('dev.stats.add(skb.len);', 'return skb.consume();') },
    { name: 'an early return', code: startXmit("if (skb.len > dev.mtu) return skb.drop('NOT_SPECIFIED');", 'return skb.consume();') },
    { name: 'if and else', code: startXmit("if (skb.len > 9) { return skb.drop('NOT_SPECIFIED'); } else { return skb.busy(); }") },
    { name: 'a conditional expression', code: startXmit("return skb.len > 9 ? skb.drop('NOT_SPECIFIED') : skb.consume();") },
    { name: 'an arrow function', code: `${HEAD}\nexport const startXmit = (skb: SkBuff): TxOutcome => skb.consume();` },
    { name: 'an outcome in a variable', code: startXmit('const outcome = skb.consume();', 'dev.stats.add(1);', 'return outcome;') },
    {
      name: 'an outcome assigned on each branch',
      code: startXmit('let outcome: TxOutcome;', "if (skb.len > 9) outcome = skb.drop('NOT_SPECIFIED'); else outcome = skb.consume();", 'return outcome;'),
    },
    { name: 'another name', code: startXmit('const packet = skb;', 'return packet.consume();') },
    { name: 'another name, assigned', code: startXmit('let packet: SkBuff;', 'packet = skb;', 'return packet.consume();') },
    { name: 'a path that throws', code: startXmit("if (skb.len === 0) throw new Error('empty');", 'return skb.consume();') },
    {
      name: 'a path that calls what never returns',
      code: `${startXmit('if (skb.len > 9) fail();', 'return skb.consume();')}\nfunction fail(): never { throw new Error('long'); }`,
    },
    {
      name: 'a switch with a default, falling through',
      code: startXmit('switch (skb.protocol) {', 'case 0:', 'case 1:', "return skb.drop('NOT_SPECIFIED');", 'default:', 'dev.stats.add(1);', '}', 'return skb.consume();'),
    },
    {
      name: 'a switch that names every value',
      code: method(`choose(skb: SkBuff, what: 'a' | 'b' | 3): TxOutcome { switch (what) { case 'a': return skb.consume(); case 'b': return skb.busy(); case 3: return skb.drop('NO_SOCKET'); } }`),
    },
    {
      name: 'loops',
      code: startXmit(
        'for (const octet of skb.data().slice()) { if (octet === 0) continue; if (octet === 1) return skb.busy(); if (octet === 2) break; }',
        'for (let i = 0; i < skb.len; i++) dev.stats.add(i);',
        'for (const key in state) dev.stats.add(key.length);',
        'let n = 0;',
        'do { n++; } while (n < 4);',
        'while (n > 0) n--;',
        'return skb.consume();',
      ),
    },
    { name: 'a loop without an end', code: startXmit('for (;;) { if (dev.mtu > 0) return skb.consume(); }') },
    { name: 'a loop without an end, left by a break', code: startXmit('while (true) { if (dev.mtu > 0) break; }', 'return skb.consume();') },
    { name: 'labels', code: startXmit('outer: for (;;) { for (;;) { if (dev.mtu > 0) break outer; continue outer; } }', 'block: { if (dev.mtu > 9) break block; dev.stats.add(1); }', 'return skb.consume();') },
    { name: 'try, before anything was settled', code: startXmit('try { dev.stopQueue(); return skb.consume(); } catch { return skb.busy(); }') },
    { name: 'try, a clone given to what throws', code: startXmit('try { dev.receive(skb.clone()); return skb.consume(); } catch { return skb.busy(); }') },
    { name: 'finally', code: startXmit('try { return skb.consume(); } finally { dev.wakeQueue(); }') },
    { name: 'finally that settles', code: startXmit('let outcome: TxOutcome;', 'try { dev.stopQueue(); } finally { outcome = skb.consume(); }', 'return outcome;') },
    { name: 'try that cannot throw', code: startXmit("try { if (skb.len > 9) return skb.drop('NOT_SPECIFIED'); } catch {}", 'return skb.consume();') },
    { name: 'a helper that takes over', code: method('startXmit(skb: SkBuff, dev: Device): TxOutcome { return this.#send(skb, dev); }\n#send(skb: SkBuff, dev: Device): TxOutcome { dev.stats.add(skb.len); return skb.consume(); }') },
    { name: 'a helper that only looks', code: method('startXmit(skb: SkBuff): TxOutcome { this.#look(skb); return skb.consume(); }\n#look(skb: SkBuff): number { return skb.len; }') },
    { name: 'a helper given it in an object', code: `${HEAD}\nfunction send(job: { skb: SkBuff }): TxOutcome { return job.skb.consume(); }\nexport function startXmit(skb: SkBuff): TxOutcome { return send({ skb }); }` },
    { name: 'a helper whose outcome is passed on', code: `${HEAD}\nfunction logged(outcome: TxOutcome): TxOutcome { return outcome; }\nexport function startXmit(skb: SkBuff): TxOutcome { return logged(skb.consume()); }` },
    { name: 'kept in a field', code: startXmit('state.pending = skb;', 'return skb.keep();') },
    { name: 'kept, then stored', code: startXmit('const outcome = skb.keep();', 'state.queue.push(skb);', 'return outcome;') },
    { name: 'kept on one path', code: startXmit('if (dev.mtu > 9) { state.queue.push(skb); return skb.keep(); }', 'return skb.consume();') },
    { name: 'kept by a helper', code: method('startXmit(skb: SkBuff, state: State): TxOutcome { return this.#push(skb, state); }\n#push(skb: SkBuff, state: State): TxOutcome { state.queue.push(skb); return skb.keep(); }') },
    { name: 'kept and handed to a call that may store it', code: startXmit('dev.receive(skb);', 'return skb.keep();') },
    { name: 'released later', code: method('stop(_dev: Device, state: State): void { state.pending?.consume(); for (const skb of state.queue) skb.consume(); state.queue.length = 0; }') },
    { name: 'released later, under a name', code: method('stop(_dev: Device, state: State): void { const { pending } = state; const [first] = state.queue; if (pending) pending.consume(); first?.consume(); }') },
    { name: 'released by a callback', code: method('stop(_dev: Device, state: State): void { state.queue.forEach((skb) => { skb.consume(); }); }') },
    { name: 'looked at by a callback', code: method('sum(state: State): number { let sum = 0; state.queue.forEach((skb) => { sum += skb.len; }); return sum; }') },
    { name: 'taken out of a queue', code: method('drain(state: State): void { for (let skb = state.queue.shift(); skb !== undefined; skb = state.queue.shift()) skb.consume(); }') },
    { name: 'taken out of a queue in a test', code: method("drain(state: State): void { let skb; while ((skb = state.queue.pop()) !== undefined) { skb.drop('FULL_RING'); } }") },
    { name: 'taken out, or nothing', code: method('poll(state: State): void { const skb = state.queue.shift(); if (skb === undefined) return; skb.consume(); }') },
    { name: 'taken out, or nothing: other tests', code: method('poll(state: State): void { const a = state.queue.shift(); if (!a) return; a.consume(); const b = state.queue.shift(); if (b != null) b.consume(); const c = state.queue.shift(); c?.consume(); const d = state.queue.shift(); d && d.consume(); if (undefined === d) return; }') },
    { name: 'a clone that is settled', code: startXmit('const copy = skb.clone();', 'copy.consume();', 'return skb.consume();') },
    { name: 'a clone without a name', code: startXmit('skb.copy().consume();', 'return skb.consume();') },
    { name: 'a clone that is stored', code: startXmit('state.pending = skb.clone();', 'const second = skb.clone();', 'state.queue.push(second);', 'return skb.consume();') },
    { name: 'a clone that is passed on to the kit', code: startXmit('dev.receive(skb.clone());', 'return skb.consume();') },
    { name: 'a clone that is returned', code: `${HEAD}\nexport function twice(skb: SkBuff): SkBuff[] { const one = skb.clone(); return [one, skb.copy()]; }` },
    { name: 'a clone handed to a constructor', code: `${HEAD}\nclass Holder { readonly #skb: SkBuff | undefined; constructor(skb: SkBuff | undefined) { this.#skb = undefined; void skb?.len; } }\nexport function hold(skb: SkBuff): Holder { return new Holder(skb.clone()); }` },
    { name: 'a clone captured by a function', code: startXmit('const later = skb.clone();', 'queueMicrotask(() => { later.consume(); });', 'return skb.consume();') },
    { name: 'a choice among two, settled in both', code: startXmit('const packet = dev.mtu > 9 ? skb : skb;', 'return packet.consume();') },
    { name: 'a class with the name of another package', code: 'class SkBuff { consume(): void {} }\nexport function f(skb: SkBuff): void { skb.consume(); skb.consume(); }' },
    { name: 'no skb at all', code: 'export function f(a: number): number { return a; }' },
  ],
  invalid: [
    {
      name: 'forgotten on the way out',
      code: startXmit("if (skb.len > dev.mtu) return skb.drop('NOT_SPECIFIED');", 'dev.stats.add(skb.len);'),
      errors: [{ messageId: 'unsettled', data: { name: 'skb' }, line: 6, column: 1, endLine: 6, endColumn: 2 }],
    },
    {
      name: 'forgotten in a return',
      code: startXmit('if (dev.mtu > 9) return state.tap as never;', 'return skb.consume();'),
      errors: [{ messageId: 'unsettled', line: 4, column: 18, endLine: 4, endColumn: 44 }],
    },
    {
      name: 'forgotten by an arrow function',
      code: `${HEAD}\nexport const startXmit = (skb: SkBuff) => undefined;`,
      errors: [{ messageId: 'unsettled', line: 2, column: 43, endColumn: 52 }],
    },
    {
      name: 'forgotten behind &&',
      code: startXmit('return (dev.mtu > 9 && skb.consume()) as never;'),
      errors: [{ messageId: 'unsettled', line: 4, column: 1 }],
    },
    {
      name: 'forgotten behind ||',
      code: startXmit('return (dev.name || skb.consume()) as never;'),
      errors: [{ messageId: 'unsettled', line: 4, column: 1 }],
    },
    {
      name: 'forgotten in a branch of a conditional expression',
      code: startXmit('return dev.mtu > 9 ? skb.consume() : (undefined as never);'),
      errors: [{ messageId: 'unsettled', line: 4, column: 1 }],
    },
    {
      name: 'forgotten in a case',
      code: startXmit('switch (skb.protocol) {', 'case 0: return skb.consume();', 'case 1: break;', 'default: return skb.busy();', '}'),
      errors: [{ messageId: 'unsettled', line: 9, column: 1 }],
    },
    {
      name: 'forgotten when no case matches',
      code: startXmit('switch (skb.protocol) {', 'case 0: return skb.consume();', '}'),
      errors: [{ messageId: 'unsettled', line: 7, column: 1 }],
    },
    {
      name: 'settled in a loop that may not run',
      code: startXmit('for (const _ of state.queue) return skb.consume();'),
      errors: [{ messageId: 'unsettled', line: 5, column: 1 }],
    },
    {
      name: 'settled in every turn of a loop',
      code: startXmit('let outcome = skb.consume();', 'for (const _ of state.queue) outcome = skb.consume();', 'return outcome;'),
      errors: [{ messageId: 'settledTwice', line: 5, column: 40 }],
    },
    {
      name: 'settled in a turn of a loop that may be the second',
      code: startXmit('let outcome;', 'do { outcome = skb.consume(); } while (dev.mtu > 9);', 'return outcome;'),
      errors: [{ messageId: 'settledTwice', line: 5, column: 16 }],
    },
    {
      name: 'settled in a turn that continue repeats',
      code: startXmit('let outcome;', 'for (let i = 0; i < 2; i++) { outcome = skb.consume(); if (i === 0) continue; break; }', 'return outcome;'),
      errors: [
        { messageId: 'settledTwice', line: 5, column: 41 },
        { messageId: 'unsettled', line: 6, column: 1 },
      ],
    },
    {
      name: 'forgotten by catch',
      code: startXmit('try { dev.stopQueue(); return skb.consume(); } catch (error) { void error; }'),
      errors: [{ messageId: 'unsettled', line: 5, column: 1 }],
    },
    {
      name: 'settled again by catch',
      code: startXmit('try { const outcome = skb.consume(); dev.stopQueue(); return outcome; } catch { return skb.busy(); }'),
      errors: [{ messageId: 'settledTwice', line: 4, column: 88 }],
    },
    {
      name: 'settled again by finally',
      code: startXmit('try { return skb.consume(); } finally { skb.consume(); }'),
      errors: [
        { messageId: 'outcomeDiscarded', line: 4, column: 41 },
        { messageId: 'settledTwice', line: 4, column: 41 },
      ],
    },
    {
      name: 'used by finally after it was settled',
      code: startXmit('try { return skb.consume(); } finally { dev.stats.add(skb.len); }'),
      errors: [{ messageId: 'usedAfterSettle', line: 4, column: 55, endColumn: 58 }],
    },
    {
      name: 'finally that returns something else',
      code: startXmit('try { return skb.consume(); } finally { dev.stopQueue(); }', 'return skb.consume();').replace('dev.stopQueue();', 'if (dev.mtu > 9) return undefined as never;').replace('return skb.consume(); }', 'dev.stopQueue(); }'),
      errors: [{ messageId: 'unsettled', line: 4, column: 53 }],
    },
    {
      name: 'settled twice',
      code: startXmit("if (skb.len > 9) skb.drop('NOT_SPECIFIED');", 'return skb.consume();'),
      errors: [
        { messageId: 'outcomeDiscarded', line: 4, column: 18, endColumn: 43 },
        { messageId: 'settledTwice', line: 5, column: 8, endColumn: 21 },
      ],
    },
    {
      name: 'settled under two names',
      code: startXmit('const packet = skb;', 'const outcome = packet.consume();', 'skb.busy();', 'return outcome;'),
      errors: [{ messageId: 'settledTwice', line: 6, column: 1 }],
    },
    {
      name: 'used after it was settled',
      code: startXmit('const outcome = skb.consume();', 'dev.stats.add(skb.len);', 'return outcome;'),
      errors: [{ messageId: 'usedAfterSettle', data: { name: 'skb' }, line: 5, column: 15, endLine: 5, endColumn: 18 }],
    },
    {
      name: 'used after it went back to the core',
      code: startXmit('const outcome = skb.busy();', 'return dev.mtu > skb.len ? outcome : outcome;'),
      errors: [{ messageId: 'usedAfterSettle', line: 5, column: 18 }],
    },
    {
      name: 'used after a helper took it over',
      code: method('startXmit(skb: SkBuff): TxOutcome { const outcome = this.#send(skb); this.#look(skb); return outcome; }\n#send(skb: SkBuff): TxOutcome { return skb.consume(); }\n#look(skb: SkBuff): number { return skb.len; }'),
      errors: [{ messageId: 'usedAfterSettle', line: 3, column: 81 }],
    },
    {
      name: 'settled after it was kept',
      code: startXmit('state.pending = skb;', 'const outcome = skb.keep();', 'skb.consume();', 'return outcome;'),
      errors: [{ messageId: 'settledTwice', line: 6, column: 1 }],
    },
    {
      name: 'an outcome that is thrown away',
      code: startXmit('skb.consume();', 'return state.pending!.consume();'),
      errors: [{ messageId: 'outcomeDiscarded', line: 4, column: 1, endColumn: 14 }],
    },
    {
      name: 'outcomes that are thrown away in other ways',
      code: startXmit('void skb.consume();', 'return undefined as never;'),
      errors: [{ messageId: 'outcomeDiscarded', line: 4, column: 6 }],
    },
    {
      name: 'an outcome thrown away behind &&',
      code: startXmit('dev.mtu > 9 && skb.consume();', 'return undefined as never;'),
      errors: [
        { messageId: 'outcomeDiscarded', line: 4, column: 16 },
        { messageId: 'unsettled', line: 5, column: 1 },
      ],
    },
    {
      name: "another's outcome",
      code: startXmit('const copy = skb.clone();', 'return copy.consume();'),
      errors: [{ messageId: 'unsettled', line: 5, column: 1 }],
    },
    {
      name: 'the outcome that the class holds',
      code: `${startXmit('dev.stats.add(skb.len);', 'return Outcomes.SETTLED;')}\nimport { TxOutcome as Outcomes } from '@netdevkit/skbuff';`,
      errors: [{ messageId: 'unsettled', line: 5, column: 1 }],
    },
    {
      name: 'lost by assignment',
      code: method('startXmit(skb: SkBuff): TxOutcome { skb = skb.clone(); return skb.consume(); }'),
      errors: [{ messageId: 'unsettled', line: 3, column: 56 }],
    },
    {
      name: 'one of two',
      code: method('forward(first: SkBuff, second: SkBuff): TxOutcome { return first.consume(); }'),
      errors: [{ messageId: 'unsettled', data: { name: 'second' }, line: 3, column: 53 }],
    },
    {
      name: 'one of two, whichever',
      code: method('forward(first: SkBuff, second: SkBuff): TxOutcome { const one = first.len > 9 ? first : second; return one.consume(); }'),
      errors: [
        { messageId: 'unsettled', data: { name: 'second' }, line: 3, column: 97 },
      ],
    },
    {
      name: 'kept nowhere',
      code: startXmit('dev.stats.add(skb.len);', 'return skb.keep();'),
      errors: [{ messageId: 'keptNowhere', line: 5, column: 8, endColumn: 18 }],
    },
    {
      name: 'kept but stored on another path only',
      code: startXmit('if (dev.mtu > 9) state.pending = skb;', 'return skb.keep();'),
      errors: [{ messageId: 'keptNowhere', line: 5, column: 8 }],
    },
    {
      name: 'a function that settles what it is lent',
      code: method("#release(skb: SkBuff): void { skb.drop('NOT_SPECIFIED'); }"),
      errors: [{ messageId: 'settlesBorrowed', line: 3, column: 31 }],
    },
    {
      name: 'a callback that settles on one path',
      code: method('stop(_dev: Device, state: State): void { state.queue.forEach((skb) => { if (skb.len > 9) return; skb.consume(); }); }'),
      errors: [{ messageId: 'unsettled', line: 3, column: 90 }],
    },
    {
      name: 'a clone that is dropped on the floor',
      code: startXmit('skb.clone();', 'const copy = skb.copy();', 'dev.stats.add(copy.len);', 'return skb.consume();'),
      errors: [
        { messageId: 'leaked', data: { name: 'skb.clone()' }, line: 4, column: 1, endColumn: 12 },
        { messageId: 'leaked', data: { name: 'copy' }, line: 5, column: 7 },
      ],
    },
    {
      name: 'a clone that is settled on one path',
      code: startXmit('const copy = skb.clone();', 'if (dev.mtu > 9) copy.consume();', 'return skb.consume();'),
      errors: [{ messageId: 'leaked', line: 4, column: 7, endColumn: 11 }],
    },
    {
      name: 'a clone in each turn of a loop',
      code: startXmit('for (const _ of state.queue) { const copy = skb.clone(); dev.stats.add(copy.len); }', 'return skb.consume();'),
      errors: [{ messageId: 'leaked', line: 4, column: 38 }],
    },
    {
      name: 'taken out of a queue and lost',
      code: method('poll(dev: Device, state: State): void { const skb = state.queue.shift(); if (skb) dev.stats.add(skb.len); }'),
      errors: [{ messageId: 'leaked', line: 3, column: 47 }],
    },
    {
      name: 'made by the kit and lost',
      code: method('poll(dev: Device): void { const skb = dev.alloc(new Uint8Array(4)); if (skb.len > 9) dev.receive(skb); }'),
      errors: [{ messageId: 'leaked', line: 3, column: 33 }],
    },
    {
      name: 'taken out of a queue and overwritten',
      code: method('poll(state: State): void { let skb = state.queue.shift(); skb = state.queue.shift(); skb?.consume(); }'),
      errors: [{ messageId: 'leaked', line: 3, column: 32 }],
    },
    {
      // One test of one thing, twice: the second is not known to end as the first did.
      name: 'two conditions that belong together',
      code: startXmit('let outcome: TxOutcome | undefined;', 'if (dev.mtu > 9) outcome = skb.busy();', 'outcome ??= skb.consume();', 'return outcome;'),
      errors: [
        { messageId: 'settledTwice', line: 6, column: 13 },
        { messageId: 'unsettled', line: 7, column: 1 },
      ],
    },
    {
      name: 'a held skb used after it was settled',
      code: method('stop(dev: Device, state: State): void { const { pending } = state; if (!pending) return; pending.consume(); dev.stats.add(pending.len); }'),
      errors: [{ messageId: 'usedAfterSettle', line: 3, column: 123 }],
    },
    {
      name: 'a held skb settled twice',
      code: method('stop(dev: Device, state: State): void { for (const skb of state.queue) { skb.consume(); skb.consume(); } }'),
      errors: [{ messageId: 'settledTwice', line: 3, column: 89 }],
    },
    {
      name: 'a startXmit that hides its skb',
      code: method('startXmit(...[skb]: [SkBuff]): TxOutcome { return skb.consume(); }'),
      errors: [{ messageId: 'unnamed', line: 3, column: 11 }],
    },
  ],
});
