import { spawn, type ChildProcess } from 'node:child_process';
import { AF_NETLINK, ARPHRD_NETLINK, IFF_UP, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, type LogLine } from '@netdevkit/kernel';
import { Host, type HostNamespace } from '@netdevkit/linux';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, failureLine } from '../src/failure.ts';
import { KernelLog } from '../src/up/kernel-log.ts';
import type { UpOptions } from '../src/up/options.ts';
import { up } from '../src/up/up.ts';
import { endText, trafficText, welcome } from '../src/up/words.ts';
import { canBeNobody, NOBODY } from './nobody.ts';
import { MAIN, NODE_ARGS } from './run-command.ts';

/** Whether there can be a namespace, and interfaces in it; and why not. */
const refusal = ((): string | undefined => {
  try {
    using host = new Host();
    using namespace = host.createNamespace();
    host.tap({ namespace }).close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
})();

/** A run of the command that goes on. */
class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], user?: number) {
    this.child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'up', ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...(user === undefined ? {} : { uid: user }) });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** Waits for its line. */
  async ready(): Promise<this> {
    for (const end = performance.now() + 60_000; !this.stdout.includes('\n'); ) {
      if (performance.now() > end || this.child.exitCode !== null) throw new Error(`it is not up: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this;
  }
}

class Rig implements Disposable {
  readonly host: Host = new Host({ trackLeaks: true });
  readonly namespace: HostNamespace = this.host.createNamespace();
  readonly ip: IpRoute = new IpRoute(() => this.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: this.namespace }));

  /** The namespace, for the command. */
  get netns(): string {
    return `/proc/${String(process.pid)}/fd/${String(this.namespace.fd)}`;
  }

  up(...args: readonly string[]): Running {
    return new Running([...args, '--netns', this.netns]);
  }

  names(): string[] {
    return this.ip.link.list().map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    this.ip[Symbol.dispose]();
    this.host.close();
  }
}

describe('nlmon up', () => {
  it.runIf(refusal !== undefined)('is not tested here', ({ skip }) => {
    skip(refusal);
  });

  it.each([
    [undefined, '', ''],
    ['blue', ' of network namespace blue', 'ip netns exec blue '],
    ['42', ' of network namespace 42', 'nsenter -t 42 -n '],
    ['/run/x', ' of network namespace /run/x', 'nsenter --net=/run/x '],
  ])('says in words what there is, and where to look: in %s', (netns, where, there) => {
    using kernel = new Kernel();
    using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    const words = welcome({ name: 'echo0', index: 3, link: { ...ip.link.show('lo'), mtu: 1500, address: '02:00:00:00:00:01' }, netns, isMonitor: false });
    expect(words).toBe(`echo0${where} is up (index 3, mtu 1500, link/ether 02:00:00:00:00:01): see ${there}ip -s link show echo0; it goes with Ctrl-C, or ${there}ip link del echo0`);
  });

  it('says in words what passed, and how it ended', () => {
    const none = { packets: 0, octets: 0 };
    expect(trafficText({ fromHost: { packets: 1, octets: 60 }, toHost: none, dropped: { fromHost: {}, toHost: {} } })).toBe('1 packet from the host, 0 packets to it, 0 dropped');
    expect(trafficText({ fromHost: none, toHost: none, dropped: { fromHost: { ENETDOWN: 3 }, toHost: { EIO: 1, ENETDOWN: 1 } } })).toContain('5 dropped (ENETDOWN, EIO)');
    expect([endText({ reason: 'closed' }), endText({ reason: 'deleted' })]).toEqual([undefined, 'somebody has deleted the interface']);
  });

  it('tells of warnings of the kernel once', () => {
    const lines: LogLine[] = [];
    const say = (level: LogLine['level'], text: string): void => void lines.push({ level, text, sec: 0, nsec: 0 });
    const log = new KernelLog({ dmesg: () => lines });
    say(6, 'loaded');
    say(4, 'odd');
    expect(log.take()).toEqual(['odd']);
    expect(log.take()).toEqual([]);
    say(3, 'broken');
    // Old lines go when there are many.
    lines.shift();
    expect(log.take()).toEqual(['broken']);
    lines.length = 0;
    say(4, 'new');
    expect(log.take()).toEqual(['new']);
  });
});

describe.runIf(refusal === undefined)('nlmon up', { timeout: 180_000 }, () => {
  it('is an interface with a driver behind it until it is interrupted', async () => {
    using rig = new Rig();
    const running = await rig.up('echo', '--ip', '10.77.0.1/24', '--mtu', '1400', '--address', '02:00:00:00:00:42').ready();
    expect(running.stdout).toMatch(/^echo0 of network namespace \S+ is up \(index \d+, mtu 1400, link\/ether 02:00:00:00:00:42\): see nsenter --net=\S+ ip -s link show echo0; it goes with Ctrl-C, or nsenter --net=\S+ ip link del echo0\n$/u);
    const link = rig.ip.link.show('echo0');
    expect([link.flags & IFF_UP, link.mtu, link.address]).toEqual([IFF_UP, 1400, '02:00:00:00:00:42']);
    const ping = rig.host.within(rig.namespace, () => spawn('ping', ['-c', '1', '-w', '60', '10.77.0.2']));
    expect(await new Promise((resolve) => ping.on('close', resolve))).toBe(0);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.stderr).toMatch(/^nlmon: \d+ packets from the host, \d+ packets to it, 0 dropped\n$/u);
    expect(rig.names()).toEqual(['lo']);
  });

  it('ends when the interface is deleted, and is removed when it is killed', async () => {
    using rig = new Rig();
    const second = rig.up('nlmon', '-q', '--queues', '2').child;
    const first = await rig.up('echo', 'e%d').ready();
    expect(first.stdout).toMatch(/^e0 /u);
    rig.ip.link.delete('e0');
    expect([await first.ended, first.stderr]).toEqual([0, expect.stringMatching(/^nlmon: somebody has deleted the interface\n/u)]);
    // The host makes a tunnel first and is told then what it carries.
    await expect.poll(() => rig.names().includes('nlmon0') && rig.ip.link.show('nlmon0').type, { timeout: 60_000 }).toBe(ARPHRD_NETLINK);
    second.kill('SIGKILL');
    await new Promise((resolve) => second.on('close', resolve));
    expect(rig.names()).toEqual(['lo']);
  });

  it.for<[string, string, Partial<UpOptions>, number, RegExp]>([
    ['a kind without a driver', 'nosuch', {}, 1, /no driver for links of kind nosuch is installed here: none provides rtnl-link-nosuch/u],
    ['an address that is none', 'echo', { address: 'xyz' }, 2, /expected octets such as/u],
    ['a driver that is not there', 'echo', { driver: ['no-such-driver'] }, 1, /--driver no-such-driver: no such package is installed here/u],
    ['a namespace that is not there', 'echo', { netns: 'no-such' }, 1, /there is no network namespace no-such/u],
  ])('says what is wrong: %s', async ([, kind, options, code, words]) => {
    using rig = new Rig();
    const error: unknown = await up(kind, undefined, { prefer: {}, netns: rig.netns, ...options }).catch((reason: unknown) => reason);
    expect([exitCodeOf(error) ?? 1, failureLine(error)]).toEqual([code, expect.stringMatching(words)]);
    expect(rig.names()).toEqual(['lo']);
  });

  it('says what the driver and the host refuse, and leaves nothing', async () => {
    using rig = new Rig();
    const cases: readonly [Running, number, RegExp][] = [
      [rig.up('echo', 'lo'), 1, /^nlmon: TUNSETIFF: there is an interface lo already \(EBUSY\)\n$/u],
      [rig.up('echo', '--mtu', '20'), 1, /^nlmon: the driver of echo refuses: .*mtu less than device minimum \(EINVAL\)\n$/u],
      [rig.up('echo', 'x0', '--ip', '10.0.0.1/99'), 2, /^nlmon: --ip 10\.0\.0\.1\/99: .*\n$/u],
    ];
    for (const [running, code, words] of cases) expect([await running.ended, running.stderr]).toEqual([code, expect.stringMatching(words)]);
    expect(rig.names()).toEqual(['lo']);
  });

  it.runIf(canBeNobody)('says what is missing', async () => {
    const running = new Running(['echo'], NOBODY);
    expect(await running.ended).toBe(1);
    expect(running.stderr).toMatch(/needs CAP_NET_ADMIN: run it as root, or below `unshare -Urn`|may not be opened for reading and writing: run it as root/u);
  });
});
