import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { errno } from '@netdevkit/errno';
import { Libc } from '@netdevkit/libc/unsafe';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DescriptorLimits } from '../src/descriptor-limit.unsafe.ts';
import { describePrograms } from './rig.ts';

let child: ChildProcess;

/** The child's limit of open files: what counts, and how far it may be raised. */
function limit(): string[] {
  return /^Max open files\s+(\d+)\s+(\d+)/m.exec(readFileSync(`/proc/${String(child.pid)}/limits`, 'latin1'))?.slice(1) ?? [];
}

function setLimit(value: string): void {
  expect(spawnSync('prlimit', ['--pid', String(child.pid), `--nofile=${value}`]).status).toBe(0);
}

beforeEach(async () => {
  child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  setLimit('20:900');
});

afterEach(async () => {
  child.kill();
  await once(child, 'exit');
});

describePrograms('DescriptorLimits', () => {
  /** Gives the child a descriptor; `act` happens while its limit allows that. */
  function give(number: number, act: () => void): number {
    using limits = new DescriptorLimits(Libc.open());
    return limits.give(child.pid ?? 0, number, () => {
      if (Number(limit()[0]) <= number) return -errno.EBADF;
      act();
      return number;
    });
  }

  it('raises a limit for a moment', () => {
    let meanwhile: string[] = [];
    expect(give(512, () => (meanwhile = limit()))).toBe(512);
    expect([meanwhile, limit()]).toEqual([['513', '900'], ['20', '900']]);
  });

  it('leaves the limit that the program sets meanwhile', () => {
    expect(give(512, () => { setLimit('30:800'); })).toBe(512);
    expect(limit()).toEqual(['30', '800']);
  });

  it('gives the limit back when giving fails', () => {
    expect(() => give(512, () => { throw new Error('no'); })).toThrow('no');
    expect(limit()).toEqual(['20', '900']);
  });

  it('leaves a limit alone that is no hindrance', () => {
    expect(give(10, () => undefined)).toBe(10);
    expect(limit()).toEqual(['20', '900']);
  });
});
