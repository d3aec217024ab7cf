import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
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
