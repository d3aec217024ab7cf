import { GENL_ID_CTRL, NETLINK_GENERIC, NETLINK_KOBJECT_UEVENT, NETLINK_ROUTE, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_REQUEST, NLMSG_ERROR } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { DecodeContext, JsonLineWriter, PacketCursor, TextWriter, decode, decodeStep, type DecodedLine } from '../src/decode/index.ts';
import { nlctrl } from '../src/generated/nlctrl.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { attributes, indexed, many, nest, sized, string, strings, struct, u16, u32, u8, type GenericFamily, type RawFamily } from '../src/schema/index.ts';
import { TOY, genericMessage, toy, toyMessage } from './decode-toy.ts';

const inner = attributes('inner', { 1: u32('size') });
const set = attributes('toy-attrs', { 1: u8('x'), 2: nest('in', inner) });
const fruit: GenericFamily = { name: 'fruit', generic: true, version: 1, requests: { 1: { name: 'get', attributes: set } } };

function all(cursor: PacketCursor): DecodedLine[] {
  const steps: DecodedLine[] = [];
  while (cursor.next()) steps.push(decodeStep(cursor));
  return steps;
}

function steps(families: readonly (RawFamily | GenericFamily)[], protocol: number, bytes: Uint8Array): DecodedLine[] {
  const cursor = new PacketCursor(new DecodeContext({ families }));
  cursor.reset({ protocol, bytes });
  return all(cursor);
}

/** What the controller says of a family. */
function newFamily(id: number, name: string, more: (writer: MessageWriter) => void = () => undefined): Uint8Array {
  return genericMessage(GENL_ID_CTRL, 0, 1, (writer) => {
    writer.putU16(1, id);
    writer.putString(2, name);
    more(writer);
  });
}

describe('PacketCursor', () => {
  const message = toyMessage((writer) => writer.putU8(1, 3));

  it('comes to every message of a packet', () => {
    const bytes = new Uint8Array([...message, ...message]);
    expect(steps([toy(set)], NETLINK_ROUTE, bytes).map(({ attrs }) => attrs)).toEqual([{ x: 3 }, { x: 3 }]);
  });

  it('comes to a message that is cut off', () => {
    const [whole, cut, ...rest] = steps([toy(set)], NETLINK_ROUTE, new Uint8Array([...message, ...message.subarray(0, 20)]));
    expect(rest).toEqual([]);
    expect(whole).not.toHaveProperty('truncated');
    expect(cut).toMatchObject({ type: 'RTM_NEWTOY', len: message.length, truncated: true, attrs: { '#trailing': '05000100' } });
  });

  it('shows octets behind the last message with it, and others by themselves', () => {
    const [first, ...rest] = steps([toy(set)], NETLINK_ROUTE, new Uint8Array([...message, 0, 0, 1]));
    expect(first).toMatchObject({ attrs: { x: 3 }, trailing: '000001' });
    expect(rest).toEqual([]);
    expect(steps([], NETLINK_ROUTE, Uint8Array.of(1, 2, 3))).toEqual([{ protocol: 'NETLINK_ROUTE', len: 3, trailing: '010203' }]);
    expect(steps([], NETLINK_ROUTE, new Uint8Array())).toEqual([]);
  });

  it('takes what is of no netlink protocol for octets', () => {
    expect(steps([], 0x0800, message)).toEqual([{ protocol: '0x0800', len: message.length, trailing: Buffer.from(message).toString('hex') }]);
  });

  it('takes a datagram of a protocol without messages as a whole', () => {
    const uevent: RawFamily = { name: 'uevent', protocol: NETLINK_KOBJECT_UEVENT, headerless: true, requests: {}, others: { name: 'uevent', body: strings('env') } };
    const bytes = new TextEncoder().encode('add@/devices/x\0ACTION=add\0');
    expect(steps([uevent], NETLINK_KOBJECT_UEVENT, bytes)).toEqual([
      { protocol: 'NETLINK_KOBJECT_UEVENT', len: bytes.length, attrs: { env: ['add@/devices/x', 'ACTION=add'] } },
    ]);
  });

  it('stays inside its part of an array', () => {
    const cursor = new PacketCursor(new DecodeContext({ families: [toy(set)] }));
    cursor.reset({ protocol: NETLINK_ROUTE, bytes: new Uint8Array([9, 9, ...message, 9, 9]), offset: 2, length: message.length });
    expect(all(cursor)).toMatchObject([{ attrs: { x: 3 } }]);
    cursor.reset({ protocol: NETLINK_ROUTE, bytes: message, offset: 1000, length: 5 });
    expect(all(cursor)).toEqual([]);
    cursor.reset({ protocol: NETLINK_ROUTE, bytes: message, length: 1e9 });
    expect(all(cursor)).toHaveLength(1);
  });
});

describe('decode', () => {
  it('says what is known of the packet, to the nanosecond, before everything else', () => {
    const context = new DecodeContext({ families: [toy(set)] });
    const cursor = new PacketCursor(context);
    cursor.reset({ protocol: NETLINK_ROUTE, bytes: toyMessage(() => undefined), frame: 12, seconds: 1_795_280_523, nanoseconds: 123_456_789, interface: 'nlmon0' });
    cursor.next();
    expect(Object.entries(decode(cursor, context)).slice(0, 5)).toEqual([
      ['frame', 12],
      ['time', '2026-11-21T17:02:03.123456789Z'],
      ['interface', 'nlmon0'],
      ['protocol', 'NETLINK_ROUTE'],
      ['type', 'RTM_NEWTOY'],
    ]);
  });

  it('refuses what is shorter than a header', () => {
    const context = new DecodeContext({ families: [] });
    const bytes = new Uint8Array(8);
    const span = { bytes, view: new DataView(bytes.buffer), offset: 0, length: 8 };
    expect(() => decode(span, context)).toThrow(RangeError);
    expect(() => new JsonLineWriter(context).message(span)).toThrow(RangeError);
    expect(() => new TextWriter(context).message(span)).toThrow(RangeError);
  });

  it('shows the payload of a type without a schema', () => {
    const bytes = toyMessage((writer) => writer.append(Uint8Array.of(1, 2, 3, 4)));
    expect(steps([], NETLINK_ROUTE, bytes)).toMatchObject([{ type: `#${String(TOY)}`, payload: '01020304' }]);
  });
});

describe('generic families', () => {
  const message = genericMessage(33, NLM_F_REQUEST, 1, (writer) => writer.putU8(1, 7));

  it('have names when the controller has told them', () => {
    const [unknown] = steps([nlctrl, fruit], NETLINK_GENERIC, message);
    expect(unknown).toMatchObject({ type: '#33', command: '#1', version: 1, attrs: { '#1': '07' } });
    const [, known] = steps([nlctrl, fruit], NETLINK_GENERIC, new Uint8Array([...newFamily(33, 'fruit'), ...message]));
    expect(known).toMatchObject({ type: 'fruit', family: 'fruit', command: 'get', version: 1, attrs: { x: 7 } });
  });

  it('have the names that a caller knows, until the controller says otherwise', () => {
    const context = new DecodeContext({ families: [nlctrl, fruit], genlFamilies: { 33: 'fruit' } });
    const cursor = new PacketCursor(context);
    cursor.reset({ protocol: NETLINK_GENERIC, bytes: new Uint8Array([...message, ...newFamily(33, 'other'), ...message]) });
    expect(all(cursor)).toMatchObject([{ family: 'fruit' }, { family: 'nlctrl' }, { family: 'other', command: '#1', attrs: { '#1': '07' } }]);
    expect(context.generic.known.get(33)).toBe('other');
  });

  it('may have a header of their own without a schema', () => {
    const withHeader = newFamily(33, 'other', (writer) => writer.putU32(4, 4));
    const bytes = genericMessage(33, NLM_F_REQUEST, 1, (writer) => {
      writer.append(Uint8Array.of(1, 2, 3, 4));
      writer.putU8(1, 7);
    });
    const [, decoded] = steps([nlctrl], NETLINK_GENERIC, new Uint8Array([...withHeader, ...bytes]));
    expect(decoded).toMatchObject({ header: { '#user': '01020304' }, attrs: { '#1': '07' } });
  });

  it('decode by type where the controller has told a policy, and there is no schema', () => {
    const policy = (index: number, type: number, kind: number, nested?: number): Uint8Array =>
      genericMessage(GENL_ID_CTRL, 0, 10, (writer) => {
        writer.putU16(1, 33);
        writer.putNested(8, () =>
          writer.putNested(index, () =>
            writer.putNested(type, () => {
              writer.putU32(1, kind);
              if (nested !== undefined) writer.putU32(8, nested);
            }),
          ),
        );
      });
    const commands = genericMessage(GENL_ID_CTRL, 0, 10, (writer) => {
      writer.putU16(1, 33);
      writer.putNested(9, () => writer.putNested(1, () => writer.putU32(1, 0)));
    });
    const bytes = genericMessage(33, NLM_F_REQUEST, 1, (writer) => {
      writer.putU32(1, 70000);
      writer.putString(2, 'abc');
      writer.putNested(3, () => writer.putU32(1, 5));
      writer.putU8(4, 1);
      writer.putU8(5, 2);
    });
    // Of a kind of value that a later kernel may have, and twice.
    const later = policy(0, 5, 4000);
    const packet = [newFamily(33, 'other'), commands, policy(0, 1, 4), policy(0, 2, 12), policy(0, 3, 13, 0), later, later, bytes];
    const decoded = steps([nlctrl], NETLINK_GENERIC, new Uint8Array(packet.flatMap((part) => [...part]))).at(-1);
    expect(decoded).toMatchObject({ command: '#1', attrs: { 'attr-1': 70000, 'attr-2': 'abc', 'attr-3': { 'attr-1': 5 }, '#4': '01', '#5': '02' } });
  });
});

describe('an acknowledgement', () => {
  const request = toyMessage((writer) => {
    writer.putU8(1, 3);
    writer.putNested(2, () => writer.putU32(1, 4));
  });
  const answer = (flags: number, quoted: Uint8Array, errno: number, write: (writer: MessageWriter) => void): Uint8Array => {
    const writer = new MessageWriter();
    writer.begin(NLMSG_ERROR, flags, 1, 0);
    const number = new Uint8Array(4);
    new DataView(number.buffer).setInt32(0, errno, true);
    writer.append(number);
    writer.append(quoted);
    write(writer);
    writer.end();
    return writer.toBytes();
  };
  const error = (bytes: Uint8Array, before: Uint8Array = new Uint8Array()): unknown => Object(steps([toy(set)], NETLINK_ROUTE, new Uint8Array([...before, ...bytes])).at(-1)).error as unknown;

  it('of success is an errno of 0, with the request’s header', () => {
    expect(error(answer(NLM_F_CAPPED, request.subarray(0, 16), 0, () => undefined))).toEqual({
      errno: 0,
      request: { type: 'RTM_NEWTOY', typeId: TOY, flags: [], flagsId: 0, seq: 1, pid: 0, len: request.length },
    });
  });

  it('names the attribute that an offset points to', () => {
    const at = (offset: number): unknown =>
      Object(error(answer(NLM_F_ACK_TLVS, request, -22, (writer) => {
        writer.putString(1, 'no');
        writer.putU32(2, offset);
      }))).attr as unknown;
    expect(at(16)).toBe('x');
    expect(at(20)).toBe('x');
    expect(at(24)).toBe('in');
    expect(at(28)).toBe('in.size');
    expect(at(32)).toBe('in.size');
    expect(at(4)).toBeUndefined();
    expect(at(4000)).toBeUndefined();
  });

  it('names attributes in elements of lists by the name of the list', () => {
    const hops = sized('hops', { header: struct('hop', [u16('len'), u16('id')]), attributes: inner });
    const lists = attributes('l', { 1: hops, 2: indexed(nest('items', inner)), 3: many(nest('all', inner)) });
    const quoted = toyMessage((writer) => {
      writer.putBytes(1, Uint8Array.of(12, 0, 1, 0, 8, 0, 1, 0, 5, 0, 0, 0, 12, 0, 2, 0, 8, 0, 1, 0, 6, 0, 0, 0));
      writer.putNested(2, () => [1, 2].forEach((type) => writer.putNested(type, () => writer.putU32(1, 4))));
      for (let i = 0; i < 2; i++) writer.putNested(3, () => writer.putU32(1, 4));
    });
    const at = (offset: number): unknown => {
      const bytes = answer(NLM_F_ACK_TLVS, quoted, -22, (writer) => writer.putU32(2, offset));
      return Object(Object(steps([toy(lists)], NETLINK_ROUTE, bytes)[0]).error).attr as unknown;
    };
    expect([24, 36, 48, 52, 64, 80, 92].map(at)).toEqual(['hops.size', 'hops.size', 'items', 'items.size', 'items.size', 'all.size', 'all.size']);
  });

  it('says what it says in words and numbers', () => {
    const bytes = answer(NLM_F_ACK_TLVS, request, -34, (writer) => {
      writer.putString(1, 'too much');
      writer.putU32(2, 16);
      writer.putBytes(3, Uint8Array.of(1, 2));
      writer.putNested(4, () => writer.putU32(1, 4));
    });
    expect(error(bytes)).toMatchObject({ errno: -34, name: 'ERANGE', msg: 'too much', offs: 16, cookie: '0102', policy: { type: 'u32' }, attr: 'x' });
  });

  it('names the attribute that is missing', () => {
    const missing = (type: number, nested?: number): unknown =>
      Object(error(answer(NLM_F_ACK_TLVS, request, -22, (writer) => {
        writer.putU32(5, type);
        if (nested !== undefined) writer.putU32(6, nested);
      }))).missing as unknown;
    expect(missing(1)).toBe('x');
    expect(missing(9)).toBe('#9');
    expect(missing(1, 24)).toBe('in.size');
  });

  it('remembers the request that it does not repeat', () => {
    const own = request.slice();
    new DataView(own.buffer).setUint16(6, NLM_F_REQUEST, true);
    const bytes = answer(NLM_F_ACK_TLVS | NLM_F_CAPPED, own.subarray(0, 16), -22, (writer) => writer.putU32(2, 28));
    expect(error(bytes)).not.toHaveProperty('attr');
    expect(error(bytes, own)).toMatchObject({ attr: 'in.size' });
  });

  it('may be of any length', () => {
    const whole = answer(NLM_F_ACK_TLVS, request, -22, (writer) => writer.putU32(2, 28));
    for (let length = 16; length <= whole.length; length++) {
      expect(steps([toy(set)], NETLINK_ROUTE, whole.subarray(0, length))).toHaveLength(1);
    }
  });
});

describe('TextWriter', () => {
  it('gives an attribute a line, and indents what is inside', () => {
    const texts = attributes('t', { 1: u8('x'), 2: nest('in', inner), 3: many(string('names')) });
    const context = new DecodeContext({ families: [toy(texts)] });
    const cursor = new PacketCursor(context);
    const bytes = toyMessage((writer) => {
      writer.putU8(1, 3);
      writer.putNested(2, () => writer.putU32(1, 4));
      writer.putString(3, 'plain');
      writer.putString(3, 'two words\u001b[31m');
      writer.putBytes(9, Uint8Array.of(1));
    });
    cursor.reset({ protocol: NETLINK_ROUTE, bytes, frame: 1 });
    cursor.next();
    const writer = new TextWriter(context);
    writer.write(cursor);
    expect(new TextDecoder().decode(writer.bytes).split('\n')).toEqual([
      `1 NETLINK_ROUTE RTM_NEWTOY seq 1 pid 0 len ${String(bytes.length)}`,
      '    x: 3',
      '    in:',
      '        size: 4',
      '    names:',
      '        - plain',
      '        - "two words\\u001b[31m"',
      '    #9: 01',
      '',
    ]);
    writer.clear();
    expect(writer.length).toBe(0);
  });
});
