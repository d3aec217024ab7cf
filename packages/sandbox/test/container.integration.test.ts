import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { ContainerRuntime } from './container-runtime.ts';
import { PYTHON, describePrograms, program } from './rig.ts';

const CONDITIONS = ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning'];

describePrograms.each(['docker', 'docker-20'])('under a filter as of a container, %s, as an ordinary user', (profile) => {
  const inContainer = (...command: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [...CONDITIONS, program('container.ts'), profile, '65534', ...command], { encoding: 'utf8', cwd: '/' });

  it('ip makes links', () => {
    expect(inContainer('sh', '-c', 'ip link add nlmon0 type nlmon && ip -br link')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^lo .*\nnlmon0 /),
      stderr: '',
    });
  });

  it('namespaces of the host are out of reach, as they are in such a container', () => {
    const { status, stderr } = inContainer('unshare', '-rn', 'true');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/Operation not permitted/);
  });

  it('sockets are Linux\'s', () => {
    const { stdout, stderr } = inContainer(PYTHON, program('sockets.py'));
    expect({ broken: stdout.split('\n').filter((line) => line.startsWith('FAIL')), stderr }).toEqual({ broken: [], stderr: '' });
    expect(stdout).toMatch(/done\n$/);
  });
});

const GUEST = program('../vm/guest.mjs');

// Either fails where it starts containers and what is claimed does not hold in them.
describe.each(['docker', 'podman'])('in a container of %s, as it makes them', (name) => {
  const runtime = ContainerRuntime.open(name);
  if (typeof runtime === 'string') {
    it('is not tested here', ({ skip }) => {
      skip(runtime);
    });
    return;
  }
  afterAll(() => {
    runtime[Symbol.dispose]();
  });

  it.each([
    ['root', []],
    ['a user without any rights', ['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only', '--tmpfs', '/tmp']],
  ])('the sandbox, the tracer and the command do as they say: %s', { timeout: 400_000 }, (_, options) => {
    const { status, stdout, stderr } = runtime.run(options, process.execPath, ...CONDITIONS, GUEST, '--command');
    expect({ broken: stdout.split('\n').filter((line) => line.startsWith('FAIL')), stderr }).toEqual({ broken: [], stderr: '' });
    expect(stdout).toMatch(/: available/);
    expect(status).toBe(0);
  });
});
