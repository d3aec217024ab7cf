import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { attach, CommandServer, isServed, Sandbox } from '../src/index.ts';
import { describePrograms, openDescriptors, until } from './rig.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-attach-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a command through a server; gives its exit code and what it wrote. */
async function ran(path: string, script: string): Promise<{ code: number | null; text: string }> {
  const file = join(folder, 'out');
  const [input, output] = [openSync('/dev/null', 'r'), openSync(file, 'w')];
  const command = attach(path, 'sh', ['-c', script], { stdio: [input, output, output], cwd: folder, env: { ...process.env, WORD: 'given' } });
  closeSync(input);
  closeSync(output);
  // CAST: the event's arguments.
  const [code] = (await once(command, 'exit')) as [number | null];
  return { code, text: readFileSync(file, 'utf8') };
}

describePrograms('CommandServer', () => {
  it('runs commands of other processes on one kernel, with their descriptors, folder and environment', async () => {
    using kernel = new Kernel({ modules: [nlmon] });
    await using sandbox = await Sandbox.create(kernel);
    const path = join(folder, 'socket');
    let idle = 0;
    using server = new CommandServer(sandbox, { path, onIdle: () => void idle++ });
    expect(await ran(path, 'ip link add tap0 type nlmon; pwd; echo $WORD; exit 3')).toEqual({ code: 3, text: `${folder}\ngiven\n` });
    expect((await ran(path, 'ip -br link show tap0')).text).toMatch(/^tap0 +DOWN/);
    expect([server.clients, idle]).toEqual([0, 2]);
    const before = openDescriptors();
    for (let i = 0; i < 5; i++) await ran(path, 'true');
    expect(await until(() => openDescriptors() <= before)).toBe(true);
    server[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
    expect(() => attach(path, 'true')).toThrow('ENOENT');
    expect(isServed(path)).toBe(false);
  });

  it('passes signals on, and tells how a command ended', async () => {
    using kernel = new Kernel();
    await using sandbox = await Sandbox.create(kernel);
    const path = join(folder, 'socket');
    using server = new CommandServer(sandbox, { path });
    const command = attach(path, 'sleep', ['30']);
    const ended = once(command, 'exit');
    await once(command, 'spawn');
    expect(command.kill('SIGINT')).toBe(true);
    expect(await ended).toEqual([null, 'SIGINT']);
    expect([command.kill(), server.clients]).toEqual([false, 0]);
  });

  it('tells why a command cannot be started', async () => {
    using kernel = new Kernel();
    await using sandbox = await Sandbox.create(kernel);
    const path = join(folder, 'socket');
    using server = new CommandServer(sandbox, { path });
    const [error] = await once(attach(path, 'nosuch-program'), 'error');
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(server.clients).toBe(0);
    expect(() => attach(path, 'true', ['x'.repeat(2 << 20)])).toThrow('E2BIG');
  });

  it('ends what runs when it is closed', async () => {
    using kernel = new Kernel();
    await using sandbox = await Sandbox.create(kernel);
    const path = join(folder, 'socket');
    const server = new CommandServer(sandbox, { path });
    const command = attach(path, 'sleep', ['30']);
    await once(command, 'spawn');
    const failed = once(command, 'error');
    server[Symbol.dispose]();
    expect((await failed)[0]).toMatchObject({ message: 'the sandbox has gone' });
  });

  it('refuses a path that is taken, or too long', async () => {
    using kernel = new Kernel();
    await using sandbox = await Sandbox.create(kernel);
    const path = join(folder, 'socket');
    using server = new CommandServer(sandbox, { path });
    expect([server.clients, isServed(path)]).toEqual([0, true]);
    expect(() => new CommandServer(sandbox, { path })).toThrow('EADDRINUSE');
    expect(() => new CommandServer(sandbox, { path: `/${'x'.repeat(108)}` })).toThrow(RangeError);
  });
});
