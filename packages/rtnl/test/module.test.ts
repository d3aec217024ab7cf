import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import { defineModule, type Module } from '@netdevkit/module';
import { describe, expect, it } from 'vitest';
import { register } from '../src/index.ts';
import { Rig, moduleOf, paint } from './rig.ts';

/** A module with the kind `paint`, loaded by an alias. */
function painter(name: string, alias: readonly string[] = ['rtnl-link-paint'], before: () => void = () => undefined): Module {
  return defineModule({
    name,
    authors: [],
    description: '',
    license: 'MIT',
    alias,
    init: (module) => {
      before();
      return register(module, paint());
    },
  });
}

function loaded(rig: Rig): string[] {
  return rig.kernel.lsmod().map(({ name }) => name);
}

describe('a link kind’s module', () => {
  it('is loaded when somebody asks for the kind, once', () => {
    using rig = new Rig(null, { modules: [painter('paint')] });
    expect(loaded(rig)).toEqual([]);
    rig.add();
    rig.add();
    expect(loaded(rig)).toEqual(['paint']);
    expect(rig.links).toHaveLength(2);
  });

  it('is found by an alias with *', () => {
    using rig = new Rig(null, { modules: [painter('paint', ['rtnl-link-pai*'])] });
    rig.add();
    expect(loaded(rig)).toEqual(['paint']);
  });

  it('is not loaded for another kind', () => {
    using rig = new Rig(null, { modules: [painter('paint')] });
    expect(() => rig.ip.link.add({ kind: 'brush' })).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    expect(loaded(rig)).toEqual([]);
  });

  it('is the first of several that claim it', () => {
    using rig = new Rig(null, { modules: [painter('oil'), painter('acrylic')] });
    rig.add();
    expect(loaded(rig)).toEqual(['oil']);
  });

  it('is the preferred one of several', () => {
    using rig = new Rig(null, { modules: [painter('oil'), painter('acrylic')], prefer: { 'rtnl-link-paint': 'acrylic' } });
    rig.add();
    expect(loaded(rig)).toEqual(['acrylic']);
  });

  it('is looked up in a catalogue', () => {
    const asked: string[] = [];
    const find = (alias: string): readonly Module[] => {
      asked.push(alias);
      return alias === 'rtnl-link-paint' ? [painter('paint')] : [];
    };
    using rig = new Rig(null, { modules: { find } });
    rig.add();
    expect(asked).toContain('rtnl-link-paint');
    expect(loaded(rig)).toEqual(['paint']);
  });

  it.each<readonly [string, unknown, ErrnoCode, number]>([
    ['a KernelError', new KernelError('ENODEV'), 'ENODEV', 0],
    ['an Error', new Error('no brush'), 'EIO', 1],
  ])('is not loaded when its init throws %s', (_, thrown, code, complaints) => {
    const broken = painter('broken', [], () => {
      throw thrown;
    });
    using rig = new Rig();
    expect(() => rig.kernel.insmod(broken)).toThrow(expect.objectContaining({ code, op: 'insmod' }));
    expect(loaded(rig)).toEqual([]);
    expect(rig.complaints).toHaveLength(complaints);
  });

  it('makes way for the next one when its init throws', () => {
    const broken = painter('broken', undefined, () => {
      throw new KernelError('ENODEV');
    });
    using rig = new Rig(null, { modules: [broken, painter('paint')] });
    rig.add();
    expect(loaded(rig)).toEqual(['paint']);
  });

  it('is loaded once, and gone is gone', () => {
    const module = painter('paint');
    using rig = new Rig();
    rig.kernel.insmod(module);
    expect(() => rig.kernel.insmod(module)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    rig.kernel.rmmod('paint');
    expect(() => rig.kernel.rmmod('paint')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    rig.kernel.insmod(module);
    rig.add();
    expect(rig.links).toHaveLength(1);
  });
});

describe('a kind that its module forgot', () => {
  it('goes with the module, and its devices too', () => {
    using rig = new Rig();
    rig.kernel.insmod(
      moduleOf('careless', (module) => {
        register(module, paint());
        return { [Symbol.dispose]: () => undefined };
      }),
    );
    rig.add(undefined, { up: true });
    rig.kernel.rmmod('careless');
    expect(rig.ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    expect(rig.kernel.dmesg().map(({ level, text }) => [level, text])).toContainEqual([4, 'careless: left something registered, which goes now']);
  });

  it('does not stay when init fails after it was registered', () => {
    using rig = new Rig();
    const broken = moduleOf('broken', (module) => {
      register(module, paint());
      throw new KernelError('ENODEV');
    });
    expect(() => rig.kernel.insmod(broken)).toThrow(expect.objectContaining({ code: 'ENODEV' }));
    expect(() => rig.add()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }));
    // The kind is free for another.
    rig.kernel.insmod(painter('paint'));
    rig.add();
    expect(rig.links).toHaveLength(1);
  });

  it('is ended once: a registration that ended before is left alone', () => {
    using rig = new Rig();
    rig.kernel.insmod(
      moduleOf('driver', (module) => {
        register(module, paint())[Symbol.dispose]();
        return register(module, paint());
      }),
    );
    rig.kernel.rmmod('driver');
    expect(rig.kernel.dmesg().filter(({ level }) => level <= 4)).toEqual([]);
  });
});
