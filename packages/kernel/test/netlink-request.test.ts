import {
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NLMSG_ERROR,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_REQUEST,
  NLMSGERR_ATTR_COOKIE,
  NLMSGERR_ATTR_MSG,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { messages, parseError, type ErrorMessage } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { RequestHandler } from '../src/net/netlink/netlink-types.ts';
import { PROTOCOL, Rig, drain, headers, hex, message } from './netlink-rig.ts';

const REQUEST = NLM_F_REQUEST | NLM_F_ACK;

/** A rig whose family answers by `handler`, and a socket. */
function conversation(handler: RequestHandler): { rig: Rig; socket: EmbeddedNetlinkSocket } {
  const rig = new Rig();
  rig.family(handler);
  return { rig, socket: rig.socket(PROTOCOL) };
}

function ask(socket: EmbeddedNetlinkSocket, request: Uint8Array): ErrorMessage {
  socket.send(request);
  const [answer] = drain(socket);
  for (const one of messages(answer ?? new Uint8Array(0))) {
    const error = parseError(one);
    if (error !== undefined) return error;
  }
  throw new Error('no answer');
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('requests', () => {
  it('are handled one by one, in their order, and answered each', () => {
    const seen: number[] = [];
    const { rig, socket } = conversation((request) => {
      seen.push(request.seq);
      return request.seq === 2 ? -errno.EPERM : 0;
    });
    using _ = rig;
    socket.send(concat(message(20, NLM_F_REQUEST, 1), message(20, NLM_F_REQUEST, 2), message(20, REQUEST, 3)));
    expect(seen).toEqual([1, 2, 3]);
    expect(drain(socket).flatMap(headers)).toMatchObject([
      { type: NLMSG_ERROR, seq: 2, error: -errno.EPERM },
      { type: NLMSG_ERROR, seq: 3, error: 0 },
    ]);
  });

  it('show the handler what was sent and by whom', () => {
    let shown: unknown;
    const { rig, socket } = conversation((request, extack) => {
      const { type, flags, seq, pid, length, portid, offset, view, socket: sender } = request;
      shown = {
        header: [type, flags, seq, pid, length, portid],
        payload: view.getUint32(offset + 16, true),
        sender: [sender.portid, sender.extAck, sender.credentials.uid],
        extack: extack === request.extack,
      };
      return 0;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(20, NLM_F_REQUEST, 7, Uint8Array.of(1, 2, 3, 4)));
    expect(shown).toEqual({ header: [20, 1, 7, 0, 20, 4321], payload: 0x0403_0201, sender: [4321, true, 0], extack: true });
  });

  it('are acknowledged without a handler when they are none, or of a control type', () => {
    let handled = 0;
    const { rig, socket } = conversation(() => ++handled && -errno.EIO);
    using _ = rig;
    socket.send(concat(message(20, NLM_F_ACK, 1), message(15, REQUEST, 2), message(3, NLM_F_REQUEST, 3)));
    expect(handled).toBe(0);
    expect(drain(socket).flatMap(headers)).toMatchObject([
      { seq: 1, error: 0 },
      { seq: 2, error: 0 },
    ]);
  });

  it.each([
    ['8 octets', new Uint8Array(8).fill(255)],
    ['a length of 10', message(20, REQUEST, 1, new Uint8Array(0), 10)],
    ['a length of 0', message(20, REQUEST, 1, new Uint8Array(0), 0)],
    ['a length beyond the end', message(20, REQUEST, 1, new Uint8Array(4), 21)],
    ['a length of 2³²-1', message(20, REQUEST, 1, new Uint8Array(4), 0xffff_ffff)],
  ])('end silently at %s', (_what, bytes) => {
    let handled = 0;
    const { rig, socket } = conversation(() => ++handled);
    using _ = rig;
    expect(socket.send(bytes)).toBe(bytes.length);
    expect(handled).toBe(0);
    expect(drain(socket)).toEqual([]);
    socket.send(concat(message(20, REQUEST, 1), bytes));
    expect(drain(socket)).toHaveLength(1);
  });

  it('may end without padding', () => {
    const { rig, socket } = conversation(() => 0);
    using _ = rig;
    socket.send(message(20, REQUEST, 1, Uint8Array.of(1)));
    expect(drain(socket)).toHaveLength(1);
  });

  it('may bring about other requests while they are handled', () => {
    const seqs: string[] = [];
    using rig = new Rig();
    rig.family((request) => {
      seqs.push(`${String(request.seq)} begins`);
      if (request.seq === 1) inner.send(message(20, REQUEST, 2));
      seqs.push(`${String(request.seq)} ends`);
      return request.seq === 1 ? -errno.EBUSY : 0;
    });
    const [outer, inner] = [rig.socket(PROTOCOL), rig.socket(PROTOCOL)];
    outer.send(message(20, REQUEST, 1));
    expect(seqs).toEqual(['1 begins', '2 begins', '2 ends', '1 ends']);
    expect(drain(outer).flatMap(headers)).toMatchObject([{ seq: 1, error: -errno.EBUSY }]);
    expect(drain(inner).flatMap(headers)).toMatchObject([{ seq: 2, error: 0 }]);
  });

  it('may close their own socket', () => {
    using rig = new Rig();
    rig.family(() => {
      socket.close();
      return -errno.EIO;
    });
    const socket = rig.socket(PROTOCOL);
    expect(socket.send(concat(message(20, REQUEST, 1), message(20, REQUEST, 2)))).toBe(32);
    expect(socket.closed).toBe(true);
  });
});

describe('NLMSG_ERROR', () => {
  it('is 36 octets for an acknowledgement, with the request’s header alone', () => {
    const { rig, socket } = conversation(() => 0);
    using _ = rig;
    socket.send(message(20, REQUEST, 0x1234_5678, Uint8Array.of(9, 9, 9, 9)));
    // nlmsghdr, error 0, the request's nlmsghdr.
    expect(drain(socket).map(hex)).toEqual(['2400000002000001785634' + '12e110000000000000' + '14000000140005007856341200000000']);
  });

  it('brings the whole request back with an error, padded', () => {
    const { rig, socket } = conversation(() => -errno.EINVAL);
    using _ = rig;
    socket.send(message(20, NLM_F_REQUEST, 1, Uint8Array.of(1, 2, 3, 4, 5)));
    expect(drain(socket).map(hex)).toEqual([
      '2c00000002000000' + '01000000e1100000' + 'eaffffff' + '15000000140001000100000000000000' + '0102030405000000',
    ]);
  });

  it('is cut to the header with CAP_ACK', () => {
    const { rig, socket } = conversation(() => -errno.EINVAL);
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    socket.send(message(20, NLM_F_REQUEST, 1, new Uint8Array(100)));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ length: 36, flags: NLM_F_CAPPED, error: -errno.EINVAL }]);
  });

  it('says nothing more without EXT_ACK', () => {
    const { rig, socket } = conversation((_request, extack) => {
      extack._msg = 'no';
      return -errno.EINVAL;
    });
    using _ = rig;
    socket.send(message(20, NLM_F_REQUEST));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ length: 36, flags: 0 }]);
  });

  it('bears every attribute of the extended acknowledgement, in order', () => {
    const { rig, socket } = conversation((request, extack) => {
      extack._msg = 'bad';
      extack.cookie = Uint8Array.of(7, 8, 9);
      extack.bad_attr = request.offset + 20;
      extack.policy = { type: 'NLA_U8', min: 1, max: 4 };
      extack.miss_type = 11;
      extack.miss_nest = request.offset + 16;
      return -errno.ERANGE;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    const error = ask(socket, message(20, NLM_F_REQUEST, 1, new Uint8Array(8)));
    expect(error).toMatchObject({
      errno: errno.ERANGE,
      extack: { message: 'bad', offset: 20, missingType: 11, missingNest: 16, cookie: Uint8Array.of(7, 8, 9) },
    });
    socket.send(message(20, NLM_F_REQUEST, 1, new Uint8Array(8)));
    const [bytes] = drain(socket);
    expect(headers(bytes ?? new Uint8Array(0))).toMatchObject([{ flags: NLM_F_ACK_TLVS }]);
    expect(hex(bytes?.subarray(44) ?? new Uint8Array(0))).toBe(
      '0800010062616400' +
        '0700030007080900' +
        '0800020014000000' +
        '24000480' + '0c0004000100000000000000' + '0c0005000400000000000000' + '0800010002000000' +
        '080005000b000000' +
        '0800060010000000',
    );
  });

  it('warns, of success, by message and cookie alone', () => {
    const { rig, socket } = conversation((request, extack) => {
      extack._msg = 'well';
      extack.bad_attr = request.offset + 16;
      extack.miss_type = 1;
      return 0;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(20, REQUEST, 1, new Uint8Array(4)));
    const [bytes] = drain(socket);
    expect(headers(bytes ?? new Uint8Array(0))).toMatchObject([{ length: 36 + 12, flags: NLM_F_ACK_TLVS | NLM_F_CAPPED }]);
    expect(bytes?.[38]).toBe(NLMSGERR_ATTR_MSG);
  });

  it('starts each message afresh', () => {
    const { rig, socket } = conversation((request, extack) => {
      if (request.seq === 1) extack.cookie = Uint8Array.of(1);
      return 0;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(concat(message(20, REQUEST, 1), message(20, REQUEST, 2)));
    const [first, second] = drain(socket);
    expect(first?.[38]).toBe(NLMSGERR_ATTR_COOKIE);
    expect(second).toHaveLength(36);
  });

  it('leaves out offsets outside the request, and logs them', () => {
    const { rig, socket } = conversation((request, extack) => {
      extack.bad_attr = request.offset + request.length;
      extack.miss_nest = request.offset + 4;
      return -errno.EINVAL;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(20, NLM_F_REQUEST));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ length: 36, flags: NLM_F_ACK_TLVS }]);
    expect(rig.core.log.lines().filter(({ text }) => text.startsWith('netlink_ack'))).toHaveLength(2);
  });

  it('says nothing of policies that have no description', () => {
    const { rig, socket } = conversation((_request, extack) => {
      extack.policy = { type: 'NLA_REJECT' };
      return -errno.EINVAL;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(20, NLM_F_REQUEST));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ length: 36, flags: 0 }]);
  });

  it('leaves a message out that no attribute holds, and keeps the rest', () => {
    const { rig, socket } = conversation((_request, extack) => {
      extack._msg = 'é'.repeat(40_000);
      extack.miss_type = 3;
      return -errno.EINVAL;
    });
    using _ = rig;
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    socket.send(message(20, NLM_F_REQUEST));
    const [bytes] = drain(socket);
    expect(hex(bytes?.subarray(36) ?? new Uint8Array(0))).toBe('0800050003000000');
  });

  it('turns into ENOBUFS when there is no memory for it', () => {
    const { rig, socket } = conversation(() => -errno.EINVAL);
    using _ = rig;
    using fault = rig.core.faults.failAllocation({ nth: 2, site: 'alloc_skb' });
    socket.send(message(20, NLM_F_REQUEST));
    expect(fault.hits).toBe(1);
    expect(() => socket.receive()).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    expect(socket.receive()).toBeUndefined();
  });

  it('is lost, with ENOBUFS, when the receiver has no room', () => {
    const { rig, socket } = conversation(() => 0);
    using _ = rig;
    socket.setOption(SOL_SOCKET, SO_RCVBUF, 0);
    for (let seq = 1; seq <= 4; seq++) socket.send(message(20, REQUEST, seq));
    expect(() => socket.receive()).toThrow(expect.objectContaining({ code: 'ENOBUFS' }));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    expect(socket.drops).toBe(2);
  });
});

describe('datagrams of any octets', () => {
  it('never throw out of the kernel, and never cost memory', () => {
    using rig = new Rig();
    rig.family((request, extack) => {
      extack.bad_attr = request.offset + 16;
      return request.type % 3 === 0 ? 0 : -errno.EINVAL;
    });
    const header = fc.tuple(fc.nat(80), fc.nat(40), fc.nat(0x3ff)).map(([length, type, flags]) => {
      const bytes = message(type, flags, 1, new Uint8Array(Math.max(0, length - 16) % 64), length);
      return [...bytes];
    });
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(header, { minLength: 1, maxLength: 6 }).map((parts) => Uint8Array.from(parts.flat())),
    );
    fc.assert(
      fc.property(octets, fc.boolean(), (bytes, extAck) => {
        const socket = rig.socket(PROTOCOL);
        if (extAck) socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        expect(socket.send(bytes)).toBe(bytes.length);
        for (const answer of drain(socket)) expect(headers(answer)).toMatchObject([{ type: NLMSG_ERROR, length: answer.length }]);
        socket.close();
        expect(rig.core.skbs.live).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  });
});
