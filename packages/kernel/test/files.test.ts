import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_GENERIC, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkFiles, isNetworkPath } from '../src/fs/network-files.ts';
import { Kernel } from '../src/index.ts';
import { encodeText } from '../src/text.ts';
import { Rig, ROOT, USER } from './netlink-rig.ts';

const textOf = (octets: Uint8Array | number): string => (typeof octets === 'number' ? String(octets) : Buffer.from(octets).toString());

describe('NetworkFiles', () => {
  it('shows a device that comes, changes its name, and goes', () => {
    using rig = new Rig();
    const files = new NetworkFiles(rig.core, rig.init);
    const { dev } = rig.tapDevice('tap0');
    expect(files.readlink('/sys/class/net/tap0')).toBe('../../devices/virtual/net/tap0');
    expect(textOf(files.read('/sys/class/net/tap0/type'))).toBe('824\n');
    expect(textOf(files.read('/sys/class/net/tap0/carrier'))).toBe('-22');
    expect(files.stat('/sys/class/net/tap0', true)).toEqual({ kind: 'directory', mode: 0o555, size: 0 });
    expect(files.stat('/sys/class/net/tap0', false)).toEqual({ kind: 'link', mode: 0o777, size: 30 });
    expect(files.stat('/sys/class/net/tap0/mtu', true)).toEqual({ kind: 'file', mode: 0o644, size: 4096 });
    const origin = (name: string): string => textOf(files.read(`/sys/class/net/${name}/name_assign_type`));
    expect([origin('lo'), origin('tap0')]).toEqual(['2\n', '1\n']);
    rig.core.config.rename(dev, 'other');
    expect(origin('other')).toBe('4\n');
    expect(files.read('/sys/class/net/tap0/type')).toBe(-2);
    expect(textOf(files.read('/proc/net/dev'))).toContain(' other:       0 ');
    expect(textOf(files.read('/sys/class/net/other/subsystem/lo/address'))).toBe('00:00:00:00:00:00\n');
  });

  it('changes a device for those who may', () => {
    using rig = new Rig();
    const files = new NetworkFiles(rig.core, rig.init);
    const { dev } = rig.tapDevice('tap0');
    const write = (name: string, text: string, credentials = ROOT): number => files.write(`/sys/class/net/tap0/${name}`, encodeText(text), credentials);
    expect([write('mtu', '100\n'), write('mtu', '3'), write('mtu', 'x'), write('mtu', '100', USER)]).toEqual([0, -22, -22, -13]);
    expect(write('mtu', '100', { uid: 0, netAdmin: false, netBroadcast: false })).toBe(-1);
    expect(write('address', '1')).toBe(-13);
    expect(write('flags', '1')).toBe(0);
    expect([dev.mtu, dev.flags & 1]).toEqual([100, 1]);
    expect(files.write('/proc/net/dev', encodeText('1'), ROOT)).toBe(-5);
    expect(files.write('/proc/sys/net/ipv4/conf/tap0/rp_filter', encodeText('2'), { ...USER, netAdmin: true })).toBe(0);
    expect(textOf(files.read('/proc/sys/net/ipv4/conf/tap0/rp_filter'))).toBe('2\n');
    expect(files.write('/proc/sys/net/ipv4/ip_forward', encodeText('1'), USER)).toBe(-13);
    expect(files.write('/proc/sys/net/ipv4/ip_forward', encodeText('1'), ROOT)).toBe(0);
    expect(textOf(files.read('/proc/sys/net/ipv4/conf/tap0/forwarding'))).toBe('1\n');
    expect(files.write('/proc/sys/net/core/somaxconn', encodeText('1'), ROOT)).toBe(-13);
  });

  it('lists sockets', () => {
    using kernel = new Kernel();
    using route = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    route.bind({ groups: 1 });
    using unbound = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    using packet = kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL);
    const lines = textOf(kernel.initialNamespace.readFile('/proc/net/netlink')).trimEnd().split('\n');
    const fields = lines.slice(1).map((line) => line.trim().split(/ +/).slice(1, 4).join(' '));
    expect(fields).toEqual(['0 0 00000000', '0 1 00000001', '4 0 00000000', '10 0 00000000', '16 0 00000000']);
    expect(textOf(kernel.initialNamespace.readFile('/proc/net/packet'))).toMatch(/^sk {15}RefCnt Type Proto {2}Iface R Rmem {3}User {3}Inode\n[0-9a-f]{16} 3 {6}3 {4}0003 {3}0 {5}1 0 {6}0 {6}\d+ +\n$/);
    expect(textOf(kernel.initialNamespace.readFile('/proc/net/ptype'))).toBe('Type Device      Function\nALL           packet_rcv\n');
    expect([unbound.closed, packet.closed]).toEqual([false, false]);
  });

  it('finds its way, and no other', () => {
    using kernel = new Kernel();
    const namespace = kernel.initialNamespace;
    expect(namespace.readlink('/proc/net')).toBe('self/net');
    expect(namespace.readdir('/sys/class/net/')).toEqual([{ name: 'lo', kind: 'link' }]);
    expect(textOf(namespace.readFile('/sys/class/net/../net/./lo//mtu'))).toBe('65536\n');
    expect(() => namespace.readFile('/sys/class/net/lo')).toThrow('EISDIR');
    expect(() => namespace.readFile('/sys/class/net/lo/mtu/')).toThrow('ENOTDIR');
    expect(() => namespace.readdir('/proc/net/dev')).toThrow('ENOTDIR');
    expect(() => namespace.readlink('/proc/net/dev')).toThrow('EINVAL');
    expect(() => namespace.readFile('proc/net/dev')).toThrow('ENOENT');
    expect(() => namespace.readFile('/proc/net/constructor')).toThrow('ENOENT');
    expect(() => kernel.proc('nonsense')).toThrow('ENOENT');
    expect(kernel.proc('modules')).toBe('');
    expect(['/proc/net', '/proc/net/dev', '/proc/network', '/proc/sys', '/sys/class/net/lo/mtu'].map(isNetworkPath)).toEqual([true, true, false, false, true]);
  });

  it('throws nothing undeclared, whatever the path and the text', () => {
    using rig = new Rig();
    const files = new NetworkFiles(rig.core, rig.init);
    rig.tapDevice('tap0');
    const part = fc.constantFrom('proc', 'sys', 'net', 'self', 'class', 'tap0', 'lo', '..', '.', 'mtu', 'flags', 'ifalias', 'statistics', 'subsystem', 'ipv4', 'conf', 'rp_filter', '__proto__', '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), fc.uint8Array({ maxLength: 12 }), (parts, bytes) => {
        const path = `/${parts.join('/')}`;
        const read = files.read(path);
        expect(typeof read === 'number' ? read < 0 : read instanceof Uint8Array).toBe(true);
        expect(files.write(path, bytes, ROOT)).toBeLessThanOrEqual(0);
        files.list(path);
        files.readlink(path);
        files.stat(path, true);
      }),
      { numRuns: 1500 },
    );
  });

  it('is gone with its namespace', () => {
    using kernel = new Kernel();
    const namespace = kernel.createNamespace('a');
    expect(textOf(namespace.readFile('/sys/class/net/lo/ifindex'))).toBe('1\n');
    namespace[Symbol.dispose]();
    expect(() => namespace.readFile('/sys/class/net/lo/ifindex')).toThrow('ENOENT');
  });
});
