import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { AF_NETLINK, SOCK_CLOEXEC, SOCK_RAW } from '@netdevkit/bindings';
import { Libc } from '@netdevkit/libc/unsafe';
import { expect, it } from 'vitest';
import { KeptSockets } from '../src/trace/kept-sockets.ts';
import { describePrograms, until } from './rig.ts';

describePrograms('KeptSockets', () => {
  it('looks now and then after a program whose end it cannot be told of, and lets go when that has gone', async () => {
    const libc = Libc.open();
    const socket = libc.descriptor(libc.function('int socket(int domain, int type, int protocol)')(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0), 'socket');
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', socket.fd] });
    const closed = once(child, 'close');
    let asked = 0;
    const refused = (): undefined => {
      asked++;
    };
    using kept = new KeptSockets({ copy: refused, process: refused }, { onReadable: () => () => undefined });
    const begin = performance.now();
    kept.keep(readlinkSync(`/proc/self/fd/${String(socket.fd)}`), socket, child.pid ?? 0);
    expect(await until(() => asked >= 4)).toBe(true);
    // Not as often as it can.
    expect(performance.now() - begin).toBeGreaterThan(100);
    expect([kept.size, socket.closed]).toEqual([1, false]);
    child.kill();
    await closed;
    expect(await until(() => kept.size === 0)).toBe(true);
    expect(socket.closed).toBe(true);
  });
});
