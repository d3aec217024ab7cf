import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../src/shell-quote.ts';
import { missingPackages, toolPath } from '../src/tools.ts';
import { countLine, parseReport, reportLines } from '../src/vm/report.ts';

const REPORT = JSON.stringify({
  testResults: [
    {
      name: '/x/tests/packages/a.test.ts.mjs',
      status: 'failed',
      assertionResults: [
        { fullName: 'one', status: 'passed', duration: 1500 },
        { fullName: 'two', status: 'failed', duration: 500, failureMessages: ['expected\nreceived'] },
        { fullName: 'three', status: 'pending' },
      ],
    },
    { name: '/x/tests/b.test.ts.mjs', status: 'failed', message: 'cannot be loaded', assertionResults: [] },
  ],
});

describe('parseReport', () => {
  const results = parseReport(REPORT, '/x/tests');

  it('counts a file that cannot be loaded as a failure', () => {
    expect(results.map(({ file, name, status }) => [file, name, status])).toEqual([
      ['packages/a.test.ts', 'one', 'passed'],
      ['packages/a.test.ts', 'two', 'failed'],
      ['packages/a.test.ts', 'three', 'skipped'],
      ['b.test.ts', '(the file itself)', 'failed'],
    ]);
    expect(countLine(results)).toBe('1 passed, 2 failed, 1 skipped');
    expect(countLine([])).toBe('0 passed, 0 failed');
  });

  it('is told with what failed first', () => {
    expect(reportLines(results)).toEqual([
      'FAILED packages/a.test.ts: two',
      '  expected',
      'FAILED b.test.ts: (the file itself)',
      '  cannot be loaded',
      'packages/a.test.ts: 1 passed, 1 failed, 1 skipped (2.0 s)',
      'b.test.ts: 0 passed, 1 failed (0.0 s)',
    ]);
  });
});

describe('shellQuote', () => {
  it.each(['', 'plain', "it's", '$HOME `id` "x" \\', 'two\nlines', "'"])('gives %j back', (text) => {
    expect(spawnSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' }).stdout).toBe(text);
  });
});

describe('missingPackages', () => {
  it('names packages of Debian', () => {
    expect(missingPackages('/nowhere')).toEqual(['apt', 'cpio', 'dpkg', 'e2fsprogs', 'qemu-system-x86', 'tar', 'xz-utils']);
  });

  it('looks where administrators have their programs, too', () => {
    expect(toolPath('/a').split(delimiter)).toEqual(['/a', '/usr/sbin', '/sbin', '/usr/bin', '/bin']);
  });
});
