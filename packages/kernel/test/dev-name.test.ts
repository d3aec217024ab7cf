import type { kernel } from '@netdevkit/bindings/raw';
import { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameTable, byteLength, isValidAltname, isValidName } from '../src/net/core/dev-name.ts';
import { Net } from '../src/net/core/net-namespace.ts';

// CAST: names know nothing of the kernel that their devices belong to.
const owner = {} as kernel;

function table(...taken: string[]): NameTable {
  const namespace = new Net(owner, 0, 1, '');
  const names = new NameTable(namespace);
  for (const name of taken) names.add(name, new net_device(owner, namespace, name));
  return names;
}

describe('isValidName', () => {
  it.each(['lo', 'nlmon0', 'a', '123456789012345', 'é', '-x', 'nlmon%d', '\u{1f427}'])('takes %j', (name) => {
    expect(isValidName(name)).toBe(true);
  });

  it.each(['', '.', '..', 'a/b', 'a:b', 'a b', 'a\tb', 'a\vb', 'a\0', '1234567890123456', 'ééééééé\u20ac'])('refuses %j', (name) => {
    expect(isValidName(name)).toBe(false);
  });
});

describe('isValidAltname', () => {
  it('takes up to 127 octets', () => {
    expect(isValidAltname('x'.repeat(127))).toBe(true);
    expect(isValidAltname('x'.repeat(128))).toBe(false);
    expect(isValidAltname('')).toBe(true);
  });
});

describe('byteLength', () => {
  it('is the length of the UTF-8 form', () => {
    const encoder = new TextEncoder();
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => byteLength(text) === encoder.encode(text).length));
  });
});

describe('NameTable', () => {
  it('gives the lowest free number of a template', () => {
    expect(table().resolve('nlmon%d', errno.EEXIST)).toBe('nlmon0');
    expect(table('nlmon0', 'nlmon1', 'nlmon3').resolve('nlmon%d', errno.EEXIST)).toBe('nlmon2');
    expect(table('0').resolve('%d', errno.EEXIST)).toBe('1');
    expect(table('a1b').resolve('a%db', errno.EEXIST)).toBe('a0b');
  });

  it('does not take "nlmon00" for number 0', () => {
    expect(table('nlmon00', 'nlmon01').resolve('nlmon%d', errno.EEXIST)).toBe('nlmon0');
  });

  it.each(['x%s', 'x%', '%d%d', 'x%dy%d', 'x%%d'])('refuses the template %j', (template) => {
    expect(table().resolve(template, errno.EEXIST)).toBe(-errno.EINVAL);
  });

  it('refuses a name that is taken with the errno asked for', () => {
    expect(table('lo').resolve('lo', errno.EEXIST)).toBe(-errno.EEXIST);
  });

  it('gives a number again once it is free', () => {
    const names = table('x0', 'x1', 'x2', 'x3');
    expect(names.resolve('x%d', errno.EEXIST)).toBe('x4');
    names.remove('x1');
    expect(names.resolve('x%d', errno.EEXIST)).toBe('x1');
  });

  it('ends with ENFILE after 32768 numbers', () => {
    const names = table();
    const namespace = new Net(owner, 0, 1, '');
    const dev = new net_device(owner, namespace, 'x');
    for (let i = 0; i < 32_768; i++) {
      const name = names.resolve('x%d', errno.EEXIST);
      if (typeof name === 'number') throw new Error(`no name at ${String(i)}`);
      names.add(name, dev);
    }
    expect(names.resolve('x%d', errno.EEXIST)).toBe(-errno.ENFILE);
  });

  it('always gives the lowest free number, whatever comes and goes', () => {
    const command = fc.oneof(
      fc.record({ op: fc.constant('add' as const), number: fc.nat(20) }),
      fc.record({ op: fc.constant('remove' as const), number: fc.nat(20) }),
      fc.record({ op: fc.constant('resolve' as const), number: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const names = table();
        const used = new Set<number>();
        const dev = new net_device(owner, new Net(owner, 0, 1, ''), 'x');
        for (const { op, number } of commands) {
          if (op === 'add' && !used.has(number)) {
            used.add(number);
            names.add(`x${String(number)}`, dev);
          } else if (op === 'remove' && used.delete(number)) names.remove(`x${String(number)}`);
          else if (op === 'resolve') {
            let lowest = 0;
            while (used.has(lowest)) lowest++;
            if (names.resolve('x%d', errno.EEXIST) !== `x${String(lowest)}`) return false;
          }
        }
        return true;
      }),
    );
  });
});
