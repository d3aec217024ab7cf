import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { LinkAttr, type AttributeReader, type ChangeLinkContext, type ExtAck, type InfoWriter, type NewLinkContext, type ValidateContext } from '../src/index.ts';
import { ATTRIBUTES, Rig, paint, refusal, type Attributes, type Paint } from './rig.ts';

type Context = ValidateContext<Attributes> | ChangeLinkContext<Attributes> | NewLinkContext<Attributes, 'tstats'>;

describe('validate', () => {
  it('is asked for a new link, and for one that is there, when the request names the kind', () => {
    const seen: boolean[] = [];
    using rig = new Rig(paint({ validate: (ctx) => void seen.push(ctx.hasLinkAttr(LinkAttr.MTU)), changeLink: () => undefined }));
    rig.add();
    rig.ip.link.set('paint0', { kind: 'paint', mtu: 1000 });
    rig.change((writer) => writer.putU8(1, 1));
    expect(seen).toEqual([false, true, false]);
    // RTM_SETLINK and requests without a kind do not ask.
    rig.ip.link.set('paint0', { mtu: 900 });
    rig.ip.link.set('paint0', { up: true });
    expect(seen).toHaveLength(3);
  });

  it('is asked before anything is done', () => {
    let made = 0;
    using rig = new Rig(
      paint({
        createState: () => (made++, {}),
        validate: () => {
          throw new KernelError('EPERM');
        },
      }),
    );
    expect(refusal(() => rig.add()).code).toBe('EPERM');
    expect(made).toBe(0);
  });

  it('reads any attribute of the link', () => {
    let seen: unknown[] = [];
    using rig = new Rig(
      paint({
        validate: (ctx) => {
          seen = [
            ctx.linkU32(LinkAttr.MTU),
            [...(ctx.linkAttr(LinkAttr.ADDRESS) ?? [])],
            ctx.linkAttr(LinkAttr.ADDRESS)?.length,
            ctx.linkU32(LinkAttr.ADDRESS),
            ctx.linkU32(LinkAttr.TXQLEN),
            ctx.linkAttr(LinkAttr.TXQLEN),
            ctx.hasLinkAttr(LinkAttr.ADDRESS),
            ctx.hasLinkAttr(LinkAttr.GROUP),
            ctx.hasLinkAttr(-1),
            ctx.hasLinkAttr(60_000),
            ctx.linkAttr(60_000),
            ctx.linkU32(60_000),
          ];
        },
      }),
    );
    rig.add(undefined, { mtu: 1234, address: Uint8Array.of(1, 2, 3) });
    // Three octets are fewer than a number has.
    expect(seen).toEqual([1234, [1, 2, 3], 3, undefined, undefined, undefined, true, false, false, false, undefined, undefined]);
  });

  it('may be absent', () => {
    using rig = new Rig(paint());
    rig.add((writer) => writer.putU8(1, 1));
    expect(rig.links).toHaveLength(1);
  });
});

describe('changeLink', () => {
  it('is given the request, the device and its state', () => {
    const state = { colour: 0 };
    const seen: unknown[] = [];
    using rig = new Rig(
      paint({
        createState: () => state,
        changeLink: (ctx, dev, own) => void seen.push(ctx.data?.get('u8'), dev.name, own === state),
      }),
    );
    rig.add();
    rig.change((writer) => writer.putU8(ATTRIBUTES.u8.id, 9));
    expect(seen).toEqual([9, 'paint0', true]);
  });

  it('is not asked without data', () => {
    let asked = 0;
    using rig = new Rig(paint({ changeLink: () => void asked++ }));
    rig.add();
    rig.ip.link.set('paint0', { kind: 'paint', mtu: 1000 });
    expect(asked).toBe(0);
  });

  it('gives EOPNOTSUPP when it is absent', () => {
    using rig = new Rig(paint());
    rig.add();
    expect(refusal(() => rig.change((writer) => writer.putU8(1, 1))).code).toBe('EOPNOTSUPP');
  });

  it('that refuses leaves the rest of the request undone', () => {
    using rig = new Rig(
      paint({
        changeLink: (ctx) => {
          throw ctx.error('EBUSY', 'in use');
        },
      }),
    );
    rig.add();
    expect(refusal(() => rig.ip.link.set('paint0', { kind: 'paint', mtu: 900, data: (writer) => writer.putU8(1, 1) }))).toMatchObject({
      code: 'EBUSY',
      extack: { message: 'in use' },
    });
    expect(rig.ip.link.show('paint0').mtu).toBe(1500);
  });
});

describe('delLink', () => {
  it('is told that its device goes by request, while all of it is there', () => {
    const seen: unknown[] = [];
    using rig = new Rig(
      paint({
        delLink: (dev) => void seen.push('delLink', dev.name, dev.isUp),
        stop: () => void seen.push('stop'),
      }),
    );
    rig.add(undefined, { up: true });
    rig.ip.link.delete('paint0');
    expect(seen).toEqual(['delLink', 'paint0', true, 'stop']);
  });

  it('cannot keep its device', () => {
    using rig = new Rig(
      paint({
        delLink: () => {
          throw new KernelError('EBUSY');
        },
      }),
    );
    rig.add();
    rig.ip.link.delete('paint0');
    expect(rig.links).toEqual([]);
  });
});

describe.each<keyof Paint & ('validate' | 'changeLink' | 'newLink' | 'delLink')>(['validate', 'changeLink', 'newLink', 'delLink'])('%s', (op) => {
  const act = (rig: Rig): void => {
    if (op === 'changeLink') rig.change((writer) => writer.putU8(1, 1));
    else if (op === 'delLink') rig.ip.link.delete('paint0');
    else rig.add(undefined, { name: 'second' });
  };

  /** A rig with one device, whose driver does this from now on. */
  const rigOf = (does: () => unknown): Rig => {
    let armed = false;
    const rig = new Rig(paint({ [op]: () => (armed ? does() : undefined) }));
    rig.add();
    armed = true;
    return rig;
  };

  it.each<readonly [string, () => unknown, ErrnoCode, RegExp | undefined]>([
    ['a KernelError', () => { throw new KernelError('EXFULL'); }, 'EXFULL', undefined],
    ['an Error', () => { throw new RangeError('no such colour'); }, 'EIO', /no such colour/],
    ['nothing', () => { throw undefined; }, 'EIO', /undefined/],
    ['no error but a promise', async () => undefined, 'EIO', /expected to be done when it returns, got a promise/],
    ['no error but a promise that fails', async () => { throw new Error('late'); }, 'EIO', /got a promise/],
  ])('refuses by throwing %s', (_, does, code, complaint) => {
    using rig = rigOf(does);
    if (op === 'delLink') act(rig);
    else expect(refusal(() => act(rig)).code).toBe(code);
    expect(rig.links.map(({ name }) => name)).toEqual(op === 'delLink' ? [] : ['paint0']);
    expect(rig.complaints).toEqual(complaint === undefined ? [] : [expect.stringMatching(complaint)]);
    for (const text of rig.complaints) expect(text).toContain(`${op}: `);
  });

  it.each([1, -1, 'text', {}])('accepts whatever else it returns: %j', (returned) => {
    using rig = rigOf(() => returned);
    act(rig);
    expect(rig.complaints).toEqual([]);
  });
});

describe('a context', () => {
  const uses: ReadonlyArray<readonly [string, (ctx: Context) => unknown]> = [
    ['extack', (ctx) => ctx.extack],
    ['data', (ctx) => ctx.data],
    ['hasLinkAttr', (ctx) => ctx.hasLinkAttr(1)],
    ['linkAttr', (ctx) => ctx.linkAttr(1)],
    ['linkU32', (ctx) => ctx.linkU32(1)],
    ['error', (ctx) => ctx.error('EPERM', 'too late')],
    ['register', (ctx) => ('register' in ctx ? ctx.register() : ctx.data)],
  ];

  it.each(['returned', 'thrown'])('is dead when its callback has %s, with all that it gave', (how) => {
    const contexts: Context[] = [];
    const readers: Array<AttributeReader<Attributes>> = [];
    const extacks: Array<ExtAck<Attributes>> = [];
    const nested: Array<() => unknown> = [];
    let failing = false;
    const keep = (ctx: Context): void => {
      contexts.push(ctx);
      extacks.push(ctx.extack);
      if (ctx.data !== null) readers.push(ctx.data);
      const nest = ctx.data?.get('nest');
      if (nest !== undefined) nested.push(() => nest.get('inner'), () => nest.has('inner'));
      if (failing) throw new KernelError('EPERM');
    };
    using rig = new Rig(paint({ validate: keep, newLink: keep, changeLink: keep }));
    rig.add((writer) => writer.putNested(ATTRIBUTES.nest.id, () => writer.putU32(1, 1)));
    failing = how === 'thrown';
    try {
      rig.change((writer) => writer.putNested(ATTRIBUTES.nest.id, () => writer.putU32(1, 2)));
    } catch (error) {
      if (!failing) throw error;
    }
    // Requests that would be read, or answered wrongly, were anything alive.
    failing = false;
    rig.add(undefined, { name: 'other' });
    const dead = new TypeError('link request: used after its callback');
    expect(contexts.length).toBeGreaterThanOrEqual(3);
    for (const ctx of contexts) for (const [name, use] of uses) expect(() => use(ctx), name).toThrow(dead);
    for (const data of readers) {
      expect(() => data.get('u8')).toThrow(dead);
      expect(() => data.has('u8')).toThrow(dead);
    }
    expect(nested.length).toBeGreaterThan(0);
    for (const use of nested) expect(use).toThrow(dead);
    for (const extack of extacks) {
      for (const use of [
        () => extack.setMessage('late'),
        () => extack.badAttribute('u8', 'late'),
        () => extack.badLinkAttr(1, 'late'),
        () => extack.missing('u8', 'late'),
        () => extack.setCookie(Uint8Array.of(1)),
      ]) {
        expect(use).toThrow(dead);
      }
    }
    rig.add(undefined, { name: 'quiet' });
    expect(rig.warnings).toEqual([]);
  });

  it('lives while its callback runs, whatever requests its driver causes meanwhile', () => {
    let inner = false;
    const seen: unknown[] = [];
    using rig = new Rig(
      paint({
        validate: (ctx) => {
          if (inner) return;
          inner = true;
          rig.ip.link.add({ kind: 'paint', name: 'inner', mtu: 100, data: (writer) => writer.putU8(ATTRIBUTES.u8.id, 1) });
          seen.push(ctx.data?.get('u8'), ctx.linkU32(LinkAttr.MTU));
        },
      }),
    );
    const outer = rig.client(rig.kernel.initialNamespace);
    outer.link.add({ kind: 'paint', name: 'outer', mtu: 200, data: (writer) => writer.putU8(ATTRIBUTES.u8.id, 2) });
    expect(rig.complaints).toEqual([]);
    expect(seen).toEqual([2, 200]);
    expect(rig.links.map(({ name }) => name)).toEqual(['inner', 'outer']);
  });

  it('of fillInfo is dead as well', () => {
    const writers: Array<InfoWriter<Attributes>> = [];
    using rig = new Rig(paint({ fillInfo: (info) => void writers.push(info) }));
    rig.add();
    rig.ip.link.show('paint0');
    const kept = writers.length;
    expect(kept).toBeGreaterThan(0);
    for (const info of writers) expect(() => info.put('u8', 1)).toThrow(new TypeError('InfoWriter: used after fillInfo'));
  });
});
