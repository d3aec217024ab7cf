import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSuites } from '../src/vm/suites.ts';

const repository = mkdtempSync(join(tmpdir(), 'suites-'));
const FILES = [
  'packages/linux/test/b.test.ts',
  'packages/linux/test/a.test.ts',
  'packages/linux/test/host-rig.ts',
  'packages/kernel/test/a.test.ts',
  'packages/kernel/test/a-host.integration.test.ts',
  'tooling/oracle/vm/flood.test.ts',
  'tooling/oracle/vm/capture.test.ts',
  'tooling/oracle/vm/command.ts',
];

beforeAll(() => {
  for (const file of FILES) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), '');
  }
});
afterAll(() => rmSync(repository, { recursive: true }));

describe('findSuites', () => {
  it('gives each test of the machine’s own folder a machine, and the others one for their folder', () => {
    expect(findSuites(repository, [])).toEqual([
      { name: 'linux', files: ['packages/linux/test/a.test.ts', 'packages/linux/test/b.test.ts'] },
      { name: 'kernel', files: ['packages/kernel/test/a-host.integration.test.ts'] },
      { name: 'vm/capture', files: ['tooling/oracle/vm/capture.test.ts'] },
      { name: 'vm/flood', files: ['tooling/oracle/vm/flood.test.ts'] },
    ]);
  });

  it('starts no machine for what nobody has asked for', () => {
    expect(findSuites(repository, ['linux/test/a', 'vm/flood'])).toEqual([
      { name: 'linux', files: ['packages/linux/test/a.test.ts'] },
      { name: 'vm/flood', files: ['tooling/oracle/vm/flood.test.ts'] },
    ]);
    expect(findSuites(repository, ['no-such-test'])).toEqual([]);
    expect(findSuites(join(repository, 'tooling'), [])).toEqual([]);
  });
});
