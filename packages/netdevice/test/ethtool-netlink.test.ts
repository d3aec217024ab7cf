import {
  AF_NETLINK,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_CMD_GETFAMILY,
  ETHTOOL_MSG_CHANNELS_SET,
  ETHTOOL_MSG_COALESCE_GET,
  ETHTOOL_MSG_COALESCE_NTF,
  ETHTOOL_MSG_COALESCE_SET,
  ETHTOOL_MSG_DEBUG_SET,
  ETHTOOL_MSG_FEATURES_NTF,
  ETHTOOL_MSG_FEATURES_SET,
  ETHTOOL_MSG_LINKSTATE_GET,
  ETHTOOL_MSG_PRIVFLAGS_GET,
  ETHTOOL_MSG_PRIVFLAGS_NTF,
  ETHTOOL_MSG_PRIVFLAGS_SET,
  ETHTOOL_MSG_RINGS_GET,
  ETHTOOL_MSG_RINGS_GET_REPLY,
  ETHTOOL_MSG_RINGS_NTF,
  ETHTOOL_MSG_RINGS_SET,
  ETHTOOL_MSG_STRSET_GET,
  ETHTOOL_MSG_TSINFO_GET,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  SOCK_RAW,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import type { EmbeddedNetlinkSocket } from '@netdevkit/kernel';
import { AttributeCursor, attributesOf, Message, messages, MessageWriter, parseError } from '@netdevkit/netlink';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Features, type EthtoolOperations } from '../src/index.ts';
import { BASE, Rig } from './rig.ts';

/** A driver with everything that ethtool asks for, kept where a test can look at it. */
function everything(): { readonly ethtool: EthtoolOperations<object, 'tstats'>; readonly kept: Record<string, unknown> } {
  const kept: Record<string, unknown> = { rx: 64, combined: 2, usecs: 5, adaptive: 0, on: ['one'], level: 1 };
  const ethtool: EthtoolOperations<object, 'tstats'> = {
    getLink: (dev) => dev.hasCarrier,
    getRings: () => ({ rxMax: 128, rx: Number(kept['rx']) }),
    setRings: (_dev, { rx }) => void (kept['rx'] = rx),
    getChannels: () => ({ combinedMax: 4, combined: Number(kept['combined']) }),
    setChannels: (_dev, { combined }) => void (kept['combined'] = combined),
    coalesceParameters: ['rxUsecs', 'useAdaptiveRx'],
    getCoalesce: () => ({ rxUsecs: Number(kept['usecs']), useAdaptiveRx: Number(kept['adaptive']) }),
    setCoalesce: (_dev, { rxUsecs, useAdaptiveRx }) => {
      kept['calls'] = Number(kept['calls'] ?? 0) + 1;
      kept['usecs'] = rxUsecs;
      kept['adaptive'] = useAdaptiveRx;
    },
    getStatistics: () => new Map([['a', 1n], ['b', 2n]]),
    privateFlags: ['one', 'two', 'three'],
    // CAST: a test's own record.
    getPrivateFlags: () => kept['on'] as readonly string[],
    setPrivateFlags: (_dev, on) => void (kept['on'] = on),
    getMessageLevel: () => Number(kept['level']),
    setMessageLevel: (_dev, level) => void (kept['level'] = level),
  };
  return { ethtool, kept };
}

let rig: Rig;
let socket: EmbeddedNetlinkSocket;
let family: number;
let group: number;
let kept: Record<string, unknown>;

beforeEach(() => {
  const driver = everything();
  ({ kept } = driver);
  rig = new Rig({
    ...BASE,
    ethtool: driver.ethtool,
    setup: (dev) => {
      dev.setFeatures(Features.SG | Features.HW_CSUM);
      dev.setHwFeatures(Features.SG | Features.HW_CSUM);
    },
  });
  rig.add({ up: true });
  socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, Uint8Array.of(1, 0, 0, 0));
  const writer = new MessageWriter();
  writer.begin(16, NLM_F_REQUEST, 7, 0);
  writer.append(Uint8Array.of(CTRL_CMD_GETFAMILY, 1, 0, 0));
  writer.putString(CTRL_ATTR_FAMILY_NAME, 'ethtool');
  writer.end();
  socket.send(writer.bytes);
  const cursor = attributesOf(new Message(socket.receive()?.bytes ?? new Uint8Array()), 4);
  const [groups, first] = [new AttributeCursor(), new AttributeCursor()];
  while (cursor.next()) {
    if (cursor.type === CTRL_ATTR_FAMILY_ID) family = cursor.u16() ?? 0;
    // Without NLA_F_NESTED: the controller is older than the flag.
    if (cursor.type === CTRL_ATTR_MCAST_GROUPS) cursor.enter(groups);
  }
  groups.next();
  groups.enter(first);
  while (first.next()) if (first.type === CTRL_ATTR_MCAST_GRP_ID) group = first.u32() ?? 0;
});

afterEach(() => {
  socket.close();
  rig[Symbol.dispose]();
});

type Tree = Record<number | string, unknown>;

/** Attributes by number: numbers, texts, or trees; several of one type are told apart by their place. */
function tree(cursor: AttributeCursor): Tree {
  const all: Tree = {};
  while (cursor.next()) {
    const key = cursor.type in all ? `${String(cursor.type)}'` : cursor.type;
    if (cursor.isNested) {
      const inside = new AttributeCursor();
      cursor.enter(inside);
      all[key] = tree(inside);
    } else {
      const text = Buffer.from(cursor.octets()).toString('latin1');
      all[key] = /^[ -~]{2,}\0$/.test(text) ? text.slice(0, -1) : (cursor.u32() ?? cursor.u16() ?? cursor.u8() ?? true);
    }
  }
  return all;
}

function readAll(): Tree[] {
  const all: Tree[] = [];
  for (let datagram = socket.receive(); datagram !== undefined; datagram = socket.receive()) {
    for (const message of messages(datagram.bytes)) {
      if (message.type === NLMSG_DONE) continue;
      if (message.type !== NLMSG_ERROR) {
        all.push({ cmd: message.payload[0] ?? 0, ...tree(attributesOf(message, 4)) });
        continue;
      }
      const error = parseError(new Message(message.bytes.slice()));
      const text = error?.extack?.message;
      all.push({ error: error?.errno ?? 0, ...(text === undefined ? {} : { message: text }) });
    }
  }
  return all;
}

function ask(type: number, cmd: number, fill: (writer: MessageWriter) => void, flags: number = NLM_F_ACK): Tree[] {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 7, 0);
  writer.append(Uint8Array.of(cmd, 1, 0, 0));
  fill(writer);
  writer.end();
  socket.send(writer.bytes);
  return readAll();
}

function request(cmd: number, fill: (writer: MessageWriter) => void = () => undefined, name: string | null = 'test0', flags = 0): Tree[] {
  return ask(family, cmd, (writer) => {
    const header = writer.nestStart(1 | NLA_F_NESTED);
    if (name !== null) writer.putString(2, name);
    if (flags !== 0) writer.putU32(3, flags);
    writer.nestEnd(header);
    fill(writer);
  });
}

const HEADER = { 1: { 1: 2, 2: 'test0' } };
const OK = { error: 0 };

describe('ethtool over generic netlink', () => {
  it('tells rings, and sets them within their bounds, telling who listens', () => {
    expect(request(ETHTOOL_MSG_RINGS_GET)).toEqual([{ cmd: ETHTOOL_MSG_RINGS_GET_REPLY, ...HEADER, 2: 128, 6: 64, 13: 0, 14: 0 }, OK]);
    socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, Uint8Array.of(group, 0, 0, 0));
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU32(6, 128))).toEqual([{ cmd: ETHTOOL_MSG_RINGS_NTF, ...HEADER, 2: 128, 6: 128, 13: 0, 14: 0 }, OK]);
    expect(kept['rx']).toBe(128);
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU32(6, 128))).toEqual([OK]);
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU32(6, 129))).toEqual([{ error: 22, message: 'requested ring size exceeds maximum' }]);
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU32(9, 1))).toEqual([{ error: 22, message: 'requested ring size exceeds maximum' }]);
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU8(13, 1))).toEqual([{ error: 95, message: 'setting tx push not supported' }]);
  });

  it('keeps one channel at least', () => {
    expect(request(ETHTOOL_MSG_CHANNELS_SET, (writer) => void writer.putU32(9, 3))).toEqual([OK]);
    expect(kept['combined']).toBe(3);
    expect(request(ETHTOOL_MSG_CHANNELS_SET, (writer) => void writer.putU32(9, 0))).toEqual([
      { error: 22, message: 'requested channel counts would result in no RX or TX channel being configured' },
    ]);
    expect(request(ETHTOOL_MSG_CHANNELS_SET, (writer) => void writer.putU32(9, 5))).toEqual([{ error: 22, message: 'requested channel count exceeds maximum' }]);
  });

  it('tells and sets coalescing, as far as the driver takes it', () => {
    expect(request(ETHTOOL_MSG_COALESCE_GET)).toMatchObject([{ 2: 5, 11: 0 }, OK]);
    socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, Uint8Array.of(group, 0, 0, 0));
    const both = (writer: MessageWriter): void => {
      writer.putU32(2, 9);
      writer.putU8(11, 7);
    };
    expect(request(ETHTOOL_MSG_COALESCE_SET, both)).toMatchObject([{ cmd: ETHTOOL_MSG_COALESCE_NTF, 2: 9, 11: 1 }, OK]);
    expect(kept).toMatchObject({ usecs: 9, adaptive: 1 });
    expect(request(ETHTOOL_MSG_COALESCE_SET, (writer) => void writer.putU32(6, 1))).toEqual([{ error: 22, message: 'cannot modify an unsupported parameter' }]);
    expect(request(ETHTOOL_MSG_COALESCE_SET, (writer) => void writer.putU8(24, 2))).toMatchObject([{ error: 34 }]);
  });

  it('tells and sets private flags by name, by number, and as words', () => {
    const bits = { 2: { 2: 3, 3: { 1: { 1: 0, 2: 'one', 3: true }, "1'": { 1: 2, 2: 'three' } } } };
    expect(request(ETHTOOL_MSG_PRIVFLAGS_GET)).toMatchObject([bits, OK]);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_GET, undefined, 'test0', 1)).toMatchObject([{ 2: { 2: 3, 4: 1, 5: 7 } }, OK]);
    const named = (name: string, value: boolean) => (writer: MessageWriter): void => {
      const set = writer.nestStart(2 | NLA_F_NESTED);
      const list = writer.nestStart(3 | NLA_F_NESTED);
      const bit = writer.nestStart(1 | NLA_F_NESTED);
      writer.putString(2, name);
      if (value) writer.putFlag(3);
      writer.nestEnd(bit);
      writer.nestEnd(list);
      writer.nestEnd(set);
    };
    socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, Uint8Array.of(group, 0, 0, 0));
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, named('three', true))).toMatchObject([{ cmd: ETHTOOL_MSG_PRIVFLAGS_NTF, 2: { 2: 3, 4: 5, 5: 7 } }, OK]);
    expect(kept['on']).toEqual(['one', 'three']);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, named('one', false))).toMatchObject([{ cmd: ETHTOOL_MSG_PRIVFLAGS_NTF }, OK]);
    expect(kept['on']).toEqual(['three']);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, named('four', true))).toEqual([{ error: 95, message: 'bit name not found' }]);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET)).toEqual([{ error: 22 }]);
    const words = (size: number, value: number, mask: number | null) => (writer: MessageWriter): void => {
      const set = writer.nestStart(2 | NLA_F_NESTED);
      if (mask === null) writer.putFlag(1);
      writer.putU32(2, size);
      writer.putU32(4, value);
      if (mask !== null) writer.putU32(5, mask);
      writer.nestEnd(set);
    };
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, words(3, 3, 3))).toMatchObject([{ cmd: ETHTOOL_MSG_PRIVFLAGS_NTF }, OK]);
    expect(kept['on']).toEqual(['one', 'two', 'three']);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, words(2, 1, null))).toMatchObject([{ cmd: ETHTOOL_MSG_PRIVFLAGS_NTF }, OK]);
    expect(kept['on']).toEqual(['one']);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, words(32, 8, 8))).toEqual([{ error: 22, message: 'cannot modify bits past kernel bitset size' }]);
    expect(request(ETHTOOL_MSG_PRIVFLAGS_SET, words(33, 1, 1))).toEqual([{ error: 22, message: 'bitset value length does not match size' }]);
  });

  it('sets what the driver logs', () => {
    const level = (writer: MessageWriter): void => {
      const set = writer.nestStart(2 | NLA_F_NESTED);
      writer.putU32(2, 15);
      writer.putU32(4, 0x6);
      writer.putU32(5, 0x7);
      writer.nestEnd(set);
    };
    expect(request(ETHTOOL_MSG_DEBUG_SET, level)).toEqual([OK]);
    expect(kept['level']).toBe(6);
  });

  it('changes features, says what came of it, and tells who listens', () => {
    socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, Uint8Array.of(group, 0, 0, 0));
    const off = (writer: MessageWriter): void => {
      const set = writer.nestStart(3 | NLA_F_NESTED);
      writer.putU32(2, 64);
      writer.putBytes(4, new Uint8Array(8));
      writer.putBytes(5, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
      writer.nestEnd(set);
    };
    const before = rig.raws[0]?.features ?? 0n;
    const answers = request(ETHTOOL_MSG_FEATURES_SET, off);
    expect(answers.map(({ cmd }) => cmd)).toEqual([expect.any(Number), ETHTOOL_MSG_FEATURES_NTF, undefined]);
    // Software segmentation needs scatter-gather.
    expect(before ^ (rig.raws[0]?.features ?? 0n)).toBe(Features.SG | Features.GSO);
  });

  it('counts strings, or tells them', () => {
    const sets = (counts: boolean) => (writer: MessageWriter): void => {
      const list = writer.nestStart(2 | NLA_F_NESTED);
      const set = writer.nestStart(1 | NLA_F_NESTED);
      writer.putU32(1, 1);
      writer.nestEnd(set);
      writer.nestEnd(list);
      if (counts) writer.putFlag(3);
    };
    expect(request(ETHTOOL_MSG_STRSET_GET, sets(true))).toMatchObject([{ 2: { 1: { 1: 1, 2: 2 } } }, OK]);
    expect(request(ETHTOOL_MSG_STRSET_GET, sets(false))).toMatchObject([{ 2: { 1: { 1: 1, 2: 2, 3: { 1: { 1: 0 }, "1'": { 1: 1 } } } } }, OK]);
    expect(request(ETHTOOL_MSG_STRSET_GET, sets(false), null)).toEqual([{ error: 22, message: 'requested per device strings without dev' }]);
  });

  it('wants a header that names a device', () => {
    expect(ask(family, ETHTOOL_MSG_LINKSTATE_GET, () => undefined)).toEqual([{ error: 22 }]);
    expect(request(ETHTOOL_MSG_LINKSTATE_GET, undefined, null)).toEqual([{ error: 22, message: 'neither ifindex nor name specified' }]);
    expect(request(ETHTOOL_MSG_LINKSTATE_GET, undefined, 'nosuch')).toEqual([{ error: 19, message: 'no device matches name' }]);
    expect(request(ETHTOOL_MSG_LINKSTATE_GET, undefined, 'test0', 8)).toMatchObject([{ error: 22 }]);
    expect(request(ETHTOOL_MSG_LINKSTATE_GET, (writer) => void writer.putU32(2, 1))).toMatchObject([{ error: 22 }]);
  });

  it('lists the devices that have an answer', () => {
    expect(ask(family, ETHTOOL_MSG_RINGS_GET, () => undefined, NLM_F_DUMP)).toMatchObject([{ ...HEADER, 2: 128 }]);
    expect(ask(family, ETHTOOL_MSG_TSINFO_GET, () => undefined, NLM_F_DUMP).map((answer) => answer[1])).toEqual([{ 1: 1, 2: 'lo' }, HEADER[1]]);
  });

  it('lets nobody change anything who may not', () => {
    const user = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC, { credentials: { uid: 1000, netAdmin: false } });
    const root = socket;
    socket = user;
    expect(request(ETHTOOL_MSG_RINGS_SET, (writer) => void writer.putU32(6, 1))).toEqual([{ error: 1 }]);
    expect(request(ETHTOOL_MSG_RINGS_GET)).toMatchObject([{ 6: 64 }, OK]);
    user.close();
    socket = root;
  });
});
