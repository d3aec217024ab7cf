import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Sandbox, SandboxedProcess } from '../src/index.ts';
import { PYTHON, describePrograms, needs, program, unshareRefusal, until, withSandbox } from './rig.ts';

/** A command, and what it does: its exit code, and parts of what it writes. */
type Expected = readonly [command: string, code: number, stdout: string | RegExp, stderr?: string | RegExp];

async function check(sandbox: Sandbox, commands: readonly Expected[]): Promise<void> {
  for (const [command, code, stdout, stderr = ''] of commands) {
    const result = await sandbox.run('sh', ['-c', `exec ${command}`]);
    const matches = (text: string, wanted: string | RegExp): boolean => (typeof wanted === 'string' ? text === wanted : wanted.test(text));
    if (result.code === code && matches(result.stdout, stdout) && matches(result.stderr, stderr)) continue;
    expect({ command, ...result }).toEqual({ command, code, stdout, stderr });
  }
}

/** Waits for a program to write something, however many pieces it comes in. */
async function said(child: SandboxedProcess, words: string): Promise<void> {
  if (child.stdout === null) throw new Error('nobody listens to it');
  let text = '';
  while (text.length < words.length) text += String((await once(child.stdout, 'data'))[0]);
  expect(text).toBe(words);
}

describePrograms('programs', () => {
  it('ip', async () => {
    await withSandbox(async (sandbox) => {
      await check(sandbox, [
        ['ip link add nlmon0 type nlmon', 0, ''],
        ['ip link add nlmon0 type nlmon', 2, '', 'RTNETLINK answers: File exists\n'],
        ['ip link add x type vcan', 2, '', 'Error: Unknown device type.\n'],
        ['ip link set nlmon0 up', 0, ''],
        ['ip link set nlmon0 mtu 1', 2, '', 'Error: mtu less than device minimum.\n'],
        ['ip link show nlmon0', 0, /^2: nlmon0: <NOARP,UP,LOWER_UP> mtu 3776 qdisc noqueue state UNKNOWN .*\n {4}link\/netlink/],
        ['ip -j link show lo', 0, /^\[\{"ifindex":1,"ifname":"lo",/],
        ['ip -d -s link show nlmon0', 0, /nlmon addrgenmode/],
        ['ip link show nothing', 1, '', 'Device "nothing" does not exist.\n'],
        ['ip rule', 0, /^0:\tfrom all lookup local/],
        ['ip netconf', 0, /^/],
        ['ip link del nlmon0', 0, ''],
        ['ip link del nlmon0', 1, '', 'Cannot find device "nlmon0"\n'],
      ]);
    });
  });

  it('ip monitor, of what other programs do', async () => {
    await withSandbox(async (sandbox) => {
      const monitor = sandbox.spawn('ip', ['-o', 'monitor', 'link']);
      let seen = '';
      monitor.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      expect(await until(() => sandbox.statistics.held === 1)).toBe(true);
      await check(sandbox, [['ip link add nlmon0 type nlmon', 0, ''], ['ip link del nlmon0', 0, '']]);
      expect(await until(() => seen.includes('Deleted 2: nlmon0'))).toBe(true);
      expect(seen).toMatch(/^2: nlmon0: <NOARP>/);
      monitor.kill();
      await once(monitor, 'close');
    });
  });

  it('bridge, tc, genl', async (context) => {
    needs(context, 'bridge', 'tc', 'genl');
    await withSandbox(async (sandbox) => {
      await check(sandbox, [
        ['bridge link', 0, ''],
        ['tc qdisc show', 0, /^/],
        ['genl ctrl get name nlctrl', 0, /Name: nlctrl\n\tID: 0x10 {2}Version: 0x2/],
      ]);
    });
  });

  it('busybox, which is static and asks by ioctl', async (context) => {
    needs(context, 'busybox');
    await withSandbox(async (sandbox) => {
      await check(sandbox, [
        ['busybox ip link set lo up', 0, ''],
        ['busybox ip link', 0, /^1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536/],
        ['busybox ifconfig lo', 0, /UP LOOPBACK RUNNING {2}MTU:65536/],
      ]);
    });
  });

  it('programs of libnl', async (context) => {
    needs(context, 'nl-link-list');
    await withSandbox(async (sandbox) => {
      await check(sandbox, [['nl-link-list', 0, /^lo loopback /], ['genl-ctrl-list', 0, /nlctrl version 2/]]);
    });
  });

  it('Node, by getifaddrs', async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.run('ip', ['link', 'set', 'lo', 'up']);
      const { stdout } = await sandbox.run(process.execPath, ['-p', 'Object.keys(os.networkInterfaces()).join()']);
      expect(stdout).toBe('lo\n');
    });
  });

  it('tcpdump, through a ring that it maps', async (context) => {
    needs(context, 'tcpdump');
    await withSandbox(async (sandbox) => {
      await check(sandbox, [['ip link add nlmon0 type nlmon', 0, ''], ['ip link set nlmon0 up', 0, '']]);
      const tcpdump = sandbox.spawn('tcpdump', ['-i', 'nlmon0', '-c', '4', '--immediate-mode', '-xx']);
      const closed = once(tcpdump, 'close');
      let [out, errors] = ['', ''];
      tcpdump.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
      tcpdump.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      expect(await until(() => errors.includes('listening on nlmon0, link-type NETLINK'))).toBe(true);
      await sandbox.run('ip', ['link', 'show', 'lo']);
      await sandbox.run('ip', ['link', 'show', 'lo']);
      expect(await closed).toEqual([0, null]);
      expect(errors).toMatch(/4 packets captured/);
      // ARPHRD_NETLINK in the cooked header, and an RTM_GETLINK of rtnetlink.
      expect(out).toMatch(/0x0000: {2}0004 0338 0000 0000 0000 0000 0000 0000/);
      expect(await until(() => sandbox.statistics.sockets === 0)).toBe(true);
    });
  });

  it('tcpdump, ended by a signal while packets come', async (context) => {
    needs(context, 'tcpdump');
    await withSandbox(async (sandbox) => {
      await check(sandbox, [['ip link add nlmon0 type nlmon', 0, ''], ['ip link set nlmon0 up', 0, '']]);
      for (let round = 0; round < 10; round++) {
        const tcpdump = sandbox.spawn('tcpdump', ['-i', 'nlmon0', '--immediate-mode', '-U', '-w', '/dev/null']);
        const closed = once(tcpdump, 'close');
        let errors = '';
        tcpdump.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
        expect(await until(() => errors.includes('listening on nlmon0'))).toBe(true);
        await sandbox.run('ip', ['link', 'show', 'dev', 'nothing']);
        tcpdump.kill('SIGINT');
        // It hears of it in its loop over the ring, which ends only where no packet is announced that is not there.
        expect(await closed).toEqual([0, null]);
        expect(errors).toMatch(/packets? captured/);
      }
    });
  });

  // Debian's packages golang-github-vishvananda-netlink-dev and golang-github-mdlayher-netlink-dev.
  const libraries = '/usr/share/gocode';
  // A compiler that has nothing in its cache builds all of the standard library first.
  it('a static Go program, with both of its netlink libraries', { timeout: 600_000 }, async (context) => {
    needs(context, 'go');
    for (const owner of ['vishvananda', 'mdlayher']) if (!existsSync(`${libraries}/src/github.com/${owner}/netlink`)) context.skip(`not installed: netlink of ${owner}`);
    const binary = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'links');
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: libraries, CGO_ENABLED: '0', GOCACHE: join(tmpdir(), 'sandbox-go-cache'), GOFLAGS: '' };
    const built = spawnSync('go', ['build', '-o', binary, program('links.go')], { env, encoding: 'utf8' });
    expect(built.stderr).toBe('');
    await withSandbox(async (sandbox) => {
      const { code, stdout, stderr } = await sandbox.run(binary);
      expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({
        code: 0,
        stderr: '',
        lines: [
          'subscribe <nil>',
          'add <nil>',
          'again true',
          'type nlmon <nil>',
          'up <nil>',
          'update go0',
          'wrong 0',
          'interfaces 2 <nil>',
          'dump 2 <nil>',
          'deadline true',
          'heard true <nil>',
          'close <nil>',
        ],
      });
    });
  });

  it('pyroute2, which says the same of a namespace of the host', async ({ skip }) => {
    if (spawnSync(PYTHON, ['-c', 'import pyroute2']).status !== 0) skip('not installed: pyroute2');
    const refusal = unshareRefusal();
    if (refusal !== undefined) skip(refusal);
    const native = spawnSync('unshare', ['-rn', PYTHON, program('pyroute.py')], { env: { ...process.env, KIND: 'ifb' }, encoding: 'utf8' });
    if (native.stdout.startsWith('add error 95')) skip('the host has no ifb');
    expect(native.stdout.trim().split('\n')).toHaveLength(17);
    await withSandbox(async (sandbox) => {
      expect(await sandbox.run(PYTHON, [program('pyroute.py')])).toEqual({ code: 0, signal: null, stdout: native.stdout, stderr: '' });
    });
  });

  it('strace of a program, which sees what the embedded kernel says', async (context) => {
    needs(context, 'strace');
    await withSandbox(async (sandbox) => {
      const { stderr } = await sandbox.run('strace', ['-e', 'trace=socket,bind', 'ip', 'link', 'show', 'lo']);
      expect(stderr).toMatch(/socket\(AF_NETLINK, SOCK_RAW\|SOCK_CLOEXEC, NETLINK_ROUTE\) = 512/);
    });
  });

  const refusal = unshareRefusal();
  it('programs that make a network namespace are in one of the embedded kernel\'s', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    await withSandbox(async (sandbox, kernel) => {
      await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
      const script = 'ip link add nlmon7 type nlmon; ip -br link; ip link set nlmon7 netns $PARENT; ip -br link';
      const { stdout, stderr } = await sandbox.run('sh', ['-c', `PARENT=$$ unshare -rn sh -c '${script}'`]);
      expect({ names: stdout.match(/^\w+/gm), stderr }).toEqual({ names: ['lo', 'nlmon7', 'lo'], stderr: '' });
      expect((await sandbox.run('ip', ['-br', 'link'])).stdout.match(/^\w+/gm)).toEqual(['lo', 'nlmon0', 'nlmon7']);
      expect(await until(() => kernel.namespaces.length === 1)).toBe(true);
    });
  });

  it('a namespace that programs made goes with its last program, and takes its links along', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    await withSandbox(async (sandbox, kernel) => {
      const inside = sandbox.spawn('unshare', ['-rn', 'sh', '-c', 'ip link add nlmon7 type nlmon; echo made; read end'], { stdio: ['pipe', 'pipe', 'inherit'] });
      await said(inside, 'made\n');
      const [, twin] = kernel.namespaces;
      expect(new TextDecoder().decode(twin?.readFile('/proc/net/dev'))).toContain('nlmon7');
      // As long as twenty looks take.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(kernel.namespaces).toEqual([kernel.initialNamespace, twin]);
      inside.stdin?.end();
      expect(await until(() => kernel.namespaces.length === 1)).toBe(true);
      expect((await sandbox.run('unshare', ['-rn', 'ip', '-br', 'link'])).stdout.match(/^\w+/gm)).toEqual(['lo']);
    });
  });

  it('a namespace stays while a program has a socket in it', async ({ skip }) => {
    if (refusal !== undefined) skip(refusal);
    await withSandbox(async (sandbox, kernel) => {
      // As libraries do that look into other namespaces: the socket stays there, the program does not.
      const script = [
        'import ctypes, os, socket, sys',
        'libc = ctypes.CDLL(None, use_errno=True)',
        'home = os.open("/proc/self/ns/net", os.O_RDONLY)',
        'assert libc.unshare(0x40000000) == 0',
        's = socket.socket(16, 3, 0)',
        'assert libc.setns(home, 0x40000000) == 0',
        'print("away", flush=True)',
        'sys.stdin.read()',
        's.send(bytes([16, 0, 0, 0, 1, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0]))',
        'print(len(s.recv(4096)))',
      ].join('\n');
      const inside = sandbox.spawn('unshare', ['-rn', PYTHON, '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      await said(inside, 'away\n');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(kernel.namespaces).toHaveLength(2);
      inside.stdin?.end();
      await said(inside, '36\n');
      expect(await until(() => kernel.namespaces.length === 1)).toBe(true);
    });
  });

  it('a second sandbox beside the first, on the same kernel', async () => {
    await withSandbox(async (first, kernel) => {
      const { Sandbox } = await import('../src/index.ts');
      await using second = await Sandbox.create(kernel);
      await first.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
      expect((await second.run('ip', ['-br', 'link', 'show', 'nlmon0'])).stdout).toMatch(/^nlmon0/);
    });
  });

  it('programs without privileges, which are root on the embedded kernel unless it says otherwise', async () => {
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    await withSandbox(async (sandbox) => {
      expect(await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon'], nobody)).toMatchObject({ code: 0, stderr: '' });
    });
    await withSandbox(
      async (sandbox) => {
        const { code, stderr } = await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon'], nobody);
        expect({ code, stderr }).toEqual({ code: 2, stderr: 'RTNETLINK answers: Operation not permitted\n' });
        const raw = 'import socket\ntry: socket.socket(17, 3, 0)\nexcept OSError as e: print(e.errno)';
        expect((await sandbox.run(PYTHON, ['-c', raw], nobody)).stdout).toBe('1\n');
      },
      { credentials: { uid: 65_534, netAdmin: false, netBroadcast: false, netRaw: false } },
    );
  });
});
