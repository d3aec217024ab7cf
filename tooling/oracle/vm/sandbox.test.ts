import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const YAMA = '/proc/sys/kernel/yama/ptrace_scope';
const GUEST = join(process.cwd(), 'packages/sandbox/test/vm/guest.mjs.mjs');
const PATIENCE = 900_000;

/** What does not hold, of what the program claims; and what it says of the host. */
async function claims(...args: readonly string[]): Promise<{ readonly head: string; readonly claims: number; readonly failed: readonly string[] }> {
  const stdout = await new Promise<string>((resolve) => {
    // What it exits with is told by what it says, and what it writes beside that is no claim.
    execFile(process.execPath, [GUEST, ...args], (_, said, errors) => resolve(said + errors.replace(/^(?=.)/gmu, 'FAIL ')));
  });
  const lines = stdout.split('\n');
  return { head: lines[0] ?? '', claims: lines.filter((line) => line.startsWith('ok')).length, failed: lines.filter((line) => line.startsWith('FAIL')) };
}

// Not 3: that cannot be taken back, and other tests run beside these. packages/sandbox/test/vm/guest.sh goes there.
describe('programs on the embedded kernel and traced ones, on the reference kernel', () => {
  it.each([
    ['1', 'root', [], 'available'],
    ['1', 'an ordinary user', ['--user', '65534'], 'available'],
    ['1', 'an ordinary user in a container', ['--user', '65534', '--container'], 'available'],
    ['0', 'an ordinary user', ['--user', '65534'], 'available'],
    ['2', 'root', [], 'available'],
    ['2', 'an ordinary user', ['--user', '65534'], 'refused'],
  ] as const)('Yama %s, %s', { timeout: PATIENCE }, async (scope, _, args, verdict) => {
    writeFileSync(YAMA, scope);
    const result = await claims(...args);
    expect(result.failed).toEqual([]);
    expect(result.head).toContain(`Yama ${scope}, ${args.length === 0 ? 'root' : 'user'}`);
    expect(result.head).toContain(`: ${verdict}`);
    expect(result.claims).toBeGreaterThan(verdict === 'refused' ? 1 : 10);
  });
});
