import { NETLINK_ROUTE, RTM_NEWLINK, ifinfomsg } from '@netdevkit/bindings';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rtLink } from '../src/catalog/family/rt-link.ts';
import { compileForms } from '../src/compile/index.ts';
import { DecodeContext, JsonLineWriter, PacketCursor, TextWriter, decodeStep, type FormCompiler } from '../src/decode/index.ts';
import { MessageWriter } from '../src/message-writer.ts';

const ADDRESS = 1;
const IFNAME = 3;
const MTU = 4;
const STATS64 = 23;
const COUNTERS = 25;
const GROUP = 27;

/** A link of which the index, the name, the address and a counter are its own; of some the group, too. */
function link(index: number): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(RTM_NEWLINK, 0, 1, 2);
  ifinfomsg.set_ifi_index(writer.view, writer.reserve(ifinfomsg.SIZE), index);
  writer.putString(IFNAME, `v${String(1000 + (index % 9000))}`);
  writer.putU32(MTU, 1500);
  writer.putU32(GROUP, index > 1000 && index % 2 === 0 ? index : 0);
  writer.putBytes(ADDRESS, Uint8Array.of(2, 0, 0, 0, index >> 8, index & 0xff));
  const counters = new BigUint64Array(COUNTERS);
  counters[2] = BigInt(index) << BigInt(index % 60);
  writer.putBytes(STATS64, new Uint8Array(counters.buffer));
  writer.end();
  return writer.toBytes();
}

/** What becomes of links: the object, the line and the text. */
function decoded(count: number, compiler?: FormCompiler): string[][] {
  const context = new DecodeContext({ families: rtLink, ...(compiler === undefined ? {} : { compiler }) });
  const cursor = new PacketCursor(context);
  const writers = [new JsonLineWriter(context), new TextWriter(context)];
  return Array.from({ length: count }, (_, index) => {
    cursor.reset({ protocol: NETLINK_ROUTE, bytes: link(index) });
    expect(cursor.next()).toBe(true);
    const texts = writers.map((writer) => {
      writer.clear();
      writer.write(cursor);
      return new TextDecoder().decode(writer.bytes);
    });
    return [JSON.stringify(decodeStep(cursor)), ...texts];
  });
}

/** Counts how often code was made, and how often it served. */
function counting(compiler: FormCompiler): { readonly counts: { compiled: number; served: number }; readonly compiler: FormCompiler } {
  const counts = { compiled: 0, served: 0 };
  const counted = <Payload extends unknown[], Result>(maker: ((...payload: Payload) => Result) | undefined): ((...payload: Payload) => Result) | undefined => {
    if (maker === undefined) return undefined;
    counts.compiled++;
    return (...payload) => {
      const made = maker(...payload);
      if (made !== undefined && made !== false) counts.served++;
      return made;
    };
  };
  return { counts, compiler: { ...compiler, objects: (plan) => counted(compiler.objects(plan)), text: (plan) => counted(compiler.text(plan)) } };
}

describe('compileForms', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('makes what is made without it, of more and more payloads by code', () => {
    const { counts, compiler } = counting({ ...compileForms, hotAfter: 2000 });
    expect(decoded(4000, compiler)).toEqual(decoded(4000));
    // Of each of three: once, once more as from the 1001st on the group differs, and once more as it is hot.
    expect(counts.compiled).toBe(9);
    expect(counts.served).toBeGreaterThan(6000);
  });

  it('is not used for what comes seldom', () => {
    const { counts, compiler } = counting(compileForms);
    decoded(compiler.after, compiler);
    expect(counts).toEqual({ compiled: 0, served: 0 });
  });

  it('gives each payload objects of its own where they differ', () => {
    const context = new DecodeContext({ families: rtLink, compiler: { ...compileForms, after: 1 } });
    const cursor = new PacketCursor(context);
    const objects = Array.from({ length: 8 }, (_, index) => {
      cursor.reset({ protocol: NETLINK_ROUTE, bytes: link(index) });
      cursor.next();
      return decodeStep(cursor).attrs;
    });
    expect(new Set(objects).size).toBe(objects.length);
    expect(objects.map((attrs) => attrs?.['ifname'])).toEqual(objects.map((_, index) => `v${String(1000 + index)}`));
  });

  it('leaves decoding as it is where code cannot be made, and tries once', async () => {
    const forbidden = vi.fn(function () {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
    vi.stubGlobal('Function', forbidden);
    // A module of its own remembers that it was forbidden.
    vi.resetModules();
    const { compileForms: another } = await import('../src/compile/index.ts');
    const all = decoded(1000, { ...another, after: 10, hotAfter: 20 });
    vi.unstubAllGlobals();
    expect(forbidden).toHaveBeenCalledOnce();
    expect(all).toEqual(decoded(1000));
  });
});
