import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { AF_NETLINK, IFF_UP, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import { linkKindSupport } from '@netdevkit/linux';
import type { NetlinkSocket } from '@netdevkit/netlink';
import nlmon from '@netdevkit/nlmon';
import { describe, expect, it } from 'vitest';
import { isLeft, OwnLink } from '../src/capture/own-link.ts';

/** The number of a process that has ended. */
function gone(): number {
  return spawnSync('true').pid;
}

const here = /\[(\d+)\]/.exec(readlinkSync('/proc/self/ns/pid'))?.[1] ?? '';

function started(pid: number): string {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

describe('OwnLink', () => {
  it('is there, down, until it is brought up, and gone at the end', () => {
    using kernel = new Kernel({ modules: [nlmon], trackLeaks: true });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using ip = new IpRoute(open);
    const listeners = process.listenerCount('exit');
    const link = OwnLink.make(open);
    const name = `nlmon-${String(process.pid)}`;
    expect(ip.link.show(name)).toMatchObject({ index: link.index, name, info: { kind: 'nlmon' } });
    expect(ip.link.show(name).flags & IFF_UP).toBe(0);
    expect(isLeft(name, ip.link.show(name).alias)).toBe(false);
    link.up();
    expect(ip.link.show(name).flags & IFF_UP).toBe(IFF_UP);
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    expect(ip.link.list().map((one) => one.name)).toEqual(['lo']);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('does not mind that somebody else removed it', () => {
    using kernel = new Kernel({ modules: [nlmon] });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using ip = new IpRoute(open);
    const link = OwnLink.make(open);
    ip.link.delete(link.name);
    link[Symbol.dispose]();
  });

  it('takes another name where its own is taken, and leaves others alone', () => {
    using kernel = new Kernel({ modules: [nlmon] });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using ip = new IpRoute(open);
    const name = `nlmon-${String(process.pid)}`;
    ip.link.add({ kind: 'nlmon', name });
    ip.link.add({ kind: 'nlmon', name: 'nlmon0', alias: 'mine' });
    using link = OwnLink.make(open);
    expect(link.name).toBe(`${name}b`);
    expect(ip.link.list().map((one) => one.name)).toEqual(['lo', name, 'nlmon0', link.name]);
  });

  it('removes what killed ones left', () => {
    using kernel = new Kernel({ modules: [nlmon] });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using ip = new IpRoute(open);
    const dead = gone();
    ip.link.add({ kind: 'nlmon', name: `nlmon-${String(dead)}` });
    ip.link.add({ kind: 'nlmon', name: 'renamed' });
    ip.link.set('renamed', { alias: `nlmon capture: pid ${String(dead)}, started 77, pid namespace ${here}` });
    using link = OwnLink.make(open);
    expect(ip.link.list().map((one) => one.name)).toEqual(['lo', link.name]);
  });

  it('leaves nothing when it cannot be made', () => {
    using kernel = new Kernel({ trackLeaks: true });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    expect(() => OwnLink.make(open)).toThrow('EOPNOTSUPP');
  });
});

describe('linkKindSupport', () => {
  it('finds the kind, and makes none', () => {
    using kernel = new Kernel({ modules: [nlmon], trackLeaks: true });
    const open = (): NetlinkSocket => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    using socket = open();
    expect(linkKindSupport(socket, 'nlmon')).toEqual({ supported: true });
    using ip = new IpRoute(open);
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(kernel.lsmod().map(({ name }) => name)).toEqual(['nlmon']);
  });
});

describe('isLeft', () => {
  const dead = gone();
  const alias = (pid: number, start: string, namespace: string): string => `nlmon capture: pid ${String(pid)}, started ${start}, pid namespace ${namespace}`;

  it('knows a process by its number, its beginning, and its namespace', () => {
    const mine = started(process.pid);
    expect(isLeft('x', alias(process.pid, mine, here))).toBe(false);
    expect(isLeft('x', alias(process.pid, '1', here))).toBe(true);
    expect(isLeft('x', alias(dead, mine, here))).toBe(true);
    expect(isLeft('x', alias(dead, mine, '1'))).toBe(false);
  });

  it('goes by the name alone where there is no alias', () => {
    expect(isLeft(`nlmon-${String(dead)}`, undefined)).toBe(true);
    expect(isLeft(`nlmon-${String(dead)}b`, '')).toBe(true);
    expect(isLeft(`nlmon-${String(process.pid)}`, undefined)).toBe(false);
    for (const name of ['nlmon0', 'nlmon-x', 'nlmon-12345678', 'eth0']) expect(isLeft(name, undefined)).toBe(false);
    expect(isLeft(`nlmon-${String(dead)}`, 'mine')).toBe(false);
  });
});
