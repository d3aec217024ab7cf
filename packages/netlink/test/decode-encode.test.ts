import { NETLINK_GENERIC, NETLINK_ROUTE, NLM_F_REQUEST } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { DecodeContext, EncodeError, PacketCursor, decode, encode, layoutOf, type DecodedMessage, type JsonObject } from '../src/decode/index.ts';
import { hex } from './golden.ts';
import {
  address, attributes, be16, be32, binary, bitfield32, choice, enumeration, flag, flagBits, indexed, many, nest, openAddress, packed, pad, record, s64, sized, string, strings,
  struct, subMessage, typed, u16, u32, u64, u8, uint, type GenericFamily,
} from '../src/schema/index.ts'; // prettier-ignore
import { TOY, toy, toyMessage } from './decode-toy.ts';

const inner = attributes('inner', { 1: u32('size'), 2: string('name') });
const powers = flagBits('powers', { 0: 'fast', 2: 'loud', 40: 'far' });
const header = struct('h', [u8('family'), pad(1), u16('flags', { names: powers })]);
const set = attributes('toy-attrs', {
  1: u8('x'),
  2: u32('colour', { names: enumeration('colour', ['red', 'green']) }),
  3: u64('powers', { names: powers }),
  4: s64('big'),
  5: uint('sized'),
  6: string('text'),
  7: strings('texts'),
  8: binary('octets'),
  9: binary('mac', { hint: 'mac' }),
  10: be32('v4', { hint: 'ipv4' }),
  11: binary('ip', { hint: 'ipv4-or-v6' }),
  12: binary('uuid', { hint: 'uuid' }),
  13: flag('on'),
  14: bitfield32('bits', powers),
  15: record('point', struct('p', [u8('a'), pad(3), u32('b'), address('c', 'a')])),
  16: packed(u16('list')),
  17: nest('in', inner),
  18: indexed(nest('items', inner)),
  19: typed(['group', 'id'], nest('typed', inner)),
  20: many(string('many')),
  21: subMessage('data', choice('kinds', { box: { header: struct('b', [u8('w'), u16('h')]), attributes: inner } }), 'text'),
  22: binary('socket', { hint: 'sockaddr' }),
  23: binary('labels', { hint: 'mpls' }),
  27: binary('handle', { hint: 'tc-handle' }),
  28: binary('word', { hint: 'c-string' }),
  29: binary('ssid', { hint: 'escaped' }),
  24: record('via', struct('v', [u16('family'), openAddress('addr', 'family')])),
  25: record('group', struct('g', [address('addr', 'proto'), be16('proto')])),
  26: sized('hops', { header: struct('hop', [u16('len'), u8('a'), u8('b')]), attributes: inner }),
});

const context = new DecodeContext({ families: [toy(set, header)] });
const message = (attrs: JsonObject, more: Partial<DecodedMessage> = {}): DecodedMessage => ({
  protocol: 'NETLINK_ROUTE',
  type: 'RTM_NEWTOY',
  typeId: TOY,
  flags: [],
  flagsId: 0,
  seq: 1,
  pid: 2,
  len: 0,
  header: { family: 2, flags: ['loud'] },
  attrs,
  ...more,
});

function decodeOctets(bytes: Uint8Array): DecodedMessage {
  const cursor = new PacketCursor(context);
  cursor.reset({ protocol: NETLINK_ROUTE, bytes });
  cursor.next();
  return decode(cursor, context);
}

describe('encode', () => {
  const values: readonly JsonObject[] = [
    { x: 255 },
    { colour: 'green' },
    { colour: 77 },
    { powers: ['fast', 'far', '0x8000000000000002'] },
    { big: -1 },
    { big: '-9223372036854775808' },
    { sized: 4_294_967_295 },
    { sized: 4_294_967_296 },
    { text: '' },
    { text: 'é"\\\n😀' },
    { texts: ['a', '', 'b'] },
    { octets: '00ff' },
    { mac: '00:1a:ff:00:00:01' },
    { v4: '192.0.2.1' },
    { ip: '192.0.2.1' },
    ...['::', '::1', '2001:db8::1', 'fe80::1:2', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:0'].map((ip) => ({ ip })),
    { uuid: '00010203-0405-0607-0809-0a0b0c0d0e0f' },
    { on: true },
    { bits: { value: ['fast'], selector: ['fast', 'loud'] } },
    { point: { a: 10, b: 7, c: '2001:db8::1' } },
    { point: { a: 2, b: 7, c: '192.0.2.1' } },
    { point: { a: 1, b: 7, c: '00112233445566778899aabbccddeeff' } },
    { list: [1, 2, 65535] },
    { in: { size: 1, name: 'n' } },
    { items: [{ size: 1 }, { size: 2, name: 'b' }] },
    { items: [{ '#index': 4, size: 1 }, { size: 2 }] },
    { typed: { group: 1, id: 2, size: 3 } },
    { many: ['a', 'b'] },
    { text: 'box', data: { w: 1, h: 513, size: 4 } },
    { text: 'other', data: '0102' },
    ...['192.0.2.1:0', '0.0.0.0:65535', '[2001:db8::1]:51820', '[fe80::1%3]:1', '0200', ''].map((socket) => ({ socket })),
    ...['16', '100/200/1048575', '0', '0006417f'].map((labels) => ({ labels })),
    ...['1:', 'ffff:fffe', '0:5', 'root', 'ingress', 'clsact-ingress', 'clsact-egress', 'none'].map((handle) => ({ handle })),
    { word: 'hi there' },
    ...['Café ✓', 'A\\xff\\xe9', '\\x00\\x1b\\\\', ''].map((ssid) => ({ ssid })),
    { via: { family: 2, addr: '192.0.2.1' } },
    { via: { family: 10, addr: '2001:db8::1' } },
    { via: { family: 10, addr: 'c0000201' } },
    { via: { family: 17, addr: '02000000000a' } },
    { group: { addr: '239.1.1.1', proto: 0x800 } },
    { group: { addr: 'ff02::1', proto: 0x86dd } },
    { group: { addr: '01:00:5e:00:00:01', proto: 0 } },
    { group: { addr: '0100000000000000000000000000000f', proto: 0 } },
    { hops: [{ len: 4, a: 1, b: 2 }, { len: 24, a: 3, b: 4, size: 5, name: 'xyz1234' }, { len: 12, a: 0, b: 0, size: 7 }] },
    { hops: [] },
    { x: 1, '#77': '0a0b', 'x#2': 2, '#77#2': '', '#trailing': '010203' },
  ];
  it.each(values)('is the inverse of decode: %j', (attrs) => {
    const bytes = encode(message(attrs), context);
    const decoded = decodeOctets(bytes);
    expect(decoded).toMatchObject({ attrs, header: { family: 2, flags: ['loud'] }, seq: 1, pid: 2, len: bytes.length });
    expect(encode(decoded, context)).toEqual(bytes);
  });

  const wrong: readonly (readonly [what: string, attrs: JsonObject])[] = [
    ['a number that is too large', { x: 256 }],
    ['a number that is not whole', { x: 1.5 }],
    ['a name that no value has', { colour: 'blue' }],
    ['a name that no bit has', { powers: ['slow'] }],
    ['a number for a text', { text: 1 }],
    ['half an octet', { octets: '0' }],
    ['no IPv4 address', { v4: '1.2.3' }],
    ['no IPv6 address', { ip: '1:2:3' }],
    ['two gaps in an IPv6 address', { ip: '1::2::3' }],
    ['a list for a nest', { in: [] }],
    ['an object for a list', { list: {} }],
    ['a flag that is not there', { on: false }],
    ['an attribute that the set does not have', { nothing: 1 }],
    ['typed nests without a type', { typed: { group: 1 } }],
    ['a sub-message of no kind', { text: 'other', data: {} }],
    ['a port that is too large', { socket: '192.0.2.1:65536' }],
    ['no address of a socket', { socket: '[fe80::1%eth0]:1' }],
    ['an escape that is none', { ssid: 'a\\n' }],
    ['a label that is too large', { labels: '1048576' }],
    ['an element that says its length and is too long', { hops: [{ len: 4, a: 1, b: 2, name: 'x'.repeat(70_000) }] }],
    ['an attribute that is too long', { octets: '00'.repeat(70_000) }],
  ];
  it.each(wrong)('refuses %s', (_what, attrs) => {
    expect(() => encode(message(attrs), context)).toThrow(EncodeError);
  });

  it('marks nests, ends texts and fills attributes up as kernels want it', () => {
    expect(hex(encode(message({ in: { name: 'a' } }), context)).slice(40)).toBe('0c001180060002006100' + '0000');
  });

  it('finds a generic command by its name, for each direction', () => {
    const family: GenericFamily = {
      name: 'fruit', generic: true, version: 1,
      requests: { 5: { name: 'get', attributes: inner } },
      replies: { 6: { name: 'get', attributes: inner } },
    }; // prettier-ignore
    const generic = new DecodeContext({ families: [family], genlFamilies: { 33: 'fruit' } });
    generic.begin({ protocol: NETLINK_GENERIC });
    const command = (name: string, flagsId: number): number | undefined => {
      const { header: _, ...rest } = message(name === 'get' ? { size: 1 } : { '#1': '00' }, { typeId: 33, type: 'fruit', family: 'fruit', command: name, version: 3, flagsId });
      return encode(rest, generic)[16];
    };
    expect(command('get', NLM_F_REQUEST)).toBe(5);
    expect(command('get', 0)).toBe(6);
    expect(command('#9', 0)).toBe(9);
    expect(() => command('put', 0)).toThrow(EncodeError);
  });
});

describe('layoutOf', () => {
  const layout = (bytes: Uint8Array): { readonly layout: object; readonly isSame: boolean } => {
    const cursor = new PacketCursor(context);
    cursor.reset({ protocol: NETLINK_ROUTE, bytes });
    cursor.next();
    const found = layoutOf(cursor, context);
    const { offset, length } = cursor;
    return { layout: found, isSame: hex(encode(decode(cursor, context), context, found)) === hex(bytes.subarray(offset, offset + length)) };
  };
  const head = Uint8Array.of(2, 0, 4, 0);

  it('says nothing of a message that is as encode writes it', () => {
    expect(layout(encode(message({ x: 1, in: { size: 2 }, items: [{ size: 1 }] }), context))).toEqual({ layout: {}, isSame: true });
  });

  it('says which nests are not marked, and what fills an attribute up', () => {
    const bytes = toyMessage((writer) => {
      writer.append(head);
      writer.putNested(17, () => writer.putU32(1, 2));
      writer.append(Uint8Array.of(5, 0, 1, 0, 7, 9, 9, 9));
    });
    expect(layout(bytes)).toEqual({ layout: { attributes: [{ type: 17, key: 'in' }, { type: 1, key: 'x', padding: '090909' }] }, isSame: true });
  });

  it('keeps the order of attributes that are gathered in a list', () => {
    const bytes = toyMessage((writer) => {
      writer.append(head);
      writer.putString(20, 'a');
      writer.putU8(1, 1);
      writer.putString(20, 'b');
    });
    expect(layout(bytes)).toEqual({
      layout: { attributes: [{ type: 20, key: 'many', index: 0 }, { type: 1, key: 'x' }, { type: 20, key: 'many', index: 1 }] },
      isSame: true,
    });
  });

  it('keeps octets of a text that has no NUL, of padding, and of what is malformed', () => {
    const bytes = toyMessage((writer) => {
      writer.append(head);
      writer.putBytes(6, Uint8Array.of(0x61));
      writer.putBytes(2, Uint8Array.of(1));
      writer.append(Uint8Array.of(1, 2, 3));
    });
    expect(layout(bytes)).toMatchObject({ layout: { attributes: [{ key: 'text', octets: '61' }, { type: 2, octets: '01' }] }, isSame: true });
    for (let length = 16; length < bytes.length; length++) expect(layout(bytes.slice(0, length)).isSame).toBe(true);
  });
});
