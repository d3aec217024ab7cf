import { describe, expect, it } from 'vitest';
import {
  address,
  be16,
  be32,
  be64,
  binary,
  bitfield32,
  enumeration,
  flag,
  flagBits,
  openAddress,
  packed,
  pad,
  record,
  s16,
  s32,
  s64,
  s8,
  sint,
  string,
  strings,
  struct,
  u16,
  u32,
  u64,
  u8,
  uint,
  unused,
  type Field,
} from '../src/schema/index.ts';
import type { JsonValue } from '../src/decode/index.ts';
import { toyValue } from './decode-toy.ts';

const colour = enumeration('colour', ['red', 'green']);
const powers = flagBits('powers', { 0: 'fast', 2: 'loud', 33: 'far' });
const letters = (text: string): number[] => [...new TextEncoder().encode(text)];
const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const ones = (count: number): number[] => new Array<number>(count).fill(0xff);

describe('the value of an attribute', () => {
  const cases: readonly (readonly [what: string, field: Field, payload: readonly number[], value: JsonValue])[] = [
    ['u8', u8('x'), [255], 255],
    ['u16, little-endian', u16('x'), [1, 2], 0x0201],
    ['u16 in network order', be16('x'), [1, 2], 0x0102],
    ['u32 of the greatest size', u32('x'), ones(4), 0xffff_ffff],
    ['u32 in network order', be32('x'), [0, 0, 1, 2], 0x0102],
    ['s8', s8('x'), [0xff], -1],
    ['s16', s16('x'), [0, 0x80], -32768],
    ['s32', s32('x'), [0xfe, 0xff, 0xff, 0xff], -2],
    ['u64 while it is exact: 2^53', u64('x'), [0, 0, 0, 0, 0, 0, 0x20, 0], 2 ** 53],
    ['u64 beyond: 2^53 + 1 as digits', u64('x'), [1, 0, 0, 0, 0, 0, 0x20, 0], '9007199254740993'],
    ['u64 of the greatest size as digits', u64('x'), ones(8), '18446744073709551615'],
    ['u64 in network order', be64('x'), [0, 0, 0, 1, 0, 0, 0, 2], 0x1_0000_0002],
    ['s64', s64('x'), ones(8), -1],
    ['s64 down to -2^53', s64('x'), [0, 0, 0, 0, 0, 0, 0xe0, 0xff], -(2 ** 53)],
    ['s64 below as digits', s64('x'), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xdf, 0xff], '-9007199254740993'],
    ['uint of four octets', uint('x'), [1, 0, 0, 0], 1],
    ['uint of eight', uint('x'), [0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
    ['sint of four octets', sint('x'), ones(4), -1],
    ['a value with a name', u8('x', { names: colour }), [1], 'green'],
    ['a value without one', u8('x', { names: colour }), [9], 9],
    ['bits with names', u32('x', { names: powers }), [5, 0, 0, 0], ['fast', 'loud']],
    ['no bits', u32('x', { names: powers }), [0, 0, 0, 0], []],
    ['bits without names, last and together', u32('x', { names: powers }), [3, 0, 0, 0x80], ['fast', '0x80000002']],
    ['bits beyond 32', u64('x', { names: powers }), [1, 0, 0, 0, 2, 0, 0, 0x80], ['fast', 'far', '0x8000000000000000']],
    ['text', string('x'), [...letters('eth0'), 0], 'eth0'],
    ['text without a NUL', string('x'), letters('eth0'), 'eth0'],
    ['text with zeros behind it', string('x'), [...letters('lo'), 0, 0, 0], 'lo'],
    ['no text', string('x'), [], ''],
    ['text in UTF-8', string('x'), [...letters('é€😀'), 0], 'é€😀'],
    ['text with what JSON escapes', string('x'), [...letters('a"\\\n\u0001\u001f/'), 0], 'a"\\\n\u0001\u001f/'],
    ['texts', strings('x'), [...letters('a\0bc\0'), 0], ['a', 'bc', '']],
    ['octets', binary('x'), [0, 0xab], '00ab'],
    ['no octets', binary('x'), [], ''],
    ['a hardware address', binary('x', { hint: 'mac' }), [0, 0x1a, 0xff], '00:1a:ff'],
    ['an IPv4 address', binary('x', { hint: 'ipv4' }), [192, 0, 2, 255], '192.0.2.255'],
    ['an IPv4 address in a number', be32('x', { hint: 'ipv4' }), [10, 0, 0, 1], '10.0.0.1'],
    ['an address of either family', binary('x', { hint: 'ipv4-or-v6' }), [127, 0, 0, 1], '127.0.0.1'],
    ['a UUID', binary('x', { hint: 'uuid' }), Array.from({ length: 16 }, (_, i) => i), '00010203-0405-0607-0809-0a0b0c0d0e0f'],
    ['a flag', flag('x'), [], true],
    ['a value and which of its bits count', bitfield32('x', powers), [1, 0, 0, 0, 5, 0, 0, 0], { value: ['fast'], selector: ['fast', 'loud'] }],
    ['the same without names', bitfield32('x'), [1, 0, 0, 0, 5, 0, 0, 0], { value: 1, selector: 5 }],
    ['an array of numbers', packed(u16('x')), [1, 0, 0x10, 0x27], [1, 10000]],
    ['an empty array', packed(u16('x')), [], []],
    ['an array of 64-bit numbers', packed(u64('x')), [...ones(8), 7, 0, 0, 0, 0, 0, 0, 0], ['18446744073709551615', 7]],
    ['a structure', record('x', struct('s', [u8('a'), pad(1), be16('b'), s32('c')])), [1, 0, 0, 2, 0xff, 0xff, 0xff, 0xff], { a: 1, b: 2, c: -1 }],
    ['an array of structures', packed(record('x', struct('s', [u8('a'), u8('b')]))), [1, 2, 3, 4], [{ a: 1, b: 2 }, { a: 3, b: 4 }]],
    ['an address whose family stands beside it', record('x', struct('s', [u8('f'), address('a', 'f')])), [2, 1, 2, 3, 4, ...new Array<number>(12).fill(0)], { f: 2, a: '1.2.3.4' }],
    ['an address of a socket', binary('x', { hint: 'sockaddr' }), [2, 0, 0xca, 0x6c, 192, 0, 2, 10, ...zeros(8)], '192.0.2.10:51820'],
    ['one of IPv6', binary('x', { hint: 'sockaddr' }), [10, 0, 0, 53, 0, 0, 0, 0, 0xfe, 0x80, ...zeros(13), 1, 4, 0, 0, 0], '[fe80::1%4]:53'],
    ['one in a larger buffer', binary('x', { hint: 'sockaddr' }), [2, 0, 0, 80, 127, 0, 0, 1, ...zeros(120)], '127.0.0.1:80'],
    ['one with flow information', binary('x', { hint: 'sockaddr' }), [10, 0, 0, 53, 0, 0, 0, 9, ...zeros(20)], `0a00003500000009${'00'.repeat(20)}`],
    ['one of another family', binary('x', { hint: 'sockaddr' }), [1, 0, 0x2f], '01002f'],
    ['labels of MPLS', binary('x', { hint: 'mpls' }), [0, 0x06, 0x40, 0, 0, 0x0c, 0x81, 0], '100/200'],
    ['labels with a time to live', binary('x', { hint: 'mpls' }), [0, 0x06, 0x41, 0x40], '00064140'],
    ['labels whose stack has no bottom', binary('x', { hint: 'mpls' }), [0, 0x06, 0x40, 0], '00064000'],
    ['a handle of traffic control', binary('x', { hint: 'tc-handle' }), [0x30, 0, 0x0a, 0x80], '800a:30'],
    ['one of a queueing discipline', binary('x', { hint: 'tc-handle' }), [0, 0, 1, 0], '1:'],
    ['one that stands for a place', binary('x', { hint: 'tc-handle' }), ones(4), 'root'],
    ['text with anything behind its NUL', binary('x', { hint: 'c-string' }), [...letters('hi'), 0, 0xff, 7], 'hi'],
    ['no text before a NUL', binary('x', { hint: 'c-string' }), [0xff, 0], 'ff00'],
    ['the name of a network', binary('x', { hint: 'escaped' }), letters('Café ✓'), 'Café ✓'],
    ['one that is no text', binary('x', { hint: 'escaped' }), [0x41, 0xff, 0xe9], 'A\\xff\\xe9'],
    ['one with what a terminal obeys', binary('x', { hint: 'escaped' }), [0x41, 0, 0x1b, 0x5c, 0xc2, 0x9b], 'A\\x00\\x1b\\\\\\xc2\\x9b'],
    ['an address that takes what is left', record('x', struct('s', [u16('f'), openAddress('a', 'f')])), [2, 0, 1, 2, 3, 4], { f: 2, a: '1.2.3.4' }],
    ['the same, of a length that its family has not', record('x', struct('s', [u16('f'), openAddress('a', 'f')])), [10, 0, 1, 2, 3, 4], { f: 10, a: '01020304' }],
    ['an address whose EtherType stands behind it', record('x', struct('s', [address('a', 't'), be16('t')])), [239, 1, 1, 1, ...zeros(12), 8, 0], { a: '239.1.1.1', t: 0x800 }],
    ['the same, of Ethernet', record('x', struct('s', [address('a', 't'), be16('t')])), [1, 0, 0x5e, 0, 0, 1, ...zeros(10), 0, 0], { a: '01:00:5e:00:00:01', t: 0 }],
    ['the same, cut off in its EtherType', record('x', struct('s', [address('a', 't'), be16('t')])), [239, 1, 1, 1, ...zeros(12), 8], { a: `ef010101${'00'.repeat(12)}`, '#trailing': '08' }],
  ];
  it.each(cases)('%s', (_what, field, payload, value) => {
    expect(toyValue(field, payload)).toEqual({ x: value });
  });

  const ipv6: readonly (readonly [string, readonly number[]])[] = [
    ['::', new Array<number>(16).fill(0)],
    ['::1', [...new Array<number>(15).fill(0), 1]],
    ['2001:db8::1', [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1]],
    ['1:0:2::3', [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]],
    ['::ffff:192.0.2.1', [...new Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, 1]],
    ['::192.0.2.1', [...new Array<number>(12).fill(0), 192, 0, 2, 1]],
    ['fe80::', [0xfe, 0x80, ...new Array<number>(14).fill(0)]],
    ['0:1:2:3:4:5:6:7', [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7]],
    ['1:2:3:4:5:6:7:0', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
  ];
  it.each(ipv6)('the IPv6 address %s', (text, payload) => {
    expect(toyValue(binary('x', { hint: 'ipv6' }), payload)).toEqual({ x: text });
    expect(toyValue(binary('x', { hint: 'ipv4-or-v6' }), payload)).toEqual({ x: text });
  });
});

describe('an attribute that does not fit its schema', () => {
  const cases: readonly (readonly [what: string, field: Field, payload: readonly number[]])[] = [
    ['a number that is too short', u32('x'), [1, 2]],
    ['a number that is too long', u16('x'), [1, 2, 3, 4]],
    ['a uint of three octets', uint('x'), [1, 2, 3]],
    ['a flag with octets', flag('x'), [1]],
    ['labels of three octets', binary('x', { hint: 'mpls' }), [1, 2, 3]],
    ['an address of five octets', binary('x', { hint: 'ipv4-or-v6' }), [1, 2, 3, 4, 5]],
    ['text that is no UTF-8', string('x'), [0x61, 0xff]],
    ['text with an overlong character', string('x'), [0xc0, 0x80]],
    ['text with half of a surrogate pair', string('x'), [0xed, 0xa0, 0x80]],
    ['text with something behind its NUL', string('x'), [0x61, 0, 0x62]],
    ['an array with a part of a number', packed(u32('x')), [1, 2, 3, 4, 5]],
    ['padding that is not zero', pad(undefined, 'x'), [1]],
    ['what is not in use', unused('x'), [1]],
  ];
  it.each(cases)('keeps its octets: %s', (_what, field, payload) => {
    expect(toyValue(field, payload)).toEqual({ '#1': Buffer.from(payload).toString('hex') });
  });

  it('is not shown if it is padding of zeros', () => {
    expect(toyValue(pad(), [0, 0, 0, 0])).toEqual({});
  });

  it('is shown as far as there are members: a structure that is cut off', () => {
    const field = record('x', struct('s', [u8('a'), u32('b'), u8('c')]));
    expect(toyValue(field, [1, 2, 0, 0, 0])).toEqual({ x: { a: 1, b: 2 } });
    expect(toyValue(field, [1, 2, 0])).toEqual({ x: { a: 1, '#trailing': '0200' } });
    expect(toyValue(field, [1, 2, 0, 0, 0, 3, 4])).toEqual({ x: { a: 1, b: 2, c: 3, '#trailing': '04' } });
  });

  it('shows padding in a structure that is not zero', () => {
    expect(toyValue(record('x', struct('s', [u8('a'), pad(1)])), [1, 9])).toEqual({ x: { a: 1, pad: '09' } });
    const twice = record('x', struct('s', [pad(1), u8('a'), pad(2)]));
    expect(toyValue(twice, [9, 1, 8, 7])).toEqual({ x: { pad: '09', a: 1, 'pad#2': '0807' } });
  });
});
