import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { program, unshareRefusal } from './rig.ts';

const EMFILE = -24;
const EFAULT = -14;

it('what cannot be looked at for want of descriptors is not taken for gone, or for something else', ({ skip }) => {
  const refusal = unshareRefusal();
  if (refusal !== undefined) skip(refusal);
  const command = ['ulimit -n 64; exec "$@"', 'sh', process.execPath, '--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning', program('no-descriptors.ts')];
  const { stdout, stderr } = spawnSync('sh', ['-c', ...command], { encoding: 'utf8', timeout: 100_000 });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    without: { namespace: 'EMFILE', read: EMFILE },
    kept: { namespace: 'another', read: EFAULT },
  });
});
