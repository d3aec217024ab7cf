import type { kernel, module_image } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../src/clock.ts';
import { Faults } from '../src/faults.ts';
import { Modules, moduleSource } from '../src/module.ts';
import { Printk } from '../src/printk.ts';

// CAST: the loader hands the kernel on to modules, and these modules do not use it.
const owner = {} as kernel;

function image(name: string, alias: string[] = [], calls: string[] = [], result = 0): module_image {
  return {
    name,
    authors: [],
    description: '',
    license: 'MIT',
    alias,
    init_module: () => {
      calls.push(`init ${name}`);
      return result;
    },
    cleanup_module: () => void calls.push(`exit ${name}`),
  };
}

function loader(...images: module_image[]): { modules: Modules; faults: Faults; log: Printk } {
  const log = new Printk(new ManualClock());
  const faults = new Faults();
  return { modules: new Modules(owner, faults, log, moduleSource(images)), faults, log };
}

describe('Modules', () => {
  it('loads, lists newest first, and unloads', () => {
    const calls: string[] = [];
    const { modules } = loader();
    expect(modules.insert(image('a', [], calls))).toBe(0);
    expect(modules.insert(image('b', [], calls))).toBe(0);
    expect(modules.list().map(({ name }) => name)).toEqual(['b', 'a']);
    expect(modules.remove('a')).toBe(0);
    expect(modules.list().map(({ name }) => name)).toEqual(['b']);
    expect(calls).toEqual(['init a', 'init b', 'exit a']);
  });

  it('refuses a second module of a name, and one that is not there', () => {
    const { modules } = loader();
    modules.insert(image('a'));
    expect(modules.insert(image('a'))).toBe(-errno.EEXIST);
    expect(modules.remove('b')).toBe(-errno.ENOENT);
  });

  it('refuses to unload what is pinned', () => {
    const { modules } = loader();
    let raw: Parameters<Modules['tryGet']>[0] | undefined;
    modules.insert({ ...image('a'), init_module: (mod) => ((raw = mod), 0) });
    if (raw === undefined) throw new Error('init was not called');
    expect(modules.tryGet(raw)).toBe(true);
    expect(modules.remove('a')).toBe(-errno.EAGAIN);
    modules.put(raw);
    expect(modules.remove('a')).toBe(0);
  });

  it('complains of a put too many', () => {
    const { modules, log } = loader();
    modules.put(modules.builtin);
    expect(log.lines()).toEqual([expect.objectContaining({ level: 4, text: 'module_put: vmlinux is not pinned' })]);
  });

  it('leaves nothing of a module whose init fails', () => {
    const { modules } = loader();
    expect(modules.insert(image('a', [], [], -errno.ENODEV))).toBe(-errno.ENODEV);
    expect(modules.list()).toEqual([]);
  });

  it('fails with ENOMEM when memory is short', () => {
    const { modules, faults } = loader();
    using fault = faults.failAllocation({ nth: 1, site: 'module' });
    expect(modules.insert(image('a'))).toBe(-errno.ENOMEM);
    expect(fault.hits).toBe(1);
  });

  it('loads by alias, once', () => {
    const calls: string[] = [];
    const { modules } = loader(image('other', ['rtnl-link-other'], calls), image('nlmon', ['rtnl-link-nlmon'], calls));
    modules.request('rtnl-link-nlmon');
    modules.request('rtnl-link-nlmon');
    modules.request('rtnl-link-unknown');
    expect(calls).toEqual(['init nlmon']);
  });

  it('tries the next module when one fails', () => {
    const calls: string[] = [];
    const { modules, log } = loader(image('broken', ['x'], calls, -errno.ENODEV), image('good', ['x'], calls));
    modules.request('x');
    expect(calls).toEqual(['init broken', 'init good']);
    expect(log.lines().map(({ text }) => text)).toEqual(["modprobe: could not insert 'broken': errno 19"]);
  });
});

describe('moduleSource', () => {
  it('matches aliases with *', () => {
    const source = moduleSource([image('n', ['net-pf-16-proto-*', 'a.c'])]);
    expect(source.find('net-pf-16-proto-4')).toHaveLength(1);
    expect(source.find('net-pf-17-proto-4')).toHaveLength(0);
    expect(source.find('abc')).toHaveLength(0);
  });

  it('takes the preferred module of several', () => {
    const images = [image('nlmon', ['rtnl-link-nlmon']), image('nlmon-rust', ['rtnl-link-nlmon'])];
    expect(moduleSource(images).find('rtnl-link-nlmon').map(({ name }) => name)).toEqual(['nlmon', 'nlmon-rust']);
    expect(moduleSource(images, { 'rtnl-link-nlmon': 'nlmon-rust' }).find('rtnl-link-nlmon').map(({ name }) => name)).toEqual(['nlmon-rust']);
  });
});
