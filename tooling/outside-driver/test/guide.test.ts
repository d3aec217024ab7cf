import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const guide = fileURLToPath(new URL('../guide', import.meta.url));
const text = readFileSync(join(root, 'docs', 'writing-a-driver.md'), 'utf8');
const excerpts = [...text.matchAll(/^```ts sketch\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
const sources = globSync(['src/*.ts', 'test/*.ts'], { cwd: guide }).map((file) => readFileSync(join(guide, file), 'utf8'));

function run(command: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', command), args, { cwd: guide, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
}

describe('docs/writing-a-driver.md', () => {
  it('shows code, and none but that of the driver beside', () => {
    expect(excerpts.length).toBeGreaterThan(5);
    expect(excerpts.filter((excerpt) => !sources.some((source) => source.includes(excerpt)))).toEqual([]);
    expect(text).not.toMatch(/^```ts\n/m);
  });

  it('shows a driver that type-checks', () => {
    run('tsc', '-p', '.');
  });

  it('shows a driver that passes the rules for drivers', () => {
    run('eslint', '--max-warnings', '0', '-c', 'eslint.config.js', 'src');
  });
});
