import {
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_DUMP,
  NLM_F_DUMP_FILTERED,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  MSG_PEEK,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { KernelSocket } from '../src/net/netlink/netlink-sock.ts';
import type { DumpCallback, DumpControl } from '../src/net/netlink/netlink-types.ts';
import { PROTOCOL, Rig, drain, headers, hex, message, type Header } from './netlink-rig.ts';

const DUMP = NLM_F_REQUEST | NLM_F_DUMP;
/** The type of the messages that {@link items} dumps, and of requests that are no dump. */
const ITEM = 30;
const GET = 20;

/** A dump of `count` messages with so much payload each. */
function items(count: number, payload: number, more: Partial<DumpControl> = {}, before?: (callback: DumpCallback) => void): DumpControl {
  return {
    dump: (chunk, callback) => {
      before?.(callback);
      // CAST: only this function sets the state.
      let next = (callback.state as number | undefined) ?? 0;
      for (; next < count; next++) {
        const start = chunk.mark();
        chunk.begin(ITEM, NLM_F_MULTI | callback.answerFlags, callback.seq, callback.portid);
        chunk.reserve(payload);
        if (chunk.end() === -1) {
          chunk.cancel(start);
          callback.state = next;
          return -errno.EMSGSIZE;
        }
      }
      callback.state = next;
      return 0;
    },
    ...more,
  };
}

/** A rig whose family answers dump requests by `control`, others with success. */
function dumping(control: DumpControl): { rig: Rig; socket: EmbeddedNetlinkSocket } {
  const rig = new Rig();
  const kernel: KernelSocket = rig.family((request) =>
    (request.flags & NLM_F_DUMP) === NLM_F_DUMP ? rig.core.netlink.dumpStart(request, kernel, control) : 0,
  );
  return { rig, socket: rig.socket(PROTOCOL) };
}

function all(socket: EmbeddedNetlinkSocket): Header[] {
  return drain(socket).flatMap(headers);
}

/** Every datagram, read with a buffer of this size. */
function readWith(socket: EmbeddedNetlinkSocket, room: number): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  const buffer = new Uint8Array(room);
  for (let next = socket.receive({ buffer }); next !== undefined; next = socket.receive({ buffer })) datagrams.push(next.bytes.slice());
  return datagrams;
}

describe('a dump', () => {
  it('ends with DONE, appended where it fits', () => {
    const { rig, socket } = dumping(items(2, 4));
    using _ = rig;
    socket.send(message(GET, DUMP | NLM_F_ACK, 5));
    expect(drain(socket).map(hex)).toEqual([
      '140000001e0002000500' + '0000e110000000000000' + '140000001e0002000500' + '0000e110000000000000' + '1400000003000200050000' + '00e110000000000000',
    ]);
    expect(rig.core.netlink.liveDumps).toBe(0);
  });

  it('of nothing is DONE alone', () => {
    const { rig, socket } = dumping(items(0, 4));
    using _ = rig;
    socket.send(message(GET, DUMP, 5));
    expect(all(socket)).toMatchObject([{ type: NLMSG_DONE, flags: NLM_F_MULTI, length: 20, error: 0 }]);
  });

  it('sends DONE by itself where the family wants it so', () => {
    const { rig, socket } = dumping(items(2, 4, { doneAlone: true }));
    using _ = rig;
    socket.send(message(GET, DUMP, 5));
    expect(drain(socket).map((bytes) => headers(bytes).map(({ type }) => type))).toEqual([[ITEM, ITEM], [NLMSG_DONE]]);
  });

  it('comes in chunks of 3776 octets first, then of what was offered to a receive', () => {
    const { rig, socket } = dumping(items(1000, 984));
    using _ = rig;
    socket.send(message(GET, DUMP));
    const chunks = readWith(socket, 8192);
    // Three messages of 1000 octets, then eight each.
    expect(chunks.slice(0, 3).map(({ length }) => length)).toEqual([3000, 8000, 8000]);
    expect(chunks.flatMap(headers).filter(({ type }) => type === ITEM)).toHaveLength(1000);
    expect(headers(chunks.at(-1) ?? new Uint8Array(0)).at(-1)).toMatchObject({ type: NLMSG_DONE });
  });

  it('never comes in chunks above 32448 octets, however large the buffer', () => {
    const { rig, socket } = dumping(items(100, 984));
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(readWith(socket, 1 << 20).map(({ length }) => length)).toEqual([3000, 32_000, 32_000, 32_000, 1020]);
  });

  it('takes a receive without a buffer for one with 32 KiB, and one with none at its word', () => {
    const { rig, socket } = dumping(items(40, 984));
    using _ = rig;
    socket.send(message(GET, DUMP));
    const empty = new Uint8Array(0);
    // From iproute2: the length is asked for with an empty buffer, which goes on with the dump too.
    expect(socket.receive({ buffer: empty, flags: MSG_PEEK })?.length).toBe(3000);
    expect(drain(socket).map(({ length }) => length)).toEqual([3000, 3000, 32_000, 2020]);
  });

  it('comes in chunks as large as its greatest message needs', () => {
    const { rig, socket } = dumping(items(3, 5000, { minDumpAlloc: 5016 }));
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(readWith(socket, 100).map(({ length }) => length)).toEqual([100, 100, 100, 20]);
    socket.send(message(GET, DUMP));
    expect(drain(socket).map(({ length }) => length)).toEqual([5016, 10_052]);
  });

  it('pauses while half of the receive buffer is in use', () => {
    const { rig, socket } = dumping(items(100, 984));
    using _ = rig;
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 3000);
    socket.send(message(GET, DUMP));
    const other = rig.socket(PROTOCOL);
    other.bind({ pid: 99 });
    // 6000 octets hold the first chunk of 4352 and an acknowledgement of 960; above 3000 no chunk is made.
    socket.send(message(GET, NLM_F_REQUEST | NLM_F_ACK, 2));
    expect(socket.receive({ buffer: new Uint8Array(10) })?.length).toBe(3000);
    expect(socket.receive({ buffer: new Uint8Array(10) })?.length).toBe(36);
    expect(all(socket).filter(({ type }) => type === ITEM)).toHaveLength(97);
  });

  it('is one at a time, while other requests are answered', () => {
    const { rig, socket } = dumping(items(20, 984));
    using _ = rig;
    socket.send(message(GET, DUMP, 1));
    socket.send(message(GET, DUMP, 2));
    socket.send(message(GET, NLM_F_REQUEST | NLM_F_ACK, 3));
    const seen = all(socket);
    expect(seen.filter(({ type }) => type === NLMSG_ERROR)).toMatchObject([
      { seq: 2, error: -errno.EBUSY },
      { seq: 3, error: 0 },
    ]);
    expect(seen.filter(({ type }) => type === NLMSG_DONE)).toMatchObject([{ seq: 1 }]);
    socket.send(message(GET, DUMP, 4));
    expect(all(socket).at(-1)).toMatchObject({ type: NLMSG_DONE, seq: 4 });
  });

  it('ends with its socket, once', () => {
    const ended: number[] = [];
    const { rig, socket } = dumping(
      items(1000, 984, {
        done: ({ seq }) => {
          ended.push(seq);
        },
      }),
    );
    using _ = rig;
    socket.send(message(GET, DUMP, 1));
    socket.receive();
    expect(ended).toEqual([]);
    socket.close();
    expect(ended).toEqual([1]);
    const second = rig.socket(PROTOCOL);
    second.send(message(GET, DUMP, 2));
    all(second);
    second.close();
    expect(ended).toEqual([1, 2]);
  });

  it('says when what it lists changed, on the first message since, and once', () => {
    let generation = 1;
    const { rig, socket } = dumping(
      items(30, 984, {}, (callback) => {
        callback.generation = generation;
      }),
    );
    using _ = rig;
    socket.send(message(GET, DUMP));
    const buffer = new Uint8Array(4096);
    const flags = (): number[] => headers(socket.receive({ buffer })?.bytes ?? new Uint8Array(0)).map((header) => header.flags);
    expect(flags()).toEqual([2, 2, 2]);
    // The second chunk was made when the first was read.
    generation = 2;
    expect(flags()).toEqual([2, 2, 2, 2]);
    expect(flags()).toEqual([NLM_F_MULTI | NLM_F_DUMP_INTR, 2, 2, 2]);
    expect(flags()).toEqual([2, 2, 2, 2]);
    socket.close();
  });

  it('says so on DONE when nothing else is left', () => {
    let generation = 1;
    const { rig, socket } = dumping(
      items(2, 4, { doneAlone: true }, (callback) => {
        callback.generation = generation++;
      }),
    );
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(all(socket).map(({ flags }) => flags)).toEqual([2, 2, NLM_F_MULTI | NLM_F_DUMP_INTR]);
  });

  it('bears the flags that its callback sets, on DONE too', () => {
    const { rig, socket } = dumping(
      items(1, 4, {
        start: (callback) => {
          callback.answerFlags = NLM_F_DUMP_FILTERED;
          return 0;
        },
      }),
    );
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(all(socket).map(({ flags }) => flags)).toEqual([0x22, 0x22]);
  });

  it('passes on whether checks are to be strict, and the request', () => {
    let seen: unknown;
    const { rig, socket } = dumping(
      items(0, 4, {
        start: ({ strictCheck, request, portid, seq }) => {
          seen = { strictCheck, request: hex(request), portid, seq };
          return 0;
        },
      }),
    );
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    socket.send(message(GET, DUMP, 3, Uint8Array.of(1, 2)));
    expect(seen).toEqual({ strictCheck: true, request: '12000000140001030300000000000000' + '0102', portid: 4321, seq: 3 });
  });
});

describe('a dump that fails', () => {
  it('to start is an error to its request, with its extended acknowledgement', () => {
    const ended: number[] = [];
    const { rig, socket } = dumping(
      items(1, 4, {
        start: ({ extack }) => {
          extack._msg = 'no such list';
          extack.bad_attr = 16;
          return -errno.EINVAL;
        },
        done: () => ended.push(1),
      }),
    );
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    // Behind another message, so that its octets are elsewhere than in the copy that the dump keeps.
    const first = message(GET, NLM_F_REQUEST, 1);
    const second = message(GET, DUMP, 2, new Uint8Array(4));
    socket.send(Uint8Array.from([...first, ...second]));
    const [bytes] = drain(socket);
    expect(headers(bytes ?? new Uint8Array(0))).toMatchObject([{ type: NLMSG_ERROR, error: -errno.EINVAL, flags: NLM_F_ACK_TLVS }]);
    // MSG of 20 octets, then OFFS 16.
    expect(hex(bytes?.subarray(60) ?? new Uint8Array(0))).toBe('0800020010000000');
    expect(ended).toEqual([]);
  });

  it('at its first chunk is DONE with the error and its attributes', () => {
    const { rig, socket } = dumping({
      dump: (_chunk, { extack }) => {
        extack._msg = 'bad';
        extack.bad_attr = 16;
        return -errno.EINVAL;
      },
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(GET, DUMP, 1, new Uint8Array(4)));
    const [bytes] = drain(socket);
    expect(headers(bytes ?? new Uint8Array(0))).toMatchObject([
      { type: NLMSG_DONE, flags: NLM_F_MULTI | NLM_F_ACK_TLVS, error: -errno.EINVAL },
    ]);
    expect(hex(bytes?.subarray(20) ?? new Uint8Array(0))).toBe('0800010062616400' + '0800020010000000');
  });

  it('later too, behind what it had', () => {
    const { rig, socket } = dumping({
      dump: (chunk, callback) => {
        chunk.begin(ITEM, NLM_F_MULTI, callback.seq, callback.portid);
        chunk.end();
        return -errno.EIO;
      },
    });
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(all(socket)).toMatchObject([{ type: ITEM }, { type: NLMSG_DONE, error: -errno.EIO }]);
  });

  it.each([-errno.EMSGSIZE, 1])('with a message that no chunk holds ends (result %i)', (result) => {
    const { rig, socket } = dumping({ dump: () => result });
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(all(socket)).toMatchObject([{ type: NLMSG_DONE, error: -errno.EMSGSIZE }]);
  });

  it('sends DONE in a chunk of its own when the last one is full to the brim', () => {
    const { rig, socket } = dumping(items(1, 3776 - 16));
    using _ = rig;
    socket.send(message(GET, DUMP));
    expect(drain(socket).map(({ length }) => length)).toEqual([3776, 20]);
  });

  it('for want of memory at its start is ENOMEM or ENOBUFS, and leaves nothing', () => {
    const { rig, socket } = dumping(items(3, 984));
    using _ = rig;
    {
      using fault = rig.core.faults.failAllocation({ nth: 1, site: 'dump_start' });
      socket.send(message(GET, DUMP, 1));
      expect(fault.hits).toBe(1);
    }
    expect(all(socket)).toMatchObject([{ type: NLMSG_ERROR, error: -errno.ENOMEM }]);
    {
      // The request is the first skb; the chunk is tried for twice, large and small.
      using _fault = rig.core.faults.failAllocation({ nth: 2, times: 2, site: 'alloc_skb' });
      socket.send(message(GET, DUMP, 2));
    }
    // As on Linux, the error does not end the dump: reading it makes the dump go on.
    const seen = all(socket);
    expect(seen[0]).toMatchObject({ type: NLMSG_ERROR, error: -errno.ENOBUFS });
    expect(seen.slice(1).map(({ type }) => type)).toEqual([ITEM, ITEM, ITEM, NLMSG_DONE]);
  });

  it('for want of memory later is a pending error, and goes on', () => {
    const { rig, socket } = dumping(items(100, 984));
    using _ = rig;
    socket.send(message(GET, DUMP, 1));
    {
      using _fault = rig.core.faults.failAllocation({ nth: 1, times: 2, site: 'alloc_skb' });
      expect(socket.receive()).toBeDefined();
    }
    expect(() => socket.receive()).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    // Nothing is queued that a receive could go on from.
    expect(socket.receive()).toBeUndefined();
    socket.close();
  });

  it('falls back to a small chunk when a large one is not to be had', () => {
    const { rig, socket } = dumping(items(100, 984));
    using _ = rig;
    socket.send(message(GET, DUMP, 1));
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    expect(socket.receive()?.length).toBe(3000);
    expect(fault.hits).toBe(1);
    expect(socket.receive()?.length).toBe(3000);
    expect(socket.receive()?.length).toBe(32_000);
    socket.close();
  });

  it('by closing its own socket ends cleanly', () => {
    const ended: string[] = [];
    using rig = new Rig();
    const kernel: KernelSocket = rig.family((request) =>
      rig.core.netlink.dumpStart(request, kernel, {
        dump: () => {
          socket.close();
          return 0;
        },
        done: () => ended.push('done'),
      }),
    );
    const socket = rig.socket(PROTOCOL);
    socket.send(message(GET, DUMP));
    expect(ended).toEqual(['done']);
  });

  it('by a defect of its handler costs no memory', () => {
    const { rig, socket } = dumping({
      dump: () => {
        throw new Error('defect');
      },
    });
    using _ = rig;
    expect(() => socket.send(message(GET, DUMP))).toThrow('defect');
    expect(rig.core.skbs.live).toBe(0);
    expect(rig.core.netlink.liveDumps).toBe(0);
  });
});
