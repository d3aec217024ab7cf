import { NLA_F_NESTED, NLM_F_REQUEST } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import type { MessageWriter } from '../src/message-writer.ts';
import {
  attributes,
  choice,
  indexed,
  many,
  nest,
  record,
  sized,
  string,
  struct,
  subMessage,
  typed,
  u16,
  u32,
  u8,
  type AttributeSet,
} from '../src/schema/index.ts';
import { decodeBoth, toy, toyAttributes, toyMessage } from './decode-toy.ts';

const inner: AttributeSet = attributes('inner', { 1: u32('size'), 2: string('name') });

describe('a level of attributes', () => {
  it('keeps unknown attributes by number, and the second of a kind under a number of its own', () => {
    const set = attributes('s', { 1: u8('x') });
    const decoded = toyAttributes(set, (writer) => {
      writer.putU8(1, 1);
      writer.putBytes(77, Uint8Array.of(10, 11));
      writer.putU8(1, 2);
      writer.putBytes(77, Uint8Array.of(12));
      writer.putBytes(9000, Uint8Array.of());
      writer.putBytes(9000, Uint8Array.of());
      writer.putU8(1, 3);
    });
    expect(decoded).toEqual({ x: 1, '#77': '0a0b', 'x#2': 2, '#77#2': '0c', '#9000': '', '#9000#2': '', 'x#3': 3 });
    expect(Object.keys(decoded)).toEqual(['x', '#77', 'x#2', '#77#2', '#9000', '#9000#2', 'x#3']);
  });

  it('makes a list of an attribute that comes any number of times, where the first stands', () => {
    const set = attributes('s', { 1: many(u16('x')), 2: u8('y') });
    expect(
      toyAttributes(set, (writer) => {
        writer.putU16(1, 5);
        writer.putU8(2, 1);
        writer.putU16(1, 6);
        writer.putU8(1, 7);
      }),
    ).toEqual({ x: [5, 6, { '#1': '07' }], y: 1 });
    expect(toyAttributes(set, (writer) => writer.putU16(1, 5))).toEqual({ x: [5] });
  });

  it('keeps what is no attribute', () => {
    const set = attributes('s', { 1: u8('x') });
    const rest = (octets: readonly number[]): unknown => toyAttributes(set, (writer) => {
      writer.putU8(1, 1);
      writer.append(Uint8Array.from(octets));
    });
    expect(rest([1, 2, 3])).toEqual({ x: 1, '#trailing': '010203' });
    expect(rest([3, 0, 1, 0])).toEqual({ x: 1, '#trailing': '03000100' });
    expect(rest([9, 0, 1, 0, 0, 0, 0, 0])).toEqual({ x: 1, '#trailing': '0900010000000000' });
  });

  it('masks the flags of a type', () => {
    const set = attributes('s', { 1: u8('x') });
    expect(toyAttributes(set, (writer) => writer.putBytes(1 | 0xc000, Uint8Array.of(4)))).toEqual({ x: 4 });
  });
});

describe('a nest', () => {
  it('is an object, marked as a nest or not', () => {
    const set = attributes('s', { 1: nest('in', inner) });
    const write = (type: number) => (writer: MessageWriter): void => writer.putNested(type, () => writer.putU32(1, 9));
    expect(toyAttributes(set, write(1))).toEqual({ in: { size: 9 } });
    expect(toyAttributes(set, write(1 | NLA_F_NESTED))).toEqual({ in: { size: 9 } });
    expect(toyAttributes(set, (writer) => writer.putBytes(1, new Uint8Array()))).toEqual({ in: {} });
  });

  it('may contain itself, down to a limit below which there are octets', () => {
    const self: AttributeSet = attributes('self', { 1: nest('in', () => self) });
    let bytes = new Uint8Array();
    for (let depth = 0; depth < 200; depth++) {
      const outer = new Uint8Array(bytes.length + 4);
      new DataView(outer.buffer).setUint32(0, outer.length | (1 << 16), true);
      outer.set(bytes, 4);
      bytes = outer;
    }
    let value: unknown = toyAttributes(self, (writer) => writer.append(bytes));
    let depth = 0;
    while (typeof value === 'object' && value !== null && 'in' in value) {
      value = value.in;
      depth++;
    }
    expect(depth).toBe(25);
    expect(value).toMatch(/^[0-9a-f]+$/);
  });
});

describe('an indexed array', () => {
  const set = attributes('s', { 1: indexed(nest('list', inner)), 2: indexed(u8('numbers')) });
  const nests = (types: readonly number[]): unknown =>
    toyAttributes(set, (writer) => writer.putNested(1, () => types.forEach((type) => writer.putNested(type, () => writer.putU32(1, type)))));

  it('is a list', () => {
    expect(nests([1, 2, 3])).toEqual({ list: [{ size: 1 }, { size: 2 }, { size: 3 }] });
    expect(nests([0, 1])).toEqual({ list: [{ size: 0 }, { size: 1 }] });
    expect(nests([0, 0])).toEqual({ list: [{ size: 0 }, { size: 0 }] });
    expect(nests([])).toEqual({ list: [] });
  });

  it('says the number of an element that leaves the sequence', () => {
    expect(nests([1, 5, 6, 3])).toEqual({ list: [{ size: 1 }, { '#index': 5, size: 5 }, { size: 6 }, { '#index': 3, size: 3 }] });
    const numbers = toyAttributes(set, (writer) =>
      writer.putNested(2, () => {
        writer.putU8(7, 70);
        writer.putU8(8, 80);
        writer.putU16(9, 90);
        writer.append(Uint8Array.of(1, 0));
      }),
    );
    expect(numbers).toEqual({ numbers: [{ '#index': 7, value: 70 }, 80, { '#9': '5a00' }, { '#trailing': '0100' }] });
  });
});

describe('typed nests', () => {
  const set = attributes('s', { 1: typed(['group', 'id'], nest('in', inner)), 2: typed(['id'], u32('count')) });

  it('say their types by name', () => {
    const decoded = toyAttributes(set, (writer) => {
      writer.putNested(1, () => writer.putNested(4, () => writer.putNested(9, () => writer.putU32(1, 6))));
      writer.putNested(2, () => writer.putU32(3, 100));
    });
    expect(decoded).toEqual({ in: { group: 4, id: 9, size: 6 }, count: { id: 3, count: 100 } });
  });

  it('are a list where there are several', () => {
    const decoded = toyAttributes(set, (writer) =>
      writer.putNested(2, () => {
        writer.putU32(3, 100);
        writer.putU32(4, 200);
        writer.putU8(5, 1);
      }),
    );
    expect(decoded).toEqual({ count: [{ id: 3, count: 100 }, { id: 4, count: 200 }, { id: 5, '#5': '01' }] });
    expect(toyAttributes(set, (writer) => writer.putBytes(2, Uint8Array.of(1, 2)))).toEqual({ count: [{ '#trailing': '0102' }] });
  });
});

describe('a sub-message', () => {
  const kinds = choice('kinds', {
    box: { attributes: inner },
    dot: { header: struct('dot', [u8('x'), u8('y'), u8('z')]), attributes: inner },
    word: { body: string('text') },
    none: {},
    7: { attributes: inner },
  });
  const data = attributes('s', { 1: string('kind'), 2: subMessage('data', kinds, 'kind'), 3: nest('deeper', attributes('d', { 1: subMessage('data', kinds, 'kind') })) });
  const of = (kind: string, write: (writer: MessageWriter) => void): unknown => {
    const { kind: _, ...rest } = toyAttributes(data, (writer) => {
      writer.putString(1, kind);
      writer.putNested(2, () => write(writer));
    });
    return rest;
  };

  it('is what its selector says', () => {
    expect(of('box', (writer) => writer.putU32(1, 4))).toEqual({ data: { size: 4 } });
    expect(of('none', () => undefined)).toEqual({ data: {} });
    expect(of('none', (writer) => writer.putU8(1, 4))).toEqual({ data: { '#1': '04' } });
  });

  it('may have a structure in front, and attributes at the next multiple of four', () => {
    const write = (writer: MessageWriter): void => {
      writer.append(Uint8Array.of(1, 2, 3, 0));
      writer.putU32(1, 4);
    };
    expect(of('dot', write)).toEqual({ data: { x: 1, y: 2, z: 3, size: 4 } });
    expect(of('dot', (writer) => writer.append(Uint8Array.of(1, 2)))).toEqual({ data: { x: 1, y: 2 } });
  });

  it('has other keys for attributes that are called as members of the structure are', () => {
    const both = choice('both', { x: { header: struct('h', [u8('size'), u8('b'), u16('c')]), attributes: inner } });
    const set = attributes('s', { 1: string('kind'), 2: subMessage('data', both, 'kind') });
    const decoded = toyAttributes(set, (writer) => {
      writer.putString(1, 'x');
      writer.putNested(2, () => {
        writer.append(Uint8Array.of(1, 2, 3, 0));
        writer.putU32(1, 4);
      });
    });
    expect(decoded).toEqual({ kind: 'x', data: { size: 1, b: 2, c: 3, 'size#2': 4 } });
  });

  it('may be one value', () => {
    expect(of('word', (writer) => writer.append(new TextEncoder().encode('hello\0')))).toEqual({ data: { text: 'hello' } });
  });

  it('is octets where nothing says what it is', () => {
    expect(of('other', (writer) => writer.putU8(1, 4))).toEqual({ data: '0500010004000000' });
    expect(toyAttributes(data, (writer) => writer.putNested(2, () => writer.putU8(1, 4)))).toEqual({ data: '0500010004000000' });
  });

  it('finds its selector behind it, further out, and in the header', () => {
    expect(
      toyAttributes(data, (writer) => {
        writer.putNested(2, () => writer.putU32(1, 4));
        writer.putString(1, 'box');
      }),
    ).toEqual({ data: { size: 4 }, kind: 'box' });
    expect(
      toyAttributes(data, (writer) => {
        writer.putString(1, 'box');
        writer.putNested(3, () => writer.putNested(1, () => writer.putU32(1, 4)));
      }),
    ).toEqual({ kind: 'box', deeper: { data: { size: 4 } } });
    const set = attributes('s', { 1: subMessage('data', kinds, 'family') });
    const header = struct('h', [u8('family'), u8('other'), u16('third')]);
    const bytes = toyMessage((writer) => {
      writer.append(Uint8Array.of(7, 0, 1, 0));
      writer.putNested(1, () => writer.putU32(1, 4));
    });
    expect(decodeBoth(bytes, [toy(set, header)])).toMatchObject({ header: { family: 7, other: 0, third: 1 }, attrs: { data: { size: 4 } } });
  });

  it('can be extended, and so can sets', () => {
    const extension = { choices: [[kinds, { more: { attributes: inner } }]], sets: [[data, { 9: record('point', struct('p', [u8('x')])) }]] } as const;
    const decoded = toyAttributes(
      data,
      (writer) => {
        writer.putString(1, 'more');
        writer.putNested(2, () => writer.putU32(1, 4));
        writer.putU8(9, 3);
      },
      extension,
    );
    expect(decoded).toEqual({ kind: 'more', data: { size: 4 }, point: { x: 3 } });
  });
});

describe('a message’s header', () => {
  const header = struct('h', [u8('family'), u8('length'), u16('flags')]);
  const set = attributes('s', { 1: u8('x') });

  it('is decoded as far as there is one', () => {
    const decode = (octets: readonly number[]): unknown => {
      const { header: found, attrs } = Object(decodeBoth(toyMessage((writer) => writer.append(Uint8Array.from(octets))), [toy(set, header)])) as Record<string, unknown>;
      return { header: found, attrs };
    };
    expect(decode([])).toEqual({ header: undefined, attrs: undefined });
    expect(decode([2])).toEqual({ header: { family: 2 }, attrs: undefined });
    expect(decode([2, 24, 5])).toEqual({ header: { family: 2, length: 24, '#trailing': '05' }, attrs: undefined });
    expect(decode([2, 24, 5, 0])).toEqual({ header: { family: 2, length: 24, flags: 5 }, attrs: undefined });
    expect(decode([2, 24, 5, 0, 5, 0, 1, 0, 3, 0, 0, 0])).toEqual({ header: { family: 2, length: 24, flags: 5 }, attrs: { x: 3 } });
  });

  it('names flags by what the message asks for', () => {
    const family = { ...toy(set), requests: { 18: { name: 'RTM_GETTOY' }, 16: { name: 'RTM_NEWTOY' }, 17: { name: 'RTM_DELTOY' } } };
    const flags = (type: number, bits: number): unknown => {
      const bytes = new Uint8Array(16);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, 16, true);
      view.setUint16(4, type, true);
      view.setUint16(6, bits, true);
      return Object(decodeBoth(bytes, [family])).flags as unknown;
    };
    expect(flags(18, NLM_F_REQUEST | 0x300)).toEqual(['NLM_F_REQUEST', 'NLM_F_DUMP']);
    expect(flags(18, NLM_F_REQUEST | 0x100)).toEqual(['NLM_F_REQUEST', 'NLM_F_ROOT']);
    expect(flags(16, NLM_F_REQUEST | 0x600)).toEqual(['NLM_F_REQUEST', 'NLM_F_EXCL', 'NLM_F_CREATE']);
    expect(flags(17, NLM_F_REQUEST | 0x200)).toEqual(['NLM_F_REQUEST', 'NLM_F_BULK']);
    expect(flags(2, 0x300)).toEqual(['NLM_F_CAPPED', 'NLM_F_ACK_TLVS']);
    expect(flags(18, 0x4042)).toEqual(['NLM_F_MULTI', '0x4040']);
    expect(flags(18, 0)).toEqual([]);
  });
});

describe('structures that say their lengths', () => {
  const hops = sized('hops', { header: struct('hop', [u16('len'), u8('a'), u8('b')]), attributes: inner });
  const decoded = (octets: readonly number[]): unknown => toyAttributes(attributes('s', { 1: hops }), (writer) => writer.putBytes(1, Uint8Array.from(octets)))['hops'];

  it('are a list of objects with their attributes, each aligned to four octets', () => {
    expect(decoded([4, 0, 1, 2, 10, 0, 3, 4, 6, 0, 2, 0, 0x78, 0, 0, 0, 12, 0, 0, 0, 8, 0, 1, 0, 9, 0, 0, 0])).toEqual([
      { len: 4, a: 1, b: 2 },
      { len: 10, a: 3, b: 4, name: 'x' },
      { len: 12, a: 0, b: 0, size: 9 },
    ]);
    expect(decoded([])).toEqual([]);
  });

  it('end where a length is too small, or too large for what is there', () => {
    expect(decoded([4, 0, 1, 2, 3, 0, 1, 2])).toEqual([{ len: 4, a: 1, b: 2 }, { '#trailing': '03000102' }]);
    expect(decoded([0, 0, 0, 0])).toEqual([{ '#trailing': '00000000' }]);
    expect(decoded([8, 0, 0, 0])).toEqual([{ '#trailing': '08000000' }]);
    expect(decoded([4, 0])).toEqual([{ '#trailing': '0400' }]);
  });

  it('keep what stands where attributes should', () => {
    expect(decoded([7, 0, 1, 2, 1, 2, 3])).toEqual([{ len: 7, a: 1, b: 2, '#trailing': '010203' }]);
  });
});
