import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nlmon } from './run-command.ts';

const GOLDEN = fileURLToPath(new URL('../golden/nlmon-netns.k6.12.pcap', import.meta.url));
const FOLDER = fileURLToPath(new URL('../dist/bin', import.meta.url));

/** Runs the command as it is published. */
function bundled(...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const { status: code, stdout, stderr } = spawnSync(process.execPath, [`${FOLDER}/main.js`, ...args], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
  return { code, stdout, stderr };
}

describe('the bundled command', () => {
  it.each([
    ['--help'],
    ['--version'],
    ['families'],
    ['stat', GOLDEN],
    ['decode', GOLDEN],
    ['decode', '--format', 'json', '--filter', 'error != 0', GOLDEN],
    ['decode', '--format', 'summary', GOLDEN],
    ['decode', '--filter', 'type ==', GOLDEN],
    ['diff', GOLDEN, `${GOLDEN}.missing`],
    ['demo', '--replay', '/nonexistent'],
    ['demo', '--bogus'],
  ])('says what the source says: %s %s', async (...args) => {
    const source = await nlmon(args);
    expect(bundled(...args)).toEqual({ code: source.code, stdout: source.stdout.toString(), stderr: source.stderr });
  });

  it('runs the demonstration, whose packages are not bundled', () => {
    const { code, stdout, stderr } = bundled('demo');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/packets captured, 0 dropped/);
  });

  it('loads nothing that reads captures to print help', () => {
    const [first = ''] = /from "\.\/([\w-]+\.js)"/.exec(readFileSync(`${FOLDER}/main.js`, 'utf8'))?.slice(1) ?? [];
    const start = readFileSync(`${FOLDER}/${first}`, 'utf8');
    expect(start).toContain('Exit status');
    expect(start).not.toMatch(/^import .* from "\.\//m);
  });

  it.skipIf(!existsSync('/dev/full'))('says that help found no room', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `exec "$0" "$1" --help > /dev/full`, process.execPath, `${FOLDER}/main.js`], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, 'nlmon: write standard output: no space left on device (ENOSPC)\n']);
  });

  it('names what is not ours', () => {
    expect(readFileSync(`${FOLDER}/LICENSES`, 'utf8')).toMatch(/^commander [\d.]+\n\n\(The MIT License\)\n\nCopyright/);
  });
});
