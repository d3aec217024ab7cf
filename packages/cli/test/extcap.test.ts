import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Host } from '@netdevkit/linux';
import { afterAll, describe, expect, it } from 'vitest';
import { folderIn } from '../src/extcap/install.ts';
import { canBeNobody, NOBODY } from './nobody.ts';
import { nlmon } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-extcap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function extcap(...args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { code, stdout, stderr } = await nlmon(['extcap', ...args]);
  return { code, stdout: stdout.toString(), stderr };
}

describe('nlmon extcap', () => {
  it('lists its interface', async () => {
    const { code, stdout } = await extcap('--extcap-interfaces', '--extcap-version=4.0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^extcap \{version=[\d.]+\}\{help=[^}]+\}\{display=NetDevKit\}\ninterface \{value=nlmon\}\{display=netlink \(nlmon\)\}\n$/);
  });

  it('lists link types and options', async () => {
    expect(await extcap('--extcap-interface', 'nlmon', '--extcap-dlts')).toEqual({ code: 0, stdout: 'dlt {number=253}{name=NETLINK}{display=Linux netlink}\n', stderr: '' });
    const { stdout } = await extcap('--extcap-interface', 'nlmon', '--extcap-config', '--a-later-option', 'x');
    expect(stdout.split('\n').map((line) => /\{number=(\d)\}\{call=(--\w+)\}/.exec(line)?.slice(1))).toEqual([['0', '--netns'], ['1', '--link'], ['2', '--groups'], ['3', '--buffer'], undefined]);
  });

  it('checks filters', async () => {
    expect(await extcap('--extcap-interface', 'nlmon', '--extcap-capture-filter', 'route and type == 16')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await extcap('--extcap-interface', 'nlmon', '--extcap-capture-filter', 'tcp port 80')).stdout).toMatch(/"tcp" is no protocol|expected/);
  });

  it.each([[[]], [['--extcap-interface', 'eth0', '--extcap-dlts']], [['--extcap-interface', 'nlmon']], [['--extcap-interface', 'nlmon', '--capture']]])('%j makes no sense', async (args) => {
    const { code, stderr } = await extcap(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^nlmon: /);
  });

  it('writes a script that runs it', async () => {
    const { code, stdout } = await extcap('--install', join(folder, 'new', 'folder'));
    expect([code, stdout]).toEqual([0, `${join(folder, 'new', 'folder', 'nlmon')}\n`]);
    const path = stdout.trim();
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readFileSync(path, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
    const { stdout: said } = spawnSync(path, ['--extcap-interfaces'], { encoding: 'utf8', cwd: '/' });
    expect(said).toContain('interface {value=nlmon}');
    expect(await extcap('--uninstall', join(folder, 'new', 'folder'))).toEqual({ code: 0, stdout: `${path}\n`, stderr: '' });
    expect(existsSync(path)).toBe(false);
    expect(await extcap('--uninstall', join(folder, 'new', 'folder'))).toMatchObject({ code: 1, stderr: `nlmon: remove ${path}: no such file or directory (ENOENT)\n` });
    writeFileSync(path, '#!/bin/sh\n');
    expect(await extcap('--uninstall', join(folder, 'new', 'folder'))).toMatchObject({ code: 1, stderr: `nlmon: remove ${path}: nlmon extcap --install did not write it\n` });
    const before = readFileSync(path);
    const other = await extcap('--install', join(folder, 'new', 'folder'));
    expect(other).toMatchObject({ code: 1, stderr: `nlmon: write ${path}: nlmon extcap --install did not write what is there; nlmon extcap --install FOLDER writes it elsewhere, for WIRESHARK_EXTCAP_DIR\n` });
    expect(readFileSync(path)).toEqual(before);
    const { code: refused, stderr } = await extcap('--install', '/proc/nowhere');
    expect(refused).toBe(1);
    expect(stderr).toMatch(/WIRESHARK_EXTCAP_DIR/);
  });

  it('finds the folder that Wireshark names', () => {
    expect(folderIn('Temp:                \t/tmp\nExtcap path:         \t/usr/lib/wireshark/extcap\n')).toBe('/usr/lib/wireshark/extcap');
    expect(folderIn('Extcap path:\t/usr/lib/x\nPersonal Extcap path:\t/home/me/.local/lib/wireshark/extcap\nGlobal Extcap path:\t/usr/lib/x\n')).toBe('/home/me/.local/lib/wireshark/extcap');
    expect(folderIn('Temp:\t/tmp\n')).toBeUndefined();
  });
});

// Debian's tshark, as a user: as root it looks for extcaps in the system's folder only. Elsewhere there is nothing to try it with.
const canTry = existsSync('/usr/bin/tshark') && existsSync('/usr/bin/dumpcap') && existsSync('/usr/bin/setpriv') && canBeNobody;
const AS_USER = [`--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups'];

describe.runIf(canTry)('tshark', () => {
  const env = { ...process.env, WIRESHARK_EXTCAP_DIR: join(folder, 'tshark'), HOME: folder };

  it('is told what is wrong, and does not wait', async () => {
    chmodSync(folder, 0o777);
    expect((await extcap('--install', env.WIRESHARK_EXTCAP_DIR)).code).toBe(0);
    const { status, stderr } = spawnSync('setpriv', [...AS_USER, 'tshark', '-i', 'nlmon', '-f', 'route and nonsense'], { encoding: 'utf8', env, timeout: 100_000 });
    expect(status, stderr).not.toBeNull();
    expect(stderr).toContain('"nonsense" is no protocol');
  });

  it('lists the interface, and captures from it', async () => {
    chmodSync(folder, 0o777);
    expect((await extcap('--install', env.WIRESHARK_EXTCAP_DIR)).code).toBe(0);
    const { stdout } = spawnSync('setpriv', [...AS_USER, 'tshark', '-D'], { encoding: 'utf8', env });
    expect(stdout).toMatch(/^\d+\. nlmon \(netlink \(nlmon\)\)$/m);
    const options = ['-o', 'extcap.nlmon.groups:true', '-a', 'duration:60', '-Y', 'netlink-route', '-c', '20', '-l'];
    const child = spawn('unshare', ['-n', 'setpriv', ...AS_USER, 'tshark', '-i', 'nlmon', ...options], { env });
    let shown = '';
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    using host = new Host();
    const here = readlinkSync('/proc/self/ns/net');
    while (readlinkSync(`/proc/${String(child.pid)}/ns/net`) === here) await new Promise((resolve) => setTimeout(resolve, 20));
    using namespace = host.namespace({ pid: child.pid ?? 0 });
    using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }));
    const noise = setInterval(() => {
      ip.link.add({ kind: 'ifb', name: 'shark0' });
      ip.link.delete('shark0');
    }, 300);
    try {
      await ended;
    } finally {
      clearInterval(noise);
      child.kill();
    }
    expect(shown, said).toMatch(/Netlink route/);
  });
});
