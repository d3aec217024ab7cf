import { isKernelError } from '@netdevkit/errno';
import type { ThisModule } from '@netdevkit/module';
import { describe, expect, it } from 'vitest';
import { register, type AttributeDefinitions, type Registration } from '../src/index.ts';
import { Rig, moduleOf, paint, type AnyDriver } from './rig.ts';

/** What registering a driver throws while its module is loaded, which goes on. */
function thrown(driver: AnyDriver, rig: Rig = new Rig()): unknown {
  let error: unknown;
  rig.kernel.insmod(
    moduleOf('other', (module) => {
      try {
        return register(module, driver);
      } catch (caught) {
        error = caught;
        return { [Symbol.dispose]: () => undefined };
      }
    }),
  );
  rig[Symbol.dispose]();
  return error;
}

/** A driver whose attributes are these. */
function withAttributes(attributes: AttributeDefinitions): AnyDriver {
  return { ...paint(), attributes };
}

describe('register', () => {
  it('makes a kind known, for as long as the registration stands', () => {
    let registration: Registration | undefined;
    using rig = new Rig();
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    rig.kernel.insmod(moduleOf('driver', (module) => (registration = register(module, paint()))));
    expect(registration?.isRegistered).toBe(true);
    rig.add();
    expect(rig.links.map(({ name }) => name)).toEqual(['paint0']);
    rig.kernel.rmmod('driver');
    expect(registration?.isRegistered).toBe(false);
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
  });

  it.each(['a', 'A-b.c_d', 'x'.repeat(13), '0', '~!@#$^&*()'])('takes the kind %j, of which devices are named', (kind) => {
    using rig = new Rig(paint({ kind }));
    rig.ip.link.add({ kind });
    expect(rig.ip.link.list({ kind }).map(({ name, info }) => [name, info?.kind])).toEqual([[`${kind}0`, kind]]);
  });

  it.each(['', 'x'.repeat(14), 'a b', 'a\tb', 'a/b', 'a:b', 'a%d', '%', 'ä', 'a\n', 'a\0', '日本'])('refuses the kind %j', (kind) => {
    expect(thrown(paint({ kind }))).toEqual(
      new TypeError(`kind: expected 1 to 13 ASCII characters of a name, got ${JSON.stringify(kind)}`),
    );
  });

  it('throws EEXIST for a kind that is known', () => {
    const error = thrown(paint(), new Rig(paint()));
    expect(isKernelError(error, 'EEXIST')).toBe(true);
  });

  it('throws ENOMEM when memory is short', () => {
    const rig = new Rig();
    using fault = rig.kernel.faults.failAllocation({ nth: 1, site: 'link_ops' });
    expect(isKernelError(thrown(paint(), rig), 'ENOMEM')).toBe(true);
    expect(fault.hits).toBe(1);
  });

  it('takes attribute numbers up to 50, and throws EINVAL above', () => {
    expect(thrown(withAttributes({ last: { id: 50, type: 'u8' } }))).toBeUndefined();
    expect(isKernelError(thrown(withAttributes({ over: { id: 51, type: 'u8' } })), 'EINVAL')).toBe(true);
    // Inside a nest any number is in order.
    expect(thrown(withAttributes({ nest: { id: 1, type: 'nested', attributes: { far: { id: 16_383, type: 'u8' } } } }))).toBeUndefined();
  });

  it.each([0, -1, 1.5, NaN, 16_384])('throws TypeError for the attribute number %d', (id) => {
    const error = new TypeError(`odd: expected an id from 1 to 16383, got ${String(id)}`);
    expect(thrown(withAttributes({ odd: { id, type: 'u8' } }))).toEqual(error);
    expect(thrown(withAttributes({ nest: { id: 1, type: 'nested', attributes: { odd: { id, type: 'u8' } } } }))).toEqual(error);
  });

  it('throws TypeError for a number that two attributes of a level share', () => {
    expect(thrown(withAttributes({ one: { id: 3, type: 'u8' }, two: { id: 3, type: 'flag' } }))).toEqual(
      new TypeError('two: expected an id of its own, got 3 again'),
    );
    expect(thrown(withAttributes({ one: { id: 3, type: 'u8' }, nest: { id: 1, type: 'nested', attributes: { two: { id: 3, type: 'u8' } } } }))).toBeUndefined();
  });

  it.each<readonly [string, AttributeDefinitions[string]]>([
    ['a min that the type does not hold', { id: 1, type: 'u8', min: -1 }],
    ['a max that the type does not hold', { id: 1, type: 's16', max: 32_768 }],
    ['a min that is no integer', { id: 1, type: 'u32', min: 0.5 }],
    ['a min above the max', { id: 1, type: 'u32', min: 5, max: 4 }],
    ['a long min that the type does not hold', { id: 1, type: 'u64', min: -1n }],
    ['a long max that the type does not hold', { id: 1, type: 's64', max: 2n ** 63n }],
    ['a string of no octets', { id: 1, type: 'string', maxLength: 0 }],
    ['a string that no attribute holds', { id: 1, type: 'string', maxLength: 65_532 }],
    ['a length that is no integer', { id: 1, type: 'string', maxLength: NaN }],
    ['a negative length', { id: 1, type: 'binary', minLength: -1 }],
    ['a least length above the greatest', { id: 1, type: 'binary', minLength: 5, maxLength: 4 }],
  ])('throws RangeError for %s', (_, definition) => {
    expect(thrown(withAttributes({ odd: definition }))).toBeInstanceOf(RangeError);
  });

  it('throws TypeError for a limit of another kind of number', () => {
    // CAST: what a driver in JavaScript may declare.
    expect(thrown(withAttributes({ odd: { id: 1, type: 'u64', max: 5 as unknown as bigint } }))).toEqual(
      new TypeError('odd: max: expected a bigint, got number'),
    );
  });

  it('throws TypeError when the module is gone', () => {
    let kept: ThisModule | undefined;
    using rig = new Rig();
    rig.kernel.insmod(moduleOf('gone', (module) => ((kept = module), { [Symbol.dispose]: () => undefined })));
    const handle = kept;
    if (handle === undefined) throw new Error('init was not called');
    rig.kernel.rmmod('gone');
    expect(() => register(handle, paint())).toThrow(new TypeError('ThisModule: used after the module was unloaded'));
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
  });

  it('may be of several kinds in one module, all of which are undone when one of them fails', () => {
    using rig = new Rig(paint({ kind: 'second' }));
    const module = moduleOf('both', (self) => {
      using undo = new DisposableStack();
      undo.use(register(self, paint({ kind: 'first' })));
      undo.use(register(self, paint({ kind: 'second' })));
      return undo.move();
    });
    expect(() => rig.kernel.insmod(module)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => rig.ip.link.add({ kind: 'first' })).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    rig.kernel.rmmod('driver');
    rig.kernel.insmod(module);
    rig.ip.link.add({ kind: 'first' });
    rig.ip.link.add({ kind: 'second' });
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo', 'first0', 'second0']);
  });

  it('may be of one driver in several kernels, whose devices know nothing of each other', () => {
    const states: object[] = [];
    const driver = paint({ createState: () => (states.push({}), states.at(-1) ?? {}) });
    using here = new Rig(driver);
    using there = new Rig(driver);
    here.add();
    there.add();
    here.kernel.rmmod('driver');
    expect([here.links.length, there.links.length, new Set(states).size]).toEqual([0, 1, 2]);
  });
});

describe('the end of a registration', () => {
  /** A rig whose registration is at hand. */
  class Registered extends Rig {
    readonly registration: Registration;

    constructor() {
      super();
      let found: Registration | undefined;
      this.kernel.insmod(moduleOf('driver', (module) => (found = register(module, paint()))));
      if (found === undefined) throw new Error('init was not called');
      this.registration = found;
    }
  }

  it('deletes the devices of its kind in every namespace, and no others', () => {
    using rig = new Registered();
    const { registration } = rig;
    rig.kernel.insmod(moduleOf('other', (module) => register(module, paint({ kind: 'other' }))));
    using namespace = rig.kernel.createNamespace('there');
    const there = rig.client(namespace);
    rig.add(undefined, { up: true });
    rig.add();
    there.link.add({ kind: 'paint', up: true });
    rig.ip.link.add({ kind: 'other' });
    using monitor = rig.ip.monitor();
    registration[Symbol.dispose]();
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo', 'other0']);
    expect(there.link.list().map(({ name }) => name)).toEqual(['lo']);
    const gone: string[] = [];
    for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) if (event.type === 'del') gone.push(event.link.name);
    expect(gone).toEqual(['paint0', 'paint1']);
  });

  it('comes once: disposing again does nothing', () => {
    using rig = new Registered();
    const { registration } = rig;
    registration[Symbol.dispose]();
    expect(registration.isRegistered).toBe(false);
    registration[Symbol.dispose]();
    rig.kernel.rmmod('driver');
    expect(rig.kernel.dmesg().filter(({ level }) => level <= 4)).toEqual([]);
  });

  it('lets the kind be registered again', () => {
    using rig = new Registered();
    const { registration } = rig;
    registration[Symbol.dispose]();
    rig.kernel.insmod(moduleOf('again', (module) => register(module, paint())));
    rig.add();
    expect(rig.links).toHaveLength(1);
  });
});
