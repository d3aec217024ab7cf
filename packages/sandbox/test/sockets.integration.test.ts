import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { SandboxOptions, SandboxRemark } from '../src/index.ts';
import { support } from '../src/index.ts';
import { PYTHON, describePrograms, program, unshareRefusal, until, withSandbox } from './rig.ts';

/** The claims that do not hold, of those that a program prints. */
function broken(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line !== '' && line !== 'done' && !line.startsWith('ok '));
}

/** The kernel itself begins it anew there. */
const OLD = 'FAIL one with a time limit ends in any case';
const MODES: readonly (readonly [string, SandboxOptions])[] = [
  ['as this host can', {}],
  ['as Linux 5.9 to 5.13 can', { killable: false, atomicDescriptors: false }],
  ['with a few descriptors', { descriptors: { first: 580, end: 1000 } }],
  ['with every socket followed', { everySocket: true }],
];

describePrograms('sockets', () => {
  it.each(MODES)('are Linux\'s to a program, %s', async (_, options) => {
    await withSandbox(async (sandbox) => {
      const { stdout, stderr, code } = await sandbox.run(PYTHON, [program('sockets.py')]);
      const other = broken(stdout).filter((line) => options.killable !== false || !line.startsWith(OLD));
      expect({ broken: other, stderr, code }).toEqual({ broken: [], stderr: '', code: 0 });
      expect(stdout).toMatch(/done\n$/);
      // The end of a program and those of its sockets and calls are told separately.
      expect(await until(() => sandbox.statistics.sockets === 0 && sandbox.statistics.held === 0)).toBe(true);
      expect(sandbox.statistics).toMatchObject({ held: 0, sockets: 0, processes: 0 });
    }, options);
  });

  it('are what the host\'s kernel says they are', ({ skip }) => {
    const refusal = unshareRefusal();
    if (refusal !== undefined) skip(refusal);
    const native = spawnSync('unshare', ['-rn', PYTHON, program('sockets.py')], { env: { ...process.env, KIND: 'ifb' }, encoding: 'utf8' });
    if (native.stderr.includes('Operation not supported')) skip('the host has no ifb');
    expect({ broken: broken(native.stdout), stderr: native.stderr }).toEqual({ broken: [], stderr: '' });
  });

  it('give several messages at once as those of the host do', async () => {
    const overrun = /^(?:no )?overrun.*$/m;
    const native = spawnSync(PYTHON, [program('recvmmsg.py')], { encoding: 'utf8' });
    await withSandbox(async (sandbox) => {
      const { stdout, stderr } = await sandbox.run(PYTHON, [program('recvmmsg.py')]);
      expect({ stdout: stdout.replace(overrun, ''), stderr }).toEqual({ stdout: native.stdout.replace(overrun, ''), stderr: '' });
      // Programs are root here, whoever they are on the host.
      expect(stdout).toMatch(/^overrun ENOBUFS True$/m);
    });
  });

  it('may be passed and copied to any number where every socket is followed', async () => {
    await withSandbox(
      async (sandbox) => {
        expect(await sandbox.run(PYTHON, [program('passing.py')])).toMatchObject({ stdout: '[True, True]\n', stderr: '' });
      },
      { everySocket: true },
    );
  });

  it('may not be copied to any number where not, of which there is a remark', async () => {
    const remarks: SandboxRemark[] = [];
    await withSandbox(
      async (sandbox) => {
        const script = 'import os,socket\ns=socket.socket(16,3,0)\nfor n in 1<<30,3,3:\n  try: os.dup2(s.fileno(),n)\n  except OSError as e: print(e.errno)';
        expect(await sandbox.run(PYTHON, ['-c', script])).toMatchObject({ stdout: '9\n9\n9\n', stderr: '' });
      },
      { onRemark: (remark) => void remarks.push(remark) },
    );
    expect(remarks).toEqual([{ kind: 'copied', pid: expect.any(Number) as number, command: 'python3' }]);
  });

  it.each([1, 2, 3])('answer calls with arguments of all kinds, seed %i', async (seed) => {
    await withSandbox(async (sandbox) => {
      const { stdout, stderr } = await sandbox.run(PYTHON, [program('hostile.py'), String(seed), '3000']);
      expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^EIO 0 ENOSYS 0 answers \d\d\n$/), stderr: '' });
    });
  });

  it('do nothing twice in a storm of signals, and lose nothing', async ({ skip }) => {
    const { killable, reasons } = support();
    if (!killable) skip(reasons.join('; '));
    await withSandbox(async (sandbox) => {
      expect((await sandbox.run(PYTHON, [program('storm.py'), '400', '0.0003'])).stdout).toBe('signals 0 0 400\n');
    });
  });

  it('do hardly anything twice in a storm of signals, where any signal interrupts a call', async () => {
    await withSandbox(
      async (sandbox) => {
        const [signals, twice, lost, events] = (await sandbox.run(PYTHON, [program('storm.py'), '400', '0.0003'])).stdout.trim().split(' ');
        // From kernel/seccomp.c:seccomp_do_user_notification: an answer that comes while a signal already leads the thread away
        // is taken, and lost. Nobody is told, and it takes a signal within less than a microsecond.
        expect({ signals, events }).toEqual({ signals: 'signals', events: '400' });
        expect(Number(twice) + Number(lost)).toBeLessThanOrEqual(4);
      },
      { killable: false, atomicDescriptors: false },
    );
  });
});
