import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { describePrograms, needs, withSandbox } from './rig.ts';

/** The folders that stand for directories. */
function folders(): string[] {
  return [...readdirSync(tmpdir()), ...readdirSync('/dev/shm')].filter((name) => name.startsWith(`netdevkit-files-${String(process.pid)}-`));
}

describePrograms('files', () => {
  it('are the embedded kernel\'s below /proc and /sys, and the host\'s elsewhere', async () => {
    await withSandbox(
      async (sandbox, kernel) => {
        const sh = async (script: string): Promise<string> => {
          const { stdout, stderr } = await sandbox.run('sh', ['-c', script]);
          return stdout + stderr;
        };
        await sh('ip link add nlmon0 type nlmon; ip link set lo up');
        const text = (path: string): string => Buffer.from(kernel.initialNamespace.readFile(path)).toString();
        expect(await sh('cat /proc/net/dev')).toBe(text('/proc/net/dev'));
        expect(await sh('cat /proc/self/net/dev')).toBe(text('/proc/net/dev'));
        expect(await sh('cat /proc/$$/net/if_inet6')).toBe(text('/proc/net/if_inet6'));
        expect(await sh('cat /sys/class/net/nlmon0/mtu')).toBe('3776\n');
        expect(await sh('cd /sys/class/net && cat lo/../lo//flags')).toBe('0x9\n');
        expect(await sh('ls /sys/class/net')).toBe('lo\nnlmon0\n');
        expect(await sh('ls -d /sys/class/net/lo/statistics/rx_b*')).toBe('/sys/class/net/lo/statistics/rx_bytes\n');
        expect(await sh('readlink /sys/class/net/lo')).toBe('../../devices/virtual/net/lo\n');
        expect(await sh('test -L /sys/class/net/lo && test -d /sys/class/net/lo/ && test -f /sys/class/net/lo/mtu && echo yes')).toBe('yes\n');
        expect(await sh('ls -f /proc/sys/net | head -2')).toBe('.\n..\n');
        expect(folders()).toHaveLength(1);
        expect(await sh('test -e /sys/class/net/eth0 || echo no')).toBe('no\n');
        expect(await sh('cat /sys/class/net/eth0/mtu')).toMatch(/No such file or directory/);
        expect(await sh('cat /sys/class/net')).toMatch(/Is a directory/);
        expect(await sh('cat /proc/net/dev/x')).toMatch(/Not a directory/);
        expect(await sh('echo 1500 > /sys/class/net/lo/mtu; cat /sys/class/net/lo/mtu')).toBe('1500\n');
        expect(await sh('ip -o link show lo')).toMatch(/mtu 1500/);
        expect(await sh('echo nothing > /sys/class/net/lo/mtu')).toMatch(/write error: Invalid argument|I\/O error/);
        expect(await sh('printf 1600 | tee /sys/class/net/lo/mtu; cat /sys/class/net/lo/mtu')).toBe('16001600\n');
        expect(await sh('echo 1 > /proc/sys/net/ipv4/conf/lo/forwarding; cat /proc/sys/net/ipv4/conf/lo/forwarding')).toBe('1\n');
        expect(await sh('echo 1 > /sys/class/net/lo/address')).toMatch(/Permission denied/);
        expect(await sh('echo 1 > /sys/class/net/lo/nothing')).toMatch(/No such file|nonexistent|Permission denied/);
        expect(await sh('test -w /sys/class/net/lo/mtu && ! test -w /sys/class/net/lo/address && echo yes')).toBe('yes\n');
        expect(await sh('head -c 6 /etc/passwd; test -e /proc/self/status && test -d /sys/class && echo host')).toMatch(/^root:.*host\n$/);
      },
      { files: true },
    );
    expect(folders()).toEqual([]);
  });

  it('serve ifconfig, which lists interfaces by them', async (context) => {
    needs(context, 'busybox');
    await withSandbox(
      async (sandbox) => {
        await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
        const { stdout } = await sandbox.run('busybox', ['ifconfig', '-a']);
        expect(stdout.match(/^\w+/gm)).toEqual(['lo', 'nlmon0']);
      },
      { files: true },
    );
  });

  it('are each namespace\'s own', async () => {
    await withSandbox(
      async (sandbox, kernel) => {
        await sandbox.run('ip', ['link', 'add', 'nlmon3', 'type', 'nlmon'], { netns: kernel.createNamespace('blue') });
        expect((await sandbox.run('cat', ['/proc/net/dev'])).stdout).not.toContain('nlmon3');
        expect((await sandbox.run('cat', ['/proc/net/dev'], { netns: kernel.namespaces[1] ?? kernel.initialNamespace })).stdout).toContain('nlmon3');
      },
      { files: true },
    );
  });

  it('are the host\'s unless asked for', async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
      expect((await sandbox.run('cat', ['/proc/net/dev'])).stdout).not.toContain('nlmon0');
    });
    expect(existsSync('/proc/net/dev')).toBe(true);
  });
});
