import { AF_NETLINK, NL_ATTR_TYPE_U32, NL_POLICY_TYPE_ATTR_MAX_VALUE_U, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, NL_POLICY_TYPE_ATTR_TYPE, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_XFRM, NLMSG_DONE, NLMSG_ERROR, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_FILTERED, NLM_F_DUMP_INTR, NLM_F_MULTI, NLM_F_REQUEST, RTM_GETLINK, RTM_GETROUTE, SOCK_RAW } from '@netdevkit/bindings';
import type { ExtendedAck } from '@netdevkit/errno';
import { MessageWriter, messages, parseDone, parseError } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { Kernel, type EmbeddedNetlinkSocket, type NetlinkServer, type ServerAnswer, type ServerNotification, type ServerRequest } from '../src/index.ts';

function message(type: number, payload: Uint8Array, flags = NLM_F_REQUEST, sequence = 0): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, sequence, 0);
  writer.append(payload);
  writer.end();
  return writer.bytes.slice();
}

/** What came, as type, sequence number, port id and payload length of each message. */
function answers(socket: EmbeddedNetlinkSocket): number[][] {
  const seen: number[][] = [];
  for (let received; (received = socket.receive()) !== undefined; ) {
    for (const { type, seq, pid, length } of messages(received.bytes)) seen.push([type, seq, pid, length - 16]);
  }
  return seen;
}

describe('serveNetlink', () => {
  it('answers in place of the kernel, and leaves the rest to it', () => {
    using kernel = new Kernel({ trackLeaks: true });
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.bind();
    const { pid } = socket.getsockname();
    const asked: ServerRequest[] = [];
    const server: NetlinkServer = {
      protocol: NETLINK_ROUTE,
      handle: (request) => {
        asked.push(request);
        return request.type === RTM_GETROUTE ? { messages: [message(24, new Uint8Array(12)), message(24, new Uint8Array(4))] } : undefined;
      },
    };
    const served = kernel.serveNetlink(server);
    socket.send(message(RTM_GETROUTE, Uint8Array.of(2, 0, 0, 0), NLM_F_REQUEST | NLM_F_ACK, 7));
    expect(answers(socket)).toEqual([[24, 7, pid, 12], [24, 7, pid, 4], [NLMSG_ERROR, 7, pid, 20]]);
    expect(asked).toMatchObject([{ type: RTM_GETROUTE, flags: 5, portId: pid, namespace: kernel.initialNamespace.inum }]);
    socket.send(message(RTM_GETLINK, Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), NLM_F_REQUEST, 8));
    expect(answers(socket).map((one) => one.slice(0, 2))).toEqual([[16, 8]]);
    served[Symbol.dispose]();
    socket.send(message(RTM_GETROUTE, Uint8Array.of(2, 0, 0, 0), NLM_F_REQUEST, 9));
    expect(answers(socket).map((one) => one.slice(0, 2))).toEqual([[NLMSG_ERROR, 9]]);
  });

  it('refuses, in words', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.setOption(270, 11, 1);
    using served = kernel.serveNetlink({ protocol: NETLINK_ROUTE, handle: () => ({ error: 'EPERM', message: 'Never.' }) });
    expect(served).toBeDefined();
    socket.send(message(RTM_GETROUTE, new Uint8Array(12), NLM_F_REQUEST | NLM_F_DUMP, 7));
    const [refusal] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect(refusal === undefined ? undefined : parseError(refusal)).toMatchObject({ errno: 1, extack: { message: 'Never.' } });
  });

  it('says all that an extended acknowledgement can say', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.setOption(270, 11, 1);
    // A policy as Linux sends it: from 68 to 65535, of 32 bits.
    const policy = new MessageWriter();
    policy.putU64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 68n);
    policy.putU64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 65535n);
    policy.putU32(NL_POLICY_TYPE_ATTR_TYPE, NL_ATTR_TYPE_U32);
    const extack: ExtendedAck = { message: 'integer out of range', offset: 20, missingType: 5, missingNest: 24, policy: policy.bytes.slice(), cookie: Uint8Array.of(1, 2, 3) };
    const answers: ServerAnswer[] = [{ error: 'ERANGE', extack }, { messages: [], error: 'ERANGE', extack, dumpFlags: NLM_F_DUMP_FILTERED }, { error: 4097 }];
    using served = kernel.serveNetlink({ protocol: NETLINK_ROUTE, handle: () => answers.shift() });
    expect(served).toBeDefined();
    for (const [flags, parse] of [[NLM_F_REQUEST, parseError], [NLM_F_REQUEST | NLM_F_DUMP, parseDone]] as const) {
      socket.send(message(RTM_GETROUTE, new Uint8Array(12), flags, 7));
      const [answer] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
      const said = answer === undefined ? undefined : parse(answer);
      expect(said).toMatchObject({ errno: 34, extack });
      expect((answer?.flags ?? 0) & NLM_F_DUMP_FILTERED).toBe(parse === parseDone ? NLM_F_DUMP_FILTERED : 0);
    }
    socket.send(message(RTM_GETROUTE, new Uint8Array(12), NLM_F_REQUEST, 8));
    const [refusal] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect(refusal === undefined ? undefined : parseError(refusal)?.errno).toBe(4097);
  });

  it('acknowledges a change whose flags are those of a dump', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using served = kernel.serveNetlink({ protocol: NETLINK_ROUTE, handle: () => ({}) });
    expect(served).toBeDefined();
    socket.send(message(24, new Uint8Array(12), NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, 7));
    expect(answers(socket).map(([type]) => type)).toEqual([NLMSG_ERROR]);
  });

  it('tells listeners of a group, before the answer and after it', () => {
    using kernel = new Kernel({ trackLeaks: true });
    const join = (group: number): EmbeddedNetlinkSocket => {
      const listener = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
      listener.bind();
      listener.setOption(270, 1, group);
      return listener;
    };
    const event = (sequence: number, copies?: number): ServerNotification => ({ protocol: NETLINK_GENERIC, groups: [40, 77], bytes: message(99, new Uint8Array(4), 0, sequence), ...(copies === undefined ? {} : { copies }) });
    const script: ServerAnswer[] = [
      { notifications: [event(1, 2)], later: [event(2, 4)] },
      // Nobody is in that group, then somebody is.
      { later: [{ ...event(3), groups: [78] }] },
      {},
      { later: [{ ...event(4), groups: [79] }] },
      {},
    ];
    using served = kernel.serveNetlink({ protocol: NETLINK_GENERIC, groups: 80, handle: () => script.shift() });
    expect(served).toBeDefined();
    using asking = join(77);
    using other = join(77);
    const ask = (): void => {
      asking.send(message(30, new Uint8Array(4), NLM_F_REQUEST | NLM_F_ACK, 9));
    };
    ask();
    expect(answers(asking).map(([type, seq]) => [type, seq])).toEqual([[99, 1], [NLMSG_ERROR, 9], [99, 2], [99, 2]]);
    expect(answers(other).map(([, seq]) => seq)).toEqual([1, 2, 2]);
    ask();
    using late = join(78);
    ask();
    expect(answers(late).map(([, seq]) => seq)).toEqual([3]);
    // What nobody has heard by the next request is forgotten.
    ask();
    ask();
    using later = join(79);
    ask();
    expect(answers(later)).toEqual([]);
    expect(answers(other)).toEqual([]);
  });

  it('dumps as the kernel does, chunk by chunk', () => {
    using kernel = new Kernel({ trackLeaks: true });
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const links = Array.from({ length: 40 }, (_, i) => message(16, new Uint8Array(1000 + i)));
    using served = kernel.serveNetlink({ protocol: NETLINK_ROUTE, handle: () => ({ messages: links }) });
    expect(served).toBeDefined();
    socket.send(message(RTM_GETLINK, new Uint8Array(16), NLM_F_REQUEST | NLM_F_DUMP, 7));
    const seen: number[] = [];
    let datagrams = 0;
    for (let received; (received = socket.receive()) !== undefined; datagrams++) {
      for (const one of messages(received.bytes)) {
        expect([one.seq, one.flags & NLM_F_MULTI, one.flags & NLM_F_DUMP_INTR]).toEqual([7, NLM_F_MULTI, 0]);
        seen.push(one.type === NLMSG_DONE ? -1 : one.length - 16);
      }
    }
    expect(seen).toEqual([...links.map(({ length }) => length - 16), -1]);
    expect(datagrams).toBeGreaterThan(1);
  });

  it('tells listeners that a message was lost for want of memory, and tells the others', () => {
    using kernel = new Kernel({ trackLeaks: true });
    using asking = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    asking.bind();
    using listener = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    listener.bind();
    listener.setOption(270, 1, 40);
    const notifications = [1, 2, 3].map((sequence) => ({ protocol: NETLINK_GENERIC, groups: [40], bytes: message(99, new Uint8Array(4), 0, sequence) }));
    using served = kernel.serveNetlink({ protocol: NETLINK_GENERIC, groups: 40, handle: () => ({ notifications }) });
    expect(served).toBeDefined();
    // The first skb is the request's.
    using fault = kernel.faults.failAllocation({ nth: 3, site: 'alloc_skb' });
    asking.send(message(30, new Uint8Array(4), NLM_F_REQUEST, 9));
    expect(fault.hits).toBe(1);
    expect(() => listener.receive()).toThrow('ENOBUFS');
    expect(answers(listener).map(([, seq]) => seq)).toEqual([1, 3]);
  });

  it('leaves nothing behind where memory is short', () => {
    using kernel = new Kernel({ trackLeaks: true });
    const asked: number[] = [];
    const server = (protocol: number): NetlinkServer => ({
      protocol,
      handle: ({ namespace }) => {
        asked.push(namespace);
        return {};
      },
    });
    {
      using fault = kernel.faults.failAllocation({ nth: 1, site: 'netlink_sock' });
      expect(() => kernel.serveNetlink(server(NETLINK_NETFILTER))).toThrow('ENOMEM');
      expect(fault.hits).toBe(1);
    }
    expect(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)).toThrow('EPROTONOSUPPORT');
    using first = kernel.serveNetlink(server(NETLINK_NETFILTER));
    using second = kernel.serveNetlink(server(NETLINK_XFRM));
    expect([first, second]).toHaveLength(2);
    {
      using fault = kernel.faults.failAllocation({ nth: 2, site: 'netlink_sock' });
      expect(() => kernel.createNamespace('short')).toThrow('ENOMEM');
      expect(fault.hits).toBe(1);
    }
    using namespace = kernel.createNamespace('long');
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, { namespace });
    socket.send(message(100, new Uint8Array(4), NLM_F_REQUEST, 1));
    expect(asked).toEqual([namespace.inum]);
  });

  it('dumps nothing more than there is where a recording ends by a number that is no error', () => {
    using kernel = new Kernel({ trackLeaks: true });
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    using served = kernel.serveNetlink({ protocol: NETLINK_GENERIC, handle: () => ({ messages: [], error: -5 }) });
    expect(served).toBeDefined();
    socket.send(message(30, new Uint8Array(4), NLM_F_REQUEST | NLM_F_DUMP, 9));
    const [done] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect(done === undefined ? undefined : [done.type, parseDone(done)?.errno]).toEqual([NLMSG_DONE, 0]);
  });

  it('makes protocols exist that the kernel does not know, in every namespace', () => {
    using kernel = new Kernel({ trackLeaks: true });
    expect(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)).toThrow('EPROTONOSUPPORT');
    using served = kernel.serveNetlink({ protocol: NETLINK_NETFILTER, handle: ({ type }) => (type === 100 ? {} : undefined) });
    expect(served).toBeDefined();
    using later = kernel.createNamespace('later');
    for (const namespace of [kernel.initialNamespace, later]) {
      using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER, { namespace });
      socket.send(message(100, new Uint8Array(4), NLM_F_REQUEST | NLM_F_ACK, 1));
      socket.send(message(101, new Uint8Array(4), NLM_F_REQUEST, 2));
      const errors = [socket.receive(), socket.receive()].map((received) => {
        const [one] = messages(received?.bytes ?? new Uint8Array(0));
        return one === undefined ? undefined : parseError(one)?.errno;
      });
      expect(errors).toEqual([0, 95]);
    }
    expect(() => kernel.serveNetlink({ protocol: 32, handle: () => undefined })).toThrow('EPROTONOSUPPORT');
  });
});
