import { IFLA_AF_SPEC, IFLA_IFNAME, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_MTU, NETLINK_ROUTE, RTM_NEWLINK, ifinfomsg } from '@netdevkit/bindings';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeContext, MessageWriter, PacketCursor, decode, families, messages, spotsOf, type Spot } from '../src/index.ts';
import { datagrams, newlinks, octets } from './golden.ts';

const schemas = (await Promise.all(families.map((family) => family.load()))).flat();

function contextOf(): DecodeContext {
  const context = new DecodeContext({ families: schemas });
  context.begin({ protocol: NETLINK_ROUTE });
  return context;
}

function valueAt(decoded: object, { path }: Spot): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), decoded);
}

/** The paths of everything in a value that is no object. */
function leavesOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
}

const said = (decoded: object): string[] =>
  ['header', 'attrs'].flatMap((part) => {
    const value: unknown = Reflect.get(decoded, part);
    return value === undefined ? [] : leavesOf(value, part);
  });

describe('spotsOf', () => {
  it('says where members, attributes and nested attributes stand', () => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, 0, 1, 0);
    writer.reserve(ifinfomsg.SIZE);
    writer.putU32(IFLA_MTU, 1500);
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(IFLA_INFO_KIND, 'nlmon');
    });
    writer.end();
    const [message] = messages(writer.bytes);
    if (message === undefined) throw new Error('no message');
    const spots = new Map(spotsOf(message, contextOf()).map((spot) => [spot.path.join('.'), spot]));
    expect(spots.get('header.ifi-index')).toMatchObject({ name: 'ifi-index', at: 20, length: 4, hasHeader: false, isNest: false });
    expect(spots.get('attrs.mtu')).toMatchObject({ name: 'mtu', at: 36, length: 4, hasHeader: true, isNest: false });
    expect(spots.get('attrs.linkinfo')).toMatchObject({ at: 44, length: 12, hasHeader: true, isNest: true });
    expect(spots.get('attrs.linkinfo.kind')).toMatchObject({ at: 48, length: 6, hasHeader: true });
  });

  it('names attributes that are not understood by their type', () => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, 0, 1, 0);
    writer.reserve(ifinfomsg.SIZE);
    writer.putU32(1000, 1);
    writer.putU32(1000, 2);
    writer.putU8(IFLA_MTU, 1);
    writer.end();
    const [message] = messages(writer.bytes);
    if (message === undefined) throw new Error('no message');
    const spots = spotsOf(message, contextOf()).filter(({ hasHeader }) => hasHeader);
    expect(spots.map(({ path, name, at }) => [path[1], name, at])).toEqual([
      ['#1000', '#1000', 36],
      ['#1000#2', '#1000', 44],
      [`#${String(IFLA_MTU)}`, `#${String(IFLA_MTU)}`, 52],
    ]);
  });

  it('covers all that is decoded of real messages, and nothing else', () => {
    let count = 0;
    for (const { hex } of [...datagrams, ...newlinks]) {
      const context = contextOf();
      const cursor = new PacketCursor(context);
      cursor.reset({ protocol: NETLINK_ROUTE, bytes: octets(hex) });
      while (cursor.next()) {
        if (!cursor.isMessage) continue;
        const decoded = decode(cursor, context);
        const spots = spotsOf(cursor, context).filter(({ path }) => path[0] !== 'error');
        const leaves = spots.filter(({ isNest }) => !isNest).flatMap((spot) => leavesOf(valueAt(decoded, spot), spot.path.join('.')));
        expect(leaves).toEqual(said(decoded));
        for (const { at, length } of spots) if (at >= 0) expect(at + length).toBeLessThanOrEqual(cursor.offset + cursor.length);
        count += leaves.length;
      }
    }
    expect(count).toBeGreaterThan(100);
  });

  it('stays inside the message whatever it holds', () => {
    const context = contextOf();
    const requests = fc.uint8Array({ minLength: 36, maxLength: 200 });
    fc.assert(
      fc.property(requests, fc.constantFrom(IFLA_AF_SPEC, IFLA_IFNAME, IFLA_LINKINFO), (bytes, type) => {
        const view = new DataView(bytes.buffer);
        view.setUint32(0, bytes.length, true);
        view.setUint16(4, RTM_NEWLINK, true);
        view.setUint16(34, type, true);
        for (const { at, length } of spotsOf({ bytes, view, offset: 0, length: bytes.length }, context)) {
          if (at >= 0) expect(at + length).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
