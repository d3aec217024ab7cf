import { AF_NETLINK, NETLINK_NETFILTER, NETLINK_ROUTE, NLM_F_ACK, NLM_F_REQUEST, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import { messages, MessageWriter, parseError } from '@netdevkit/netlink';
import nlmon from '@netdevkit/nlmon';
import { describe, expect, it } from 'vitest';
import { Recording, TestKernel } from '../src/index.ts';

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

  it('answers in turn', () => {
    using test = new TestKernel();
    using watch = test.kernel.watchNetlink();
    const flags = (ip: IpRoute): number => ip.link.show('lo').flags & 1;
    flags(test.ip);
    test.ip.link.set('lo', { up: true });
    flags(test.ip);
    using kernel = new Kernel();
    using served = new Recording(watch.take()).serve(kernel);
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    expect([flags(ip), flags(ip), flags(ip), served.unanswered.length]).toEqual([0, 1, 1, 0]);
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
