import { IFLA_IFNAME, IFLA_MTU, ifinfomsg } from '@netdevkit/bindings';
import { beforeAll, describe, expect, it } from 'vitest';
import { decode, isJsonObject, type JsonObject, type JsonValue, type PacketCursor } from '../src/decode/index.ts';
import { messages } from '../src/message.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { AddressView, AttributeView, InetSocketView, LinkView, NeighbourView, QdiscView, RouteView, RuleView } from '../src/views.ts';
import { GoldenCursors, allSchemas, goldens } from './decode-golden.ts';

/** By protocol and type. */
const VIEWS: Readonly<Record<string, () => AttributeView>> = {
  '0:16': () => new LinkView(),
  '0:20': () => new AddressView(),
  '0:24': () => new RouteView(),
  '0:28': () => new NeighbourView(),
  '0:32': () => new RuleView(),
  '0:36': () => new QdiscView(),
  '4:20': () => new InetSocketView(),
};

const camel = (name: string): string => name.replace(/[^A-Za-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());

/** Compares what both say; gives how many values there were. */
function compare(view: AttributeView, decoded: JsonObject, where: string, propertyOf: (name: string) => string = camel): number {
  let count = 0;
  for (const [name, expected] of Object.entries(decoded)) {
    const property = propertyOf(name);
    if (property in view && !(property in AttributeView.prototype)) count += compareValue(Reflect.get(view, property), expected, `${where}.${name}`);
  }
  return count;
}

/** A member of a header whose name an attribute has, too, is called otherwise. */
const memberOf = (view: AttributeView) => (name: string): string => (camel(`header-${name}`) in view ? camel(`header-${name}`) : camel(name));

function compareValue(got: unknown, expected: JsonValue, where: string): number {
  if (got instanceof AttributeView) {
    return isJsonObject(expected) ? compare(got, expected, where) : 0;
  }
  // A view has the number, decoding its name.
  const isNamed = typeof got === 'number' && typeof expected !== 'number';
  if (!isNamed) expect(typeof got === 'bigint' ? Number(got) : got, where).toBe(typeof got === 'bigint' ? Number(expected) : expected);
  else expect(got, where).toBeTypeOf('number');
  return 1;
}

const at = (message: Uint8Array, offset = 0): { bytes: Uint8Array; view: DataView; offset: number; length: number } => ({
  bytes: message,
  view: new DataView(message.buffer, message.byteOffset, message.length),
  offset,
  length: message.length - offset,
});

describe('views of captured messages', () => {
  let cursors: GoldenCursors;

  beforeAll(async () => {
    cursors = new GoldenCursors(await allSchemas());
  });

  it('say what decoding says', () => {
    const counts = new Map<string, number>();
    const views = new Map<string, AttributeView>();
    for (const golden of goldens) {
      const cursor: PacketCursor | undefined = cursors.at(golden, golden.bytes);
      if (!(cursor?.isMessage ?? false) || cursor === undefined) continue;
      const decoded = decode(cursor, cursor.context);
      const key = `${String(golden.protocol)}:${String(decoded.typeId)}`;
      const make = VIEWS[key];
      const isInet = decoded.header?.['idiag-family'] === 'inet' || decoded.header?.['idiag-family'] === 2;
      if (make === undefined || (golden.protocol === 4 && !(isInet && decoded.flags.every((flag) => flag !== 'NLM_F_REQUEST')))) continue;
      let view = views.get(key);
      if (view === undefined) views.set(key, (view = make()));
      view.reset(cursor);
      const where = `${golden.capture} ${String(golden.frame)}`;
      const count = compare(view, decoded.header ?? {}, where, memberOf(view)) + compare(view, decoded.attrs ?? {}, where);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
    expect([...counts.keys()].sort()).toEqual(Object.keys(VIEWS).sort());
    for (const [key, count] of counts) expect(count, key).toBeGreaterThan(20);
  });
});

describe('AttributeView', () => {
  const link = (fill: (writer: MessageWriter) => void): Uint8Array => {
    const writer = new MessageWriter();
    writer.begin(16, 0, 1, 0);
    writer.append(new Uint8Array(ifinfomsg.SIZE));
    fill(writer);
    writer.end();
    return writer.toBytes();
  };
  const attribute = (type: number, ...octets: number[]): Uint8Array => {
    const padded = new Uint8Array((4 + octets.length + 3) & ~3);
    new DataView(padded.buffer).setUint32(0, (4 + octets.length) | (type << 16), true);
    padded.set(octets, 4);
    return padded;
  };
  const viewOf = (...parts: readonly Uint8Array[]): LinkView => {
    const view = new LinkView();
    view.reset(at(link((writer) => { for (const part of parts) writer.append(part); })));
    return view;
  };

  it('finds attributes in any order, and again', () => {
    const view = viewOf(attribute(3, 0x6c, 0x6f, 0), attribute(4, 1, 2, 0, 0), attribute(13, 7, 0, 0, 0));
    expect(view.txqlen).toBe(7);
    expect(view.mtu).toBe(0x201);
    expect(view.ifname).toBe('lo');
    expect(view.mtu).toBe(0x201);
    expect(view.has(4)).toBe(true);
    expect(view.has(5)).toBe(false);
  });

  it('takes the first of several', () => {
    expect(viewOf(attribute(4, 1, 0, 0, 0), attribute(4, 2, 0, 0, 0)).mtu).toBe(1);
  });

  it('knows nothing of the message before', () => {
    const view = new LinkView();
    view.reset(at(link((writer) => writer.append(attribute(4, 1, 0, 0, 0)))));
    expect(view.mtu).toBe(1);
    view.reset(at(link((writer) => writer.append(attribute(13, 1, 0, 0, 0)))));
    expect(view.mtu).toBeUndefined();
    expect(view.txqlen).toBe(1);
  });

  it('does not read what does not fit', () => {
    expect(viewOf(attribute(4, 1, 0)).mtu).toBeUndefined();
    expect(viewOf(attribute(3, 0xff, 0xfe)).ifname).toBeUndefined();
    expect(viewOf(attribute(4, 1, 0)).octetsOf(4)).toEqual(new Uint8Array([1, 0]));
  });

  it('reads numbers of every width and order', () => {
    const view = new AttributeView(ifinfomsg.SIZE);
    view.reset(at(link((writer) => {
      for (const part of [attribute(1, 0xff), attribute(2, 0xff, 0xfe), attribute(3, 0xff, 0xff, 0xff, 0xfe), attribute(5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)]) writer.append(part);
    })));
    expect([view.u8Of(1), view.s8Of(1)]).toEqual([255, -1]);
    expect([view.u16Of(2), view.u16Of(2, true), view.s16Of(2, true)]).toEqual([0xfeff, 0xfffe, -2]);
    expect([view.u32Of(3), view.u32Of(3, true), view.s32Of(3, true)]).toEqual([0xfeffffff, 0xfffffffe, -2]);
    expect([view.u64Of(5), view.u64Of(5, true), view.s64Of(5, true)]).toEqual([0xfeffffffffffffffn, 0xfffffffffffffffen, -2n]);
    expect([view.u16Of(3), view.u64Of(3), view.ipOf(3), view.macOf(2), view.ipOf(2), view.ipOf(9), view.macOf(9), view.octetsOf(9)]).toEqual([undefined, undefined, '255.255.255.254', 'ff:fe', undefined, undefined, undefined, undefined]);
  });

  it('goes into nests, each time anew', () => {
    const view = viewOf(attribute(18, 8, 0, 1, 0, 0x62, 0x72, 0x30, 0), attribute(4, 1, 0, 0, 0));
    expect(view.linkinfo?.kind).toBe('br0');
    expect(view.linkinfo?.kind).toBe('br0');
    expect(view.mtu).toBe(1);
    expect(viewOf().linkinfo).toBeUndefined();
  });

  it('reads nothing from beyond a message that is cut off', () => {
    const whole = link((writer) => { writer.append(attribute(4, 1, 0, 0, 0)); writer.append(attribute(13, 9, 0, 0, 0)); });
    for (let length = 16; length < whole.length; length++) {
      const view = new LinkView();
      view.reset({ ...at(whole), length });
      expect(view.txqlen).toBeUndefined();
      expect(view.mtu).toBe(length >= 40 ? 1 : undefined);
      expect(view.ifiIndex).toBe(length >= 24 ? 0 : undefined);
    }
  });

  it('does not end on lengths that are wrong', () => {
    for (const size of [0, 1, 3, 0xffff]) {
      const octets = attribute(4, 1, 0, 0, 0);
      new DataView(octets.buffer).setUint16(0, size, true);
      const view = viewOf(octets, attribute(13, 9, 0, 0, 0));
      expect([view.mtu, view.txqlen]).toEqual([undefined, undefined]);
    }
  });

  it('does not find types beyond its own', () => {
    expect(viewOf(attribute(200, 1), attribute(4, 1, 0, 0, 0)).u8Of(200)).toBeUndefined();
    expect(viewOf(attribute(200, 1), attribute(4, 1, 0, 0, 0)).mtu).toBe(1);
  });

  it('serves whoever walks messages', () => {
    const view = new AttributeView(ifinfomsg.SIZE);
    const names = [...messages(link((writer) => writer.append(attribute(IFLA_IFNAME, 0x6c, 0x6f, 0))))].map((message) => {
      view.reset(message);
      return [view.textOf(IFLA_IFNAME), view.u32Of(IFLA_MTU)];
    });
    expect(names).toEqual([['lo', undefined]]);
  });
});
