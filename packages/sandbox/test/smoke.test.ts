import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { expect, it } from 'vitest';
import { Sandbox } from '../src/index.ts';

it('runs ip(8) on the embedded kernel', async () => {
  using kernel = new Kernel({ modules: [nlmon], trackLeaks: true });
  await using sandbox = await Sandbox.create(kernel);
  expect(await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon'])).toMatchObject({ code: 2, stderr: 'RTNETLINK answers: File exists\n' });
  expect((await sandbox.run('ip', ['-br', 'link'])).stdout).toMatch(/^lo .*\nnlmon0 /);
  expect(sandbox.statistics).toMatchObject({ held: 0, sockets: 0, processes: 0 });
});
