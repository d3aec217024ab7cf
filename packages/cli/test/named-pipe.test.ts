import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, readlinkSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN } from '../src/demo/replay.ts';
import { lines, MAIN, nlmon, NODE_ARGS } from './run-command.ts';
import { ended, until } from './waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'nlmon-named-'));
const pipe = join(folder, 'pipe');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Whether a process has the pipe open. */
function hasOpen({ pid }: ChildProcess): boolean {
  const descriptors = `/proc/${String(pid)}/fd`;
  return readdirSync(descriptors).some((name) => {
    try {
      return readlinkSync(join(descriptors, name)) === pipe;
    } catch {
      // It was closed meanwhile.
      return false;
    }
  });
}

describe.runIf(process.platform === 'linux')('nlmon decode of a named pipe', () => {
  let whole: string[];

  beforeAll(async () => {
    spawnSync('mkfifo', [pipe]);
    whole = lines(await nlmon(['decode', GOLDEN, '--format', 'summary']));
  });

  it.each([['decoded', []], ['followed', ['--follow']]] as const)('waits for somebody who writes, and ends when nobody does: %s', async (_, options) => {
    const running = nlmon(['decode', pipe, '--format', 'summary', ...options]);
    createWriteStream(pipe).end(readFileSync(GOLDEN));
    const run = await running;
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(lines(run)).toEqual(whole);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('hears %s while nobody writes', async (signal) => {
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'decode', pipe], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until(() => hasOpen(child));
    child.kill(signal);
    expect(await ended(child)).toEqual({ code: 0, signal: null });
  });

  it('hears a signal between two packets, and shows what came before', async () => {
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'decode', pipe, '--format', 'summary'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const writer = createWriteStream(pipe);
    writer.write(readFileSync(GOLDEN));
    await until(() => said.split('\n').length > whole.length);
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 0, signal: null });
    expect(said.split('\n').slice(0, -1)).toEqual(whole);
    writer.destroy();
  });

  it('takes no more than is wanted', async () => {
    const running = nlmon(['decode', pipe, '--format', 'summary', '-c', '2']);
    const writer = createWriteStream(pipe);
    writer.on('error', () => undefined);
    writer.write(readFileSync(GOLDEN));
    expect(lines(await running)).toEqual(whole.slice(0, 2));
    writer.destroy();
  });
});
