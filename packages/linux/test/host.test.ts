import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AF_INET, AF_NETLINK, AF_PACKET, NETLINK_ROUTE, NETLINK_USERSOCK, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import { describe, expect, it } from 'vitest';
import { Capability, Host, hasCapability, kernelVersion, linkKindSupport } from '../src/index.ts';
import { HostRig } from './host-rig.ts';
import { canBeNobody, describeInNamespace, NOBODY, privateNamespace } from './private-namespace.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

function sockets(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /^(?:socket|net):/u.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

const own = (): string => readlinkSync('/proc/thread-self/ns/net');

describe('Host', () => {
  it('opens sockets of two families, and closes what was left open', () => {
    const before = sockets();
    const host = new Host({ trackLeaks: true });
    const socket = host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.bind();
    expect(host.openDescriptors()).toMatchObject([{ fd: socket.fd, what: 'netlink socket' }]);
    expect(host.openDescriptors()[0]?.where).toContain('host.test.ts');
    const namespace = host.namespace({ pid: process.pid });
    expect(sockets().length).toBe(before.length + 2);
    host.close();
    host.close();
    expect([socket.closed, sockets()]).toEqual([true, before]);
    expect(() => namespace.fd).toThrow(code('EBADF'));
    expect(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)).toThrow(code('ESHUTDOWN'));
  });

  it('leaves nothing open of what failed', () => {
    const before = sockets();
    using host = new Host();
    // CAST: what the types rule out is refused all the same.
    expect(() => host.socket(AF_INET as typeof AF_NETLINK, SOCK_RAW, 0)).toThrow(code('EAFNOSUPPORT'));
    for (const protocol of [-1, 32, 1000]) expect(() => host.socket(AF_NETLINK, SOCK_RAW, protocol)).toThrow(code('EPROTONOSUPPORT'));
    expect(() => host.namespace({ name: 'no-such-namespace' })).toThrow(/there is no network namespace no-such-namespace/u);
    expect(() => host.namespace({ pid: 0x3fff_ffff })).toThrow(code('ENOENT'));
    expect(() => host.namespace({ path: '/etc/passwd' })).toThrow(/is no network namespace/u);
    expect(() => host.namespace({ path: '/proc/self/ns/mnt' })).toThrow(code('EINVAL'));
    expect(() => host.namespace({ path: '/a\0b' })).toThrow(code('EINVAL'));
    expect(() => host.namespace({ name: '../x' })).toThrow(TypeError);
    expect(() => host.namespace({ pid: -1 })).toThrow(RangeError);
    expect(sockets()).toEqual(before);
  });

  it('is of the kernel that it says', () => {
    using host = new Host();
    expect(host.version.release).toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
    expect(kernelVersion('6.12.9-amd64')).toEqual({ major: 6, minor: 12, release: '6.12.9-amd64' });
    expect(kernelVersion('strange')).toMatchObject({ major: 0, minor: 0 });
  });

  it('runs nothing on another system, and imports there', () => {
    const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const { stdout } = spawnSync(
      process.execPath,
      [
        '--conditions=@netdevkit/source',
        '--input-type=module',
        '--eval',
        `Object.defineProperty(process, 'platform', { value: 'darwin' });
         const { Host } = await import(${JSON.stringify(source)});
         try { new Host(); } catch (error) { console.log(error.message); }`,
      ],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe("libc: the host's kernel must be Linux, and this is darwin (ENOSYS)\n");
  });
});

describeInNamespace('namespaces', () => {
  it('are entered for as long as a socket is opened', () => {
    using host = new Host({ trackLeaks: true });
    const home = own();
    using namespace = host.createNamespace();
    expect(own()).toBe(home);
    expect(home).not.toBe(`net:[${String(namespace.inode)}]`);
    expect(host.within(namespace, own)).toBe(`net:[${String(namespace.inode)}]`);
    expect(() =>
      host.within(namespace, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(own()).toBe(home);
    using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    expect(readFileSync('/proc/thread-self/status', 'latin1')).toMatch(/^SigBlk:\s*0+$/mu);
  });

  it('are found by path and by process', () => {
    using host = new Host();
    using namespace = host.createNamespace();
    using again = host.namespace({ path: `/proc/self/fd/${String(namespace.fd)}` });
    expect(again.inode).toBe(namespace.inode);
    using mine = host.namespace({ pid: process.pid });
    expect(`net:[${String(mine.inode)}]`).toBe(readlinkSync('/proc/self/ns/net'));
  });

  it('are found by name, where `ip netns` has put them', () => {
    const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const text = `
      const { Host } = await import(${JSON.stringify(source)});
      using host = new Host();
      using namespace = host.namespace({ name: 'blue' });
      using own = host.namespace({ pid: process.pid });
      console.log(namespace.inode === own.inode, host.within(namespace, () => 'inside'));`;
    const script = `mount -t tmpfs names /run && mkdir /run/netns && touch /run/netns/blue && mount --bind /proc/self/ns/net /run/netns/blue && exec "$@"`;
    const run = spawnSync('unshare', ['-nm', 'sh', '-c', script, 'sh', process.execPath, '--conditions=@netdevkit/source', '--input-type=module', '--eval', text], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('true inside\n');
  });

  it('may be opened and closed many times over', () => {
    const before = sockets();
    using host = new Host({ trackLeaks: true });
    for (let round = 0; round < 30; round += 1) {
      using namespace = host.createNamespace();
      using socket = host.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK, { namespace });
      expect(() => host.socket(AF_NETLINK, SOCK_RAW, 77, { namespace })).toThrow(code('EPROTONOSUPPORT'));
      socket.bind({ pid: 1 });
    }
    expect(host.openDescriptors()).toEqual([]);
    expect(sockets()).toEqual(before);
  });

  it('are the reference client’s too', () => {
    using rig = new HostRig();
    const { ip } = rig;
    const { index } = ip.link.create({ kind: 'ifb', name: 'test0', up: true });
    expect(ip.link.show('test0')).toMatchObject({ index, name: 'test0' });
    ip.link.delete('test0');
    expect(() => ip.link.show('test0')).toThrow(code('ENODEV'));
  });
});

describe('support', () => {
  it('is asked of the kernel, which makes nothing', () => {
    using kernel = new Kernel();
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    expect(linkKindSupport(socket, 'nlmon')).toMatchObject({ supported: false, code: 'missing', reason: expect.stringContaining('has no nlmon') as string });
    using plain = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { credentials: { uid: 1000, netAdmin: false } });
    expect(linkKindSupport(plain, 'nlmon')).toMatchObject({ supported: false, code: 'denied', reason: expect.stringContaining('CAP_NET_ADMIN') as string });
  });

  it('leaves no link behind, of whatever kind', ({ skip }) => {
    if (!privateNamespace.supported) skip(privateNamespace.reason);
    using host = new Host();
    using namespace = host.createNamespace();
    for (const kind of ['ifb', 'veth', 'bridge', 'nlmon', 'dummy', 'tun', 'no-such-kind']) {
      const support = host.supports.linkKind(kind, namespace);
      if (kind === 'no-such-kind') expect(support.supported).toBe(false);
      using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
      expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
    }
    expect(host.supports.linkKind('ifb', namespace)).toEqual({ supported: true });
  });

  // A user who is not root has none to begin with.
  it('names the capability that is missing', ({ skip }) => {
    if (!canBeNobody && process.getuid?.() === 0) skip('root cannot become nobody here');
    const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const text = `
      const { Host } = await import(${JSON.stringify(source)});
      if (process.getuid() === 0) process.setuid(${String(NOBODY)});
      const host = new Host();
      const say = (act) => { try { act(); console.log('done'); } catch (error) { console.log(error.code, error.message); } };
      say(() => host.socket(${String(AF_PACKET)}, 3, 0));
      say(() => host.createNamespace());
      console.log(JSON.stringify([host.supports.packetSockets(), host.supports.namespaces(), host.supports.nlmon()]));
      // What needs no capability works.
      say(() => host.socket(${String(AF_NETLINK)}, 3, 0).bind({ groups: 1 }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=@netdevkit/source', '--input-type=module', '--eval', text], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    expect(stderr).toBe('');
    expect(lines[0]).toMatch(/^EPERM socket: packet sockets need CAP_NET_RAW: run it as root, or below `unshare -Urn`/u);
    expect(lines[1]).toMatch(/^EPERM setns: .* needs CAP_SYS_ADMIN: run it as root/u);
    expect(lines[2]).toMatch(/CAP_NET_RAW.*CAP_SYS_ADMIN.*CAP_NET_ADMIN/u);
    expect(lines[3]).toBe('done');
  });

  it('reads the capabilities of this thread', () => {
    const [, effective = ''] = /^CapEff:\s*(\w+)$/mu.exec(readFileSync('/proc/thread-self/status', 'latin1')) ?? [];
    const bits = BigInt(`0x${effective}`);
    for (const bit of Object.values(Capability)) expect(hasCapability(bit)).toBe((bits & (1n << BigInt(bit))) !== 0n);
  });
});
