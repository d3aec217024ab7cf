import { ETH_P_ALL, NETLINK_SOCK_DIAG, NETLINK_USERSOCK, NLMSG_DONE, NLMSG_ERROR, NLM_F_DUMP, NLM_F_REQUEST, SOCK_DIAG_BY_FAMILY, SOCK_RAW, nlmsghdr } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, Rig, ROOT, USER } from './netlink-rig.ts';

/** Types of all messages that answer a request, read into a buffer of so many octets. */
function answers(rig: Rig, payload: Uint8Array, room = 32_768, between: () => void = () => undefined, credentials = ROOT): number[] {
  using socket = rig.socket(NETLINK_SOCK_DIAG, credentials);
  socket.send(message(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, payload));
  const types: number[] = [];
  for (let answer = socket.receive({ buffer: new Uint8Array(room) }); answer !== undefined; answer = socket.receive({ buffer: new Uint8Array(room) })) {
    const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
    for (let at = 0; at < answer.bytes.length; at += nlmsghdr.nlmsg_len(view, at)) types.push(nlmsghdr.nlmsg_type(view, at));
    between();
  }
  return types;
}

const netlinkSockets = (protocol: number): Uint8Array => Uint8Array.of(16, protocol, ...new Uint8Array(6), 0xf, ...new Uint8Array(11));
const packetSockets = Uint8Array.of(17, 0, ...new Uint8Array(6), 0x3f, ...new Uint8Array(11));

describe('SockDiag', () => {
  it('tells of every socket once, however many chunks that takes', () => {
    using rig = new Rig();
    const sockets = Array.from({ length: 300 }, () => {
      const socket = rig.socket(NETLINK_USERSOCK);
      socket.bind();
      return socket;
    });
    const types = answers(rig, netlinkSockets(NETLINK_USERSOCK), 4096);
    for (const socket of sockets) socket.close();
    expect(types.filter((type) => type === SOCK_DIAG_BY_FAMILY)).toHaveLength(300);
    expect(types.at(-1)).toBe(NLMSG_DONE);
  });

  it('does not tell of sockets that are closed meanwhile', () => {
    using rig = new Rig();
    const sockets = Array.from({ length: 300 }, () => rig.packetSocket(SOCK_RAW, ETH_P_ALL));
    const types = answers(rig, packetSockets, 4096, () => {
      for (const socket of sockets) socket.close();
    });
    const told = types.filter((type) => type === SOCK_DIAG_BY_FAMILY).length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(300);
  });

  it('is for everybody, and keeps to the namespace', () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    using here = rig.packetSocket(SOCK_RAW, 0);
    using there = rig.packetSocket(SOCK_RAW, 0, other);
    expect(answers(rig, packetSockets, 4096, undefined, USER)).toEqual([SOCK_DIAG_BY_FAMILY, NLMSG_DONE]);
    expect([here.closed, there.closed]).toEqual([false, false]);
  });

  it('asks the module loader for families and protocols that it does not know', () => {
    const asked: string[] = [];
    using rig = new Rig();
    rig.core.modules.request = (alias: string): void => void asked.push(alias);
    expect(answers(rig, Uint8Array.of(40, 0))).toEqual([NLMSG_ERROR]);
    expect(answers(rig, Uint8Array.of(2, 132, ...new Uint8Array(54)))).toEqual([NLMSG_DONE]);
    expect(asked).toEqual(['net-pf-16-proto-4-type-40', 'net-pf-16-proto-4-type-2-132']);
  });

  it('answers everything, whatever it is asked', () => {
    using rig = new Rig();
    using packet = rig.packetSocket(SOCK_RAW, ETH_P_ALL);
    using socket = rig.socket(NETLINK_SOCK_DIAG);
    const family = fc.constantFrom(0, 1, 2, 10, 16, 17, 44, 45, 255);
    const type = fc.constantFrom(SOCK_DIAG_BY_FAMILY, 21, 18, 19, 16, 99);
    fc.assert(
      fc.property(family, type, fc.boolean(), fc.uint8Array({ maxLength: 90 }), (first, kind, dumps, rest) => {
        socket.send(message(kind, NLM_F_REQUEST | (dumps ? NLM_F_DUMP : 0), 1, Uint8Array.of(first, ...rest)));
        let last = 0;
        for (let answer = socket.receive(); answer !== undefined; answer = socket.receive()) last = answer.bytes[4] ?? 0;
        expect(last).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
    expect(packet.closed).toBe(false);
  });
});
