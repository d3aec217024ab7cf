import { AF_NETLINK, NETLINK_ROUTE, NETLINK_USERSOCK, NLM_F_REQUEST, RTM_GETLINK, SOCK_RAW } from '@netdevkit/bindings';
import { MessageWriter, messages } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { Kernel, ManualClock, type EmbeddedNetlinkSocket, type NetNamespace } from '../src/index.ts';

function route(kernel: Kernel, namespace: NetNamespace = kernel.initialNamespace): EmbeddedNetlinkSocket {
  return kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace });
}

function askForLo(socket: EmbeddedNetlinkSocket, sequence: number): void {
  const writer = new MessageWriter();
  writer.begin(RTM_GETLINK, NLM_F_REQUEST, sequence, 0);
  const at = writer.reserve(16);
  writer.view.setInt32(at + 4, 1, true);
  writer.end();
  socket.send(writer.bytes);
}

describe('NetlinkWatch', () => {
  it('sees a request and its answer, in order, with the time', () => {
    using kernel = new Kernel({ clock: new ManualClock(5, 7) });
    using watch = kernel.watchNetlink();
    using socket = route(kernel);
    askForLo(socket, 42);
    const seen = watch.take();
    expect(seen.map(({ protocol, toKernel, sec, nsec }) => [protocol, toKernel, sec, nsec])).toEqual([
      [NETLINK_ROUTE, true, 5, 7],
      [NETLINK_ROUTE, false, 5, 7],
    ]);
    expect(seen.map(({ bytes }) => [...messages(bytes)].map(({ type, seq }) => [type, seq]))).toEqual([[[RTM_GETLINK, 42]], [[16, 42]]]);
    expect(seen[1]?.bytes).toEqual(socket.receive()?.bytes);
    expect(watch.take()).toEqual([]);
  });

  it('sees one namespace or all', () => {
    using kernel = new Kernel();
    using other = kernel.createNamespace('other');
    using all = kernel.watchNetlink();
    using there = kernel.watchNetlink({ namespace: other });
    using here = route(kernel);
    using away = route(kernel, other);
    askForLo(here, 1);
    askForLo(away, 2);
    expect(all.take().map(({ namespace }) => namespace)).toEqual([kernel.initialNamespace, kernel.initialNamespace, other, other].map(({ inum }) => inum));
    expect(there.take()).toHaveLength(2);
  });

  it('leaves no trace that a program would find', () => {
    using kernel = new Kernel({ trackLeaks: true });
    const before = kernel.proc('net/dev') + kernel.proc('net/netlink');
    using watch = kernel.watchNetlink();
    expect(kernel.proc('net/dev') + kernel.proc('net/netlink')).toBe(before);
    expect(watch.readable).toBe(false);
  });

  it('drops and counts what finds no room, and goes on when there is some', () => {
    using kernel = new Kernel();
    using watch = kernel.watchNetlink({ capacity: 100 });
    using sender = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    using receiver = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    receiver.bind({ pid: 77, groups: 0 });
    const send = (size: number): void => void sender.send(new Uint8Array(size), { to: { pid: 77, groups: 0 } });
    for (const size of [60, 41, 40]) send(size);
    expect(watch.drops).toBe(1);
    expect(watch.take().map(({ bytes }) => bytes.length)).toEqual([60, 40]);
    send(99);
    expect(watch.take()).toHaveLength(1);
    expect(() => kernel.watchNetlink({ capacity: 0 })).toThrow(RangeError);
  });

  it('waits, until it ends', async () => {
    using kernel = new Kernel();
    const watch = kernel.watchNetlink();
    using socket = route(kernel);
    const waiting = watch.waitReadable();
    askForLo(socket, 1);
    await waiting;
    watch.take();
    const aborted = watch.waitReadable(AbortSignal.abort(new Error('enough')));
    await expect(aborted).rejects.toThrow('enough');
    const last = watch.waitReadable();
    watch[Symbol.dispose]();
    await last;
    askForLo(socket, 2);
    expect(watch.take()).toEqual([]);
  });
});
