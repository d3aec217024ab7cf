import { noEscapingBorrow } from '../../src/rules/no-escaping-borrow.ts';
import { HEAD, method, startXmit } from '../support/drivers.ts';
import { typedTester } from '../support/tester.ts';

typedTester().run('no-escaping-borrow', noEscapingBorrow, {
  valid: [
    { name: 'a call is no store', code: method('open(dev: Device, state: State): void { state.tap.add(dev); }') },
    { name: "a call of the driver's own is no store", code: method('open(dev: Device): void { this.#start(dev); }\n#start(dev: Device): void { dev.wakeQueue(); }') },
    { name: 'values read from a device', code: method('open(dev: Device, state: State): void { state.bytes = dev.mtu; }') },
    { name: 'values read from statistics', code: method('getStats64(dev: Device): LinkStats { const { packets, bytes } = dev.stats.read(); return { rxPackets: packets, rxBytes: bytes }; }') },
    { name: 'state that may hold a device', code: method('#state: State | undefined;\nopen(_dev: Device, state: State): State { this.#state = state; return state; }') },
    { name: 'names in the function', code: method('open(dev: Device): void { let own: Device | undefined; own = dev; const { stats } = own; const pair = { own }; pair.own = dev; stats.add(1); }') },
    { name: 'a list in the function', code: method('open(dev: Device): void { const all: Device[] = []; all.push(dev); const names = new Map<string, Device>(); names.set(dev.name, dev); const o = {}; Object.assign(o, { dev }); for (const one of all) one.wakeQueue(); }') },
    { name: "functions that end with the callback", code: method('open(dev: Device, state: State): void { state.queue.forEach((skb) => { dev.stats.add(skb.len); }); const n = state.queue.map((skb) => skb.len + dev.mtu).filter((len) => len > dev.mtu); void n; }') },
    { name: 'a function that is only called', code: method('open(dev: Device): void { const log = (n: number): void => { dev.stats.add(n); }; log(1); function more(): void { dev.stopQueue(); more(); } more(); [1].forEach(log); }') },
    { name: 'a function called where it is written', code: method('open(dev: Device): void { (() => { dev.stopQueue(); })(); }') },
    { name: 'functions handed to the kit', code: method('fillInfo(info: InfoWriter, dev: Device): void { info.nest(1, () => { info.putU32(1, dev.mtu); }); dev.withLock(() => { dev.stopQueue(); }); }') },
    { name: 'setters that return their device', code: `${HEAD}\nexport const driver: { setup(dev: DeviceSetup): void } = { setup: (dev) => dev.setMtu(3776).setType(824) };\nexport function setup(dev: DeviceSetup): void { return void dev.setMtu(1); }` },
    { name: 'an skb kept in a field', code: startXmit('state.pending = skb;', 'return skb.keep();') },
    { name: 'an skb kept after it was stored on a path', code: startXmit('const outcome = skb.keep();', 'if (dev.mtu > 9) state.pending = skb; else state.queue.unshift(skb);', 'return outcome;') },
    { name: 'an skb pushed by a function that returns its outcome', code: `${HEAD}\nexport class Ring { readonly #slots: SkBuff[] = []; push(skb: SkBuff): TxOutcome { this.#slots.push(skb); return skb.keep(); } }` },
    { name: 'held skbs moved from one place to another', code: method('stop(_dev: Device, state: State): void { const { pending } = state; if (pending) state.queue.push(pending); state.pending = state.queue.shift(); state.queue.forEach((skb) => { state.pending = skb; }); }') },
    { name: 'a clone stored', code: startXmit('state.pending = skb.clone();', 'return skb.consume();') },
    { name: 'an skb in a list of the function', code: startXmit('const all: SkBuff[] = [];', 'all.push(skb);', 'const pair = { skb };', 'pair.skb = skb;', 'return skb.consume();') },
    { name: 'a copy of octets', code: startXmit('state.bytes = skb.data().slice();', 'state.bytes = [...new Uint8Array(4)];', 'return skb.consume();') },
    { name: 'a view returned to the lender', code: method('#payload(skb: SkBuff): ReadonlyBytes { return skb.data().subarray(14); }') },
    { name: 'parameters of a call’s function, which may be anybody’s', code: method('find(state: State): SkBuff | undefined { return state.queue.find((skb) => skb.len > 9); }') },
    { name: 'a device of another package', code: 'class Device {}\nlet last: Device | undefined;\nexport function open(dev: Device): void { last = dev; }\nvoid last;' },
    { name: 'the top of a module', code: `${HEAD}\nlet a: unknown; a = 1; ({ a } = { a }); class B { static c: unknown; static { B.c = a; } d = a; } export const e = { ...new B() }; [1].push(2);` },
    { name: 'a destructured value', code: method('#n = 0;\nopen(dev: Device): void { ({ mtu: this.#n } = dev); [this.#n] = [dev.mtu]; }') },
  ],
  invalid: [
    {
      name: 'a device stored in state',
      code: method('open(dev: Device, state: State): void { state.dev = dev; }'),
      errors: [{ messageId: 'stored', data: { name: 'dev' }, line: 3, column: 41, endLine: 3, endColumn: 56 }],
    },
    {
      name: 'a device stored in a field',
      code: method('#dev: Device | undefined;\nopen(dev: Device): void { this.#dev ??= dev; }'),
      errors: [{ messageId: 'stored', line: 4, column: 27, endColumn: 44 }],
    },
    {
      name: 'a device stored in the module',
      code: `${HEAD}\nlet current: Device | undefined;\nexport function open(dev: Device): void { current = dev; }\nvoid current;`,
      errors: [{ messageId: 'stored', line: 3, column: 43 }],
    },
    {
      name: 'a device stored in an outer function',
      code: `${HEAD}\nexport function make(): (dev: Device) => void { let current: Device | undefined; void current; return (dev) => { current = dev; }; }`,
      errors: [{ messageId: 'stored', line: 2, column: 114 }],
    },
    {
      name: 'a device under another name',
      code: method('open(dev: Device, state: State): void { const own: unknown = dev; state.bytes = own; }'),
      errors: [{ messageId: 'stored', data: { name: 'own' }, line: 3, column: 67 }],
    },
    {
      name: 'a device in an object',
      code: method('open(dev: Device, state: State): void { state.bytes = { dev }; const pair = { of: [dev] }; state.bytes = pair; }'),
      errors: [
        { messageId: 'stored', data: { name: '{ dev }' }, line: 3, column: 41 },
        { messageId: 'stored', data: { name: 'pair' }, line: 3, column: 92 },
      ],
    },
    {
      name: 'an object of the function that a device was put into',
      code: method([
        'open(dev: Device, state: State): void { const all: unknown[] = []; all.push(dev); state.bytes = all;',
        'const o: { dev?: Device } = {}; o.dev = dev; state.bytes = o;',
        'const p = {}; Object.assign(p, { dev }); state.bytes = p;',
        'const names = new Map<string, number>(); names.set(dev.name, dev.mtu); state.bytes = names; }',
      ].join('\n')),
      errors: [
        { messageId: 'stored', data: { name: 'all' }, line: 3, column: 83 },
        { messageId: 'stored', data: { name: 'o' }, line: 4, column: 46 },
        { messageId: 'stored', data: { name: 'p' }, line: 5, column: 42 },
      ],
    },
    {
      name: 'a device under a condition',
      code: method('open(dev: Device, state: State): void { state.dev = dev.mtu > 9 ? dev : undefined; }'),
      errors: [{ messageId: 'stored', line: 3, column: 41 }],
    },
    {
      name: 'a device through a pattern',
      code: method('open(dev: Device, state: State): void { [state.dev] = [dev]; ({ dev: state.dev } = { dev }); }'),
      errors: [
        { messageId: 'stored', line: 3, column: 41 },
        { messageId: 'stored', line: 3, column: 63 },
      ],
    },
    {
      name: 'a device in a collection',
      code: method('open(dev: Device, state: State): void { state.all.set(1, dev); const s = state; s.dev = dev; Object.assign(state, { dev }); Reflect.set(state, "dev", dev); }'),
      errors: [
        { messageId: 'stored', line: 3, column: 58, endColumn: 61 },
        { messageId: 'stored', line: 3, column: 81 },
        { messageId: 'stored', line: 3, column: 115 },
        { messageId: 'stored', line: 3, column: 151 },
      ],
    },
    {
      name: 'a list of devices',
      code: method('open(dev: Device, state: State): void { const all = new Set([dev]); state.bytes = all; state.bytes = Promise.resolve(dev); }'),
      errors: [
        { messageId: 'stored', line: 3, column: 69 },
        { messageId: 'stored', line: 3, column: 88 },
      ],
    },
    {
      name: "a device's statistics",
      code: method('open(dev: Device, state: State): void { state.bytes = dev.stats; const own = dev.stats; state.bytes = own; const { stats, mtu } = dev; state.bytes = mtu; state.bytes = stats; }'),
      errors: [
        { messageId: 'stored', data: { name: 'dev.stats' }, line: 3, column: 41 },
        { messageId: 'stored', line: 3, column: 89 },
        { messageId: 'stored', data: { name: 'stats' }, line: 3, column: 155 },
      ],
    },
    {
      name: 'a device of the constructor',
      code: `${HEAD}\nexport class Port { readonly #dev: Device; constructor(dev: Device) { this.#dev = dev; } mtu(): number { return this.#dev.mtu; } }\nexport class Pair { constructor(private readonly dev: Device) {} mtu(): number { return this.dev.mtu; } }`,
      errors: [
        { messageId: 'stored', line: 2, column: 71 },
        { messageId: 'stored', line: 3, column: 50, endColumn: 61 },
      ],
    },
    {
      name: 'a device in the field of a class',
      code: `${HEAD}\nexport function open(dev: Device): object { return new (class { readonly dev = dev; })(); }`,
      errors: [{ messageId: 'stored', line: 2, column: 65 }],
    },
    {
      name: 'a setup and contexts',
      code: method('#all: unknown;\nsetup(dev: DeviceSetup): void { this.#all = dev; }\nvalidate(ctx: ValidateContext): void { this.#all = ctx; }\nnewLink(ctx: NewLinkContext): void { this.#all = ctx.dev; }\nchangeLink(ctx: ChangeLinkContext): void { this.#all = [ctx]; }\nfillInfo(info: InfoWriter): void { this.#all = { info }; }'),
      errors: [
        { messageId: 'stored', line: 4, column: 33 },
        { messageId: 'stored', line: 5, column: 40 },
        { messageId: 'stored', line: 6, column: 38 },
        { messageId: 'stored', line: 7, column: 44 },
        { messageId: 'stored', line: 8, column: 36 },
      ],
    },
    {
      name: 'a device returned',
      code: method('open(dev: Device): Device { return dev; }\nof(ctx: NewLinkContext): { dev: Device } { return { dev: ctx.dev }; }'),
      errors: [
        { messageId: 'returned', data: { name: 'dev' }, line: 3, column: 36, endColumn: 39 },
        { messageId: 'returned', line: 4, column: 51 },
      ],
    },
    {
      name: 'a device returned by an arrow function',
      code: `${HEAD}\nexport const same = (dev: Device): Device => dev;`,
      errors: [{ messageId: 'returned', line: 2, column: 46 }],
    },
    {
      name: 'a device used by a timer, a promise and a listener',
      code: method('open(dev: Device): void {\nsetTimeout(() => { dev.wakeQueue(); }, 1);\nqueueMicrotask(() => { dev.wakeQueue(); dev.stopQueue(); });\nvoid Promise.resolve().then(() => dev.wakeQueue());\ndev.onChange(() => { dev.stopQueue(); });\n}'),
      errors: [
        { messageId: 'captured', data: { name: 'dev' }, line: 4, column: 20, endColumn: 23 },
        { messageId: 'captured', line: 5, column: 24 },
        { messageId: 'captured', line: 6, column: 35 },
        { messageId: 'captured', line: 7, column: 22 },
      ],
    },
    {
      name: 'a device handed to a timer',
      code: method('open(dev: Device): void { setTimeout((own: Device) => { own.wakeQueue(); }, 1, dev); }'),
      errors: [{ messageId: 'captured', line: 3, column: 80, endColumn: 83 }],
    },
    {
      name: 'a device bound to a function',
      code: method('open(dev: Device, state: State): void { state.bytes = this.#later.bind(this, dev); }\n#later(dev: Device): void { dev.wakeQueue(); }'),
      errors: [{ messageId: 'captured', line: 3, column: 78 }],
    },
    {
      name: 'a device used by a function that is stored, returned or passed on',
      code: method('open(dev: Device, state: State): unknown {\nconst log = (): void => { dev.stopQueue(); };\nstate.bytes = log;\nreturn () => dev.mtu;\n}\nstop(dev: Device): void { [1].forEach(() => { setTimeout(() => { dev.stopQueue(); }); }); }'),
      errors: [
        { messageId: 'captured', line: 4, column: 27 },
        { messageId: 'captured', line: 6, column: 14 },
        { messageId: 'captured', line: 8, column: 66 },
      ],
    },
    {
      name: 'a device used by a method of an object',
      code: `${HEAD}\nexport function open(dev: Device): object { return { mtu(): number { return dev.mtu; } }; }`,
      errors: [{ messageId: 'captured', line: 2, column: 77 }],
    },
    {
      name: 'an async or generator callback',
      code: method('async open(dev: Device): Promise<void> { await Promise.resolve(); dev.wakeQueue(); }\n*each(skb: SkBuff): Generator<number> { yield skb.len; }'),
      errors: [
        { messageId: 'suspended', data: { name: 'dev' }, line: 3, column: 12 },
        { messageId: 'suspended', data: { name: 'skb' }, line: 4, column: 7 },
      ],
    },
    {
      name: 'an skb stored and consumed',
      code: startXmit('state.pending = skb;', 'return skb.consume();'),
      errors: [{ messageId: 'storedSkb', data: { name: 'skb' }, line: 4, column: 1, endColumn: 20 }],
    },
    {
      name: 'an skb stored on every path, kept on one',
      code: startXmit('state.queue.push(skb);', 'if (dev.mtu > 9) return skb.keep();', "return skb.drop('FULL_RING');"),
      errors: [{ messageId: 'storedSkb', line: 4, column: 1, endColumn: 22 }],
    },
    {
      name: 'an skb stored in an object, under another name',
      code: startXmit('const packet = skb;', 'state.bytes = [{ packet }];', 'return skb.consume();'),
      errors: [{ messageId: 'storedSkb', line: 5, column: 1 }],
    },
    {
      name: 'an skb stored by a function that is lent it',
      code: method('#last: SkBuff | undefined;\n#remember(skb: SkBuff): void { this.#last = skb; }'),
      errors: [{ messageId: 'storedSkb', line: 4, column: 32 }],
    },
    {
      name: 'an skb stored in the module',
      code: `${HEAD}\nlet last: SkBuff | undefined;\nexport function startXmit(skb: SkBuff): TxOutcome { last = skb; return skb.consume(); }\nvoid last;`,
      errors: [{ messageId: 'storedSkb', line: 3, column: 53 }],
    },
    {
      name: 'an skb used by a timer, kept or not',
      code: startXmit('setTimeout(() => { skb.consume(); }, 1);', 'return skb.keep();'),
      errors: [{ messageId: 'captured', data: { name: 'skb' }, line: 4, column: 20 }],
    },
    {
      name: 'an skb returned',
      code: method('same(skb: SkBuff): SkBuff { const packet = skb; return packet; }'),
      errors: [{ messageId: 'returned', line: 3, column: 56 }],
    },
    {
      name: "an skb's octets",
      code: startXmit('state.bytes = skb.data();', 'const view = skb.writable().subarray(4);', 'state.bytes = { view };', 'return skb.consume();'),
      errors: [
        { messageId: 'storedView', data: { name: 'skb.data()' }, line: 4, column: 1 },
        { messageId: 'storedView', line: 6, column: 1 },
      ],
    },
    {
      name: "an skb's octets used by a timer",
      code: startXmit('const bytes = skb.data();', 'setTimeout(() => bytes.length, 1);', 'return skb.consume();'),
      errors: [{ messageId: 'captured', line: 5, column: 18 }],
    },
  ],
});
