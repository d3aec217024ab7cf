import {
  if_stats_msg,
  IFLA_STATS_GET_FILTERS,
  IFLA_STATS_LINK_OFFLOAD_XSTATS,
  IFLA_STATS_LINK_XSTATS,
  IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GET_STRICT_CHK,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HDRLEN,
  RTM_GETSTATS,
  RTM_NEWSTATS,
  RTM_SETSTATS,
  RTNLGRP_STATS,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { MessageWriter, type Message } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { hex } from './rtnetlink-flatten.ts';
import { add, drain, exchange, outcome, Rig, verdict } from './rtnetlink-rig.ts';

interface StatsAsk {
  readonly type?: number;
  readonly flags?: number;
  readonly family?: number;
  readonly pad?: number;
  readonly index?: number;
  readonly mask?: number;
  readonly attributes?: (writer: MessageWriter) => void;
}

function request({ type = RTM_GETSTATS, flags = NLM_F_ACK, family = 0, pad = 0, index = 0, mask = 0, attributes }: StatsAsk): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 1, 0);
  const at = writer.reserve(if_stats_msg.SIZE);
  if_stats_msg.set_family(writer.view, at, family);
  if_stats_msg.set_pad1(writer.view, at, pad);
  if_stats_msg.set_ifindex(writer.view, at, index);
  if_stats_msg.set_filter_mask(writer.view, at, mask);
  attributes?.(writer);
  writer.end();
  return writer.toBytes();
}

/** The attributes of an answer. */
function body(message: Message | undefined): string {
  return message === undefined ? 'none' : hex(message.payload.subarray(if_stats_msg.SIZE));
}

const HARDWARE = '1c00040018000280140003800500010000000000050002000000000004000500';

describe('RTM_GETSTATS', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    socket = rig.socket();
    add(socket, 'nlmon0', 'nlmon');
  });

  const ask = (what: StatsAsk): string => outcome(verdict(exchange(socket, request(what))));
  const get = (mask: number, attributes?: (writer: MessageWriter) => void): string =>
    body(exchange(socket, request({ flags: 0, index: 2, mask, ...(attributes === undefined ? {} : { attributes }) }))[0]);

  it('shows what the mask asks for', () => {
    expect(get(1)).toBe(`cc000100${'00'.repeat(200)}`);
    expect(get(2)).toBe('');
    expect(get(4)).toBe('');
    expect(`${get(8)}${get(16)}`).toBe(HARDWARE);
    expect(get(0x1f)).toBe(`cc000100${'00'.repeat(200)}${HARDWARE}`);
  });

  it('shows what the filters inside leave', () => {
    const only = (mask: number) => (writer: MessageWriter): void => {
      writer.putNested(IFLA_STATS_GET_FILTERS | NLA_F_NESTED, () => {
        writer.putU32(IFLA_STATS_LINK_OFFLOAD_XSTATS, mask);
      });
    };
    expect(get(8, only(1))).toBe('');
    expect(get(8, only(2))).toBe(HARDWARE.slice(0, -8));
    const ofAnother = (writer: MessageWriter): void => {
      writer.putNested(IFLA_STATS_GET_FILTERS | NLA_F_NESTED, () => {
        writer.putU32(IFLA_STATS_LINK_OFFLOAD_XSTATS, 1);
      });
    };
    expect(ask({ index: 2, mask: 1, attributes: ofAnother })).toBe('EINVAL: Filtered attribute not enabled in filter_mask');
    expect(ask({ index: 2, mask: 8, attributes: only(0x10) })).toBe('EINVAL: reserved bit set');
    const unfit = (writer: MessageWriter): void => {
      writer.putNested(IFLA_STATS_GET_FILTERS | NLA_F_NESTED, () => {
        writer.putU32(IFLA_STATS_LINK_XSTATS, 1);
      });
    };
    expect(ask({ index: 2, mask: 2, attributes: unfit })).toBe('EINVAL: Unsupported attribute');
  });

  it('says what is wrong', () => {
    expect(ask({ mask: 1 })).toBe('EINVAL');
    expect(ask({ index: 77, mask: 1 })).toBe('ENODEV');
    expect(ask({ index: 2 })).toBe('EINVAL: Filter mask must be set for stats get');
    expect(ask({ index: 2, mask: 1, attributes: (writer) => { writer.append(Uint8Array.of(1)); } })).toBe(
      'EINVAL: bytes leftover after parsing attributes',
    );
    const short = request({ index: 2, mask: 1 }).slice(0, NLMSG_HDRLEN + 8);
    new DataView(short.buffer).setUint32(0, short.length, true);
    expect(outcome(verdict(exchange(socket, short)))).toBe('EINVAL: Invalid header for stats dump');
    expect(ask({ flags: NLM_F_DUMP })).toBe('EINVAL: Filter mask must be set for stats dump');
  });

  it('is strict when it is told to be', () => {
    expect(ask({ index: 2, mask: 0x21, pad: 1 })).toBe('ok');
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(ask({ index: 2, mask: 1, pad: 1 })).toBe('EINVAL: Invalid values in header for stats dump request');
    expect(ask({ index: 2, mask: 0x21 })).toBe('EINVAL: Invalid stats requested through filter mask');
    expect(ask({ index: 2, mask: 1, flags: NLM_F_DUMP })).toBe('EINVAL: Invalid values in header for stats dump request');
  });

  it('dumps all links in chunks', () => {
    for (let i = 0; i < 40; i++) add(socket, '', 'nlmon');
    const answer = exchange(rig.socket(), request({ flags: NLM_F_DUMP, mask: 1 }));
    const indexes = answer.filter(({ type }) => type === RTM_NEWSTATS).map(({ view, payloadOffset }) => if_stats_msg.ifindex(view, payloadOffset));
    expect(indexes).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
    expect(verdict(answer).errno).toBe(0);
  });
});

describe('RTM_SETSTATS', () => {
  it('asks the hardware to count, which there is none of', () => {
    const rig = new Rig();
    const socket = rig.socket();
    const monitor = rig.socket();
    monitor.bind();
    monitor.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_STATS);
    const set = (on: number, more: StatsAsk = {}): string => {
      const attributes = (writer: MessageWriter): void => {
        writer.putU8(IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS, on);
      };
      return outcome(verdict(exchange(socket, request({ type: RTM_SETSTATS, index: 1, attributes, ...more }))));
    };
    expect(set(1)).toBe('ok');
    expect(drain(monitor).map(body)).toEqual(['1c000400180002801400038005000100010000000500020000000000']);
    expect(set(1)).toBe('ok');
    expect(drain(monitor)).toEqual([]);
    const [shown] = exchange(socket, request({ flags: 0, index: 1, mask: 8 }));
    expect(body(shown)).toBe(`680004001800028014000380050001000100000005000200000000004c000300${'00'.repeat(72)}`);
    expect(set(0)).toBe('ok');
    expect(drain(monitor)).toHaveLength(1);
    expect(set(2)).toBe('ERANGE: integer out of range');
    expect(set(1, { index: 0 })).toBe('EINVAL');
    expect(set(1, { index: 77 })).toBe('ENODEV');
    expect(set(1, { mask: 1 })).toBe('EINVAL: Filter mask must be 0 for stats set');
    expect(set(1, { family: 2 })).toBe('EINVAL: Address family should be AF_UNSPEC');
  });
});
