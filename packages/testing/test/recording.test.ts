import {
  AF_NETLINK,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_NEWFAMILY,
  GENL_ID_CTRL,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NETLINK_XFRM,
  NLM_F_ACK,
  NLM_F_REQUEST,
  RTM_GETTFILTER,
  RTM_NEWLINK,
  RTM_NEWTFILTER,
  RTM_SETDCB,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_LINK,
  SOCK_RAW,
  SOL_NETLINK,
  VETH_INFO_PEER,
} from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, type EmbeddedNetlinkSocket } from '@netdevkit/kernel';
import { messages, MessageWriter, parseError } from '@netdevkit/netlink';
import nlmon from '@netdevkit/nlmon';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recording, TestKernel, type RecordedDatagram } from '../src/index.ts';

/** What a program sees of links, whatever kernel answers. */
function look(ip: IpRoute): unknown {
  const link = ip.link.show('tap0');
  let refused: unknown;
  try {
    ip.link.add({ kind: 'nlmon', name: 'tap0' });
  } catch (error) {
    refused = String(error);
  }
  return { name: link.name, mtu: link.mtu, kind: link.info?.kind, names: ip.link.list().map(({ name }) => name), refused };
}

describe('Recording', () => {
  it('answers what was asked, as it was answered', () => {
    using test = new TestKernel({ modules: [nlmon] });
    for (let i = 0; i < 40; i++) test.ip.link.add({ kind: 'nlmon', name: `tap${String(i)}` });
    using watch = test.kernel.watchNetlink();
    const seen = look(test.client());
    const recording = new Recording(watch.take());
    expect(recording.length).toBe(3);
    // No module, no link of the kind: all of it comes from the recording.
    using kernel = new Kernel({ trackLeaks: true });
    using served = recording.serve(kernel);
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    expect(look(ip)).toEqual(seen);
    expect(look(ip)).toEqual(seen);
    expect(served.unanswered).toEqual([]);
    expect(() => ip.link.delete('tap0')).toThrow('The recording has no answer to this request');
    expect(served.unanswered).toMatchObject([{ protocol: NETLINK_ROUTE }]);
  });

  it('takes Buffers of Node, too, and leaves them as they are', () => {
    using test = new TestKernel();
    using watch = test.kernel.watchNetlink();
    const seen = test.client().link.show('lo').name;
    const all = watch.take();
    const whole = Buffer.concat(all.map(({ bytes }) => bytes));
    const before = whole.toString('hex');
    let at = 0;
    const recording = new Recording(all.map(({ protocol, bytes }) => ({ protocol, bytes: whole.subarray(at, (at += bytes.length)) })));
    using kernel = new Kernel();
    using served = recording.serve(kernel);
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    expect([ip.link.show('lo').name, served.unanswered.length, whole.toString('hex')]).toEqual([seen, 0, before]);
  });

  /** Asks for `lo`, sets it up and asks again: what passed, to be asked for again. */
  function loSetUp(): { readonly recording: Recording; readonly isUp: (ip: IpRoute) => number } {
    using test = new TestKernel();
    using watch = test.kernel.watchNetlink();
    const isUp = (ip: IpRoute): number => ip.link.show('lo').flags & 1;
    isUp(test.ip);
    test.ip.link.set('lo', { up: true });
    isUp(test.ip);
    return { recording: new Recording(watch.take()), isUp };
  }

  it('answers in turn', () => {
    const { recording, isUp } = loSetUp();
    using kernel = new Kernel();
    using served = recording.serve(kernel);
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    expect([isUp(ip), isUp(ip), isUp(ip), served.unanswered.length]).toEqual([0, 1, 1, 0]);
  });

  it('answers by what was recorded next, whatever was asked meanwhile', () => {
    const { recording, isUp } = loSetUp();
    using kernel = new Kernel();
    using served = recording.serve(kernel);
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    // Not asked before, as it was when it was recorded: that is past.
    ip.link.set('lo', { up: true });
    expect([isUp(ip), isUp(ip), isUp(ip), served.unanswered.length]).toEqual([1, 0, 0, 0]);
  });

  it('tells listeners what they were told, once', () => {
    using test = new TestKernel({ modules: [nlmon] });
    const listen = (kernel: Kernel, group: number): EmbeddedNetlinkSocket => {
      const listener = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
      listener.bind();
      listener.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
      return listener;
    };
    const heard = (listener: EmbeddedNetlinkSocket): string[] => {
      const texts: string[] = [];
      for (let received; (received = listener.receive()) !== undefined; ) for (const { type, seq } of messages(received.bytes)) texts.push(`${String(type)} ${seq === 0 ? 'by itself' : 'of a request'}`);
      return texts;
    };
    const act = (ip: IpRoute): void => {
      ip.link.add({ kind: 'nlmon', name: 'tap0' });
      ip.link.set('tap0', { up: true });
      ip.link.delete('tap0');
    };
    const before = [listen(test.kernel, RTNLGRP_LINK), listen(test.kernel, RTNLGRP_LINK), listen(test.kernel, RTNLGRP_IPV4_NETCONF)];
    using watch = test.kernel.watchNetlink();
    act(test.client());
    const texts = before.map(heard);
    for (const listener of before) listener[Symbol.dispose]();
    expect(texts[0]?.length).toBeGreaterThan(2);
    expect(texts[2]?.length).toBeGreaterThan(0);

    using kernel = new Kernel({ trackLeaks: true });
    using served = new Recording(watch.take()).serve(kernel);
    const after = [listen(kernel, RTNLGRP_LINK), listen(kernel, RTNLGRP_LINK), listen(kernel, RTNLGRP_IPV4_NETCONF)];
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    act(ip);
    expect(after.map(heard)).toEqual(texts);
    act(ip);
    expect(after.map(heard)).toEqual([[], [], []]);
    for (const listener of after) listener[Symbol.dispose]();
    expect(served.unanswered).toEqual([]);
  });

  /** A request for a link in a namespace that a descriptor names; `kind` has its other end there. */
  const linkIn = (descriptor: number, kind?: string): Uint8Array => {
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 5, 0);
    writer.append(new Uint8Array(16));
    writer.putU32(IFLA_MTU, 1400);
    if (kind !== undefined) {
      const linkinfo = writer.nestStart(IFLA_LINKINFO);
      writer.putString(IFLA_INFO_KIND, kind);
      const data = writer.nestStart(IFLA_INFO_DATA);
      const peer = writer.nestStart(VETH_INFO_PEER);
      writer.append(new Uint8Array(16));
      writer.putU32(IFLA_NET_NS_FD, descriptor);
      for (const nest of [peer, data, linkinfo]) writer.nestEnd(nest);
    } else writer.putU32(IFLA_NET_NS_FD, descriptor);
    writer.end();
    return writer.bytes.slice();
  };

  it.each([undefined, 'veth', 'netkit'])('does not care by which descriptor a namespace is named, kind %s', (kind) => {
    using kernel = new Kernel();
    using served = new Recording([{ protocol: NETLINK_ROUTE, bytes: linkIn(4, kind) }]).serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.send(linkIn(3, kind));
    const [answer] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect([answer === undefined ? undefined : parseError(answer)?.errno, served.unanswered.length]).toEqual([0, 0]);
    // What the kernel is asked for is another matter.
    const other = linkIn(3, kind);
    other[36] = 1;
    socket.send(other);
    expect(served.unanswered.length).toBe(1);
  });

  it('takes for a descriptor only what is one', () => {
    using kernel = new Kernel();
    using served = new Recording([{ protocol: NETLINK_ROUTE, bytes: linkIn(4, 'vlan') }]).serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.send(linkIn(3, 'vlan'));
    expect(served.unanswered.length).toBe(1);
  });

  it('has what DCB answers to a change for an answer', () => {
    const dcb = (flags: number, pid: number): RecordedDatagram => {
      const writer = new MessageWriter();
      writer.begin(RTM_SETDCB, flags, 5, pid);
      writer.append(Uint8Array.of(0, 1, 0, 0));
      writer.end();
      return { protocol: NETLINK_ROUTE, bytes: writer.bytes.slice() };
    };
    const asked = dcb(NLM_F_REQUEST, 0);
    using kernel = new Kernel();
    using served = new Recording([{ ...asked, toKernel: true }, { ...dcb(0, 99), toKernel: false }]).serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.bind();
    socket.send(asked.bytes);
    const answers = [...messages(socket.receive()?.bytes ?? new Uint8Array(0))];
    expect([answers.map(({ type, pid }) => [type, pid]), served.unanswered]).toEqual([[[RTM_SETDCB, socket.getsockname().pid]], []]);
  });

  it('tells messages that look like requests from those that are some', () => {
    const message = (type: number, flags: number, pid: number, payload: Uint8Array): RecordedDatagram => {
      const writer = new MessageWriter();
      writer.begin(type, flags, 5, pid);
      writer.append(payload);
      writer.end();
      return { protocol: NETLINK_ROUTE, bytes: writer.bytes.slice() };
    };
    const tcmsg = new Uint8Array(20);
    // As traffic control answers: with the flags of the request.
    const recording = new Recording([message(RTM_GETTFILTER, NLM_F_REQUEST, 0, tcmsg), message(RTM_NEWTFILTER, NLM_F_REQUEST, 99, tcmsg)]);
    expect(recording.length).toBe(1);
    using kernel = new Kernel();
    using served = recording.serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.send(message(RTM_GETTFILTER, NLM_F_REQUEST, 0, tcmsg).bytes);
    const [answer] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect([answer?.type, answer?.seq, served.unanswered.length]).toEqual([RTM_NEWTFILTER, 5, 0]);
    // Where it is known who sent what, flags do not count.
    expect(new Recording([{ ...message(RTM_NEWTFILTER, NLM_F_REQUEST, 99, tcmsg), toKernel: false }]).length).toBe(0);
  });

  it('believes no number of a group that cannot be', () => {
    const family = new MessageWriter();
    family.begin(GENL_ID_CTRL, 0, 5, 99);
    family.append(Uint8Array.of(CTRL_CMD_NEWFAMILY, 2, 0, 0));
    family.putU16(CTRL_ATTR_FAMILY_ID, 40);
    const groups = family.nestStart(CTRL_ATTR_MCAST_GROUPS);
    for (const id of [50, 0xffff_ffff, 0]) {
      const group = family.nestStart(1);
      family.putU32(CTRL_ATTR_MCAST_GRP_ID, id);
      family.nestEnd(group);
    }
    family.nestEnd(groups);
    family.end();
    const request = new MessageWriter();
    request.begin(GENL_ID_CTRL, NLM_F_REQUEST, 5, 0);
    request.append(Uint8Array.of(CTRL_CMD_GETFAMILY, 2, 0, 0));
    request.end();
    const event = new MessageWriter();
    event.begin(40, 0, 0, 0);
    event.append(new Uint8Array(4));
    event.end();
    const all = [request, family, event].map(({ bytes }) => ({ protocol: NETLINK_GENERIC, bytes: bytes.slice() }));
    using kernel = new Kernel();
    using served = new Recording(all).serve(kernel);
    const [asking, listening] = [kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)];
    listening.bind();
    listening.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 50);
    expect(() => listening.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1000)).toThrow('EINVAL');
    asking.send(all[0]?.bytes ?? new Uint8Array(0));
    expect([...messages(listening.receive()?.bytes ?? new Uint8Array(0))].map(({ type }) => type)).toEqual([40]);
    expect(served.unanswered).toEqual([]);
  });

  it('survives whatever is recorded', () => {
    const datagram = fc.record({ protocol: fc.constantFrom(NETLINK_ROUTE, NETLINK_NETFILTER, NETLINK_GENERIC, NETLINK_XFRM), type: fc.nat(0xffff), flags: fc.nat(0xffff), seq: fc.nat(3), pid: fc.nat(2), payload: fc.uint8Array({ maxLength: 60 }), cut: fc.nat(10) });
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 30 }), (all) => {
        const datagrams = all.map(({ protocol, type, flags, seq, pid, payload, cut }) => {
          const writer = new MessageWriter();
          writer.begin(type, flags, seq, pid);
          writer.append(payload);
          writer.end();
          return { protocol, bytes: writer.bytes.slice(0, writer.length - (cut > 8 ? cut : 0)) };
        });
        using kernel = new Kernel();
        using served = new Recording(datagrams).serve(kernel);
        for (const { protocol, bytes } of datagrams) {
          let socket: EmbeddedNetlinkSocket;
          try {
            socket = kernel.socket(AF_NETLINK, SOCK_RAW, protocol);
          } catch (error) {
            // Of that protocol there was no request.
            expect(error).toMatchObject({ code: 'EPROTONOSUPPORT' });
            continue;
          }
          socket.send(bytes);
          socket[Symbol.dispose]();
        }
        expect(served.unanswered).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([-1, -4097, 3])('has any number of an error: %i', (number) => {
    const request = new MessageWriter();
    request.begin(0x0a00, NLM_F_REQUEST | NLM_F_ACK, 5, 0);
    request.end();
    const answer = new MessageWriter();
    answer.begin(2, 0, 5, 99);
    answer.view.setInt32(answer.reserve(20), number, true);
    answer.end();
    using kernel = new Kernel();
    using served = new Recording([request, answer].map(({ bytes }) => ({ protocol: NETLINK_NETFILTER, bytes: bytes.slice() }))).serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    socket.send(request.bytes.slice());
    const [told] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect([told === undefined ? undefined : parseError(told)?.errno, served.unanswered.length]).toEqual([-number, 0]);
  });

  it('has protocols that the kernel does not have', () => {
    const request = (sequence: number): Uint8Array => {
      const writer = new MessageWriter();
      writer.begin(0x0a00, NLM_F_REQUEST | NLM_F_ACK, sequence, 0);
      writer.append(Uint8Array.of(2, 0, 0, 0));
      writer.end();
      return writer.bytes.slice();
    };
    const error = new MessageWriter();
    error.begin(2, 0, 5, 99);
    const at = error.reserve(20);
    error.view.setInt32(at, -1, true);
    error.end();
    using kernel = new Kernel();
    using served = new Recording([{ protocol: NETLINK_NETFILTER, bytes: request(5) }, { protocol: NETLINK_NETFILTER, bytes: error.bytes.slice() }]).serve(kernel);
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    socket.send(request(77));
    const [answer] = messages(socket.receive()?.bytes ?? new Uint8Array(0));
    expect(answer?.seq).toBe(77);
    expect(answer === undefined ? undefined : parseError(answer)?.errno).toBe(1);
    expect(served.unanswered).toEqual([]);
  });
});
