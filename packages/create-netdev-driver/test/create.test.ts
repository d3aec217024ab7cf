import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDriver, NameError, planOf } from '../src/index.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-netdev-driver-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-C', '@netdevkit/source', main, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('planOf', () => {
  it.each([
    ['netdev-echo', 'echo'],
    ['@me/netdev-my-echo', 'my_echo'],
    ['echo-driver', 'echo'],
    ['netdev-', 'netdev_'],
  ])('takes the kind of %s for %s', (name, kind) => {
    expect(planOf('somewhere', { name })).toMatchObject({ name, kind });
  });

  it('takes the name from the folder', () => {
    expect(planOf('/some/place/netdev-echo')).toEqual({ folder: '/some/place/netdev-echo', name: 'netdev-echo', kind: 'echo' });
  });

  it.each([{ name: 'Echo' }, { name: '../x' }, { name: '' }, { name: 'a b' }, { name: 'x'.repeat(215) }, { name: 'x', kind: 'Echo' }, { name: 'x', kind: '9p' }, { name: 'x', kind: 'thirteen_long' }, { name: '9p' }])(
    'refuses %o',
    (names) => {
      expect(() => planOf('somewhere', names)).toThrow(NameError);
    },
  );
});

describe('createDriver', () => {
  it('fills the template in', () => {
    const plan = planOf(join(folder, 'netdev-my-echo'));
    const files = createDriver(plan);
    expect(files).toEqual(
      expect.arrayContaining(['.changeset/config.json', '.changeset/first.md', '.gitignore', 'README.md', 'eslint.config.js', 'package.json', 'src/index.ts', 'src/my_echo.ts', 'test/my_echo.test.ts', 'tsconfig.json']),
    );
    for (const file of files) expect(readFileSync(join(plan.folder, file), 'utf8'), file).not.toMatch(/\{\{|\}\}(?=\w)/);
    expect(readFileSync(join(plan.folder, 'src/my_echo.ts'), 'utf8')).toContain('export class MyEcho implements Driver<MyEchoState,');
    expect(JSON.parse(readFileSync(join(plan.folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'netdev-my-echo', netdevkit: { alias: ['rtnl-link-my_echo'] } });
  });

  it('touches no folder that holds something', () => {
    writeFileSync(join(folder, 'mine'), 'mine');
    expect(() => createDriver({ folder, name: 'x', kind: 'x' })).toThrow('is not empty');
    expect(existsSync(join(folder, 'package.json'))).toBe(false);
  });

  it('takes a fresh repository for empty', () => {
    mkdirSync(join(folder, '.git'));
    createDriver({ folder, name: 'x', kind: 'x' });
    expect(existsSync(join(folder, 'package.json'))).toBe(true);
  });
});

describe('the command', () => {
  it('says what to do next', () => {
    const { status, stdout } = run('netdev-echo');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^netdev-echo: a driver for links of the kind echo, \d+ files\. Next:\n\n {2}cd netdev-echo\n {2}npm install\n {2}npm test\n/)]);
  });

  it('takes a name and a kind', () => {
    expect(run('.', '--name', '@me/thing', '--kind', 'thing').stdout).toMatch(/^@me\/thing: .* of the kind thing.*\n\n {2}npm install/s);
  });

  it('prints its usage when it is asked, or not told where', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm create netdev-driver') as string });
    expect(run()).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage:') as string });
    expect(run('a', 'b').status).toBe(2);
  });

  it('says in a line what is wrong', () => {
    expect(run('Echo').stderr).toMatch(/^create-netdev-driver: "Echo" is no name for a package: [^\n]+\n$/);
    expect(run('x', '--colour').stderr).toMatch(/^create-netdev-driver: Unknown option '--colour'/);
    writeFileSync(join(folder, 'x'), '');
    expect(run('x')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^create-netdev-driver: ENOTDIR/) as string });
  });
});
