import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Kernel } from '@netdevkit/kernel';
import { Sandbox, type SandboxRemark } from '../src/index.ts';
import { CAP_SYS_ADMIN, CAP_SYS_PTRACE, hasCapability } from '../src/process-info.ts';
import { PYTHON, children, describePrograms, hasHostCapability, openDescriptors, pidOf, program, status, until, withSandbox, zombies } from './rig.ts';

const CAP_SYS_RESOURCE = 24;

afterEach(async () => {
  // What was adopted is waited for a moment later.
  expect(await until(() => zombies().length === 0)).toBe(true);
});

describePrograms('Sandbox', () => {
  it('gives a program its descriptors, its environment and its directory', async () => {
    await withSandbox(async (sandbox) => {
      const script = 'cat; echo "$WORD" "$PWD" >&2; exit 7';
      const result = await sandbox.run('sh', ['-c', script], { input: 'told', cwd: '/', env: { ...process.env, WORD: 'kept' } });
      expect(result).toEqual({ code: 7, signal: null, stdout: 'told', stderr: 'kept /\n' });
    });
  });

  it('lets programs gain privileges where this process may look at them then, and nowhere else', async () => {
    const own = process.getuid?.() ?? 0;
    const file = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'id');
    chmodSync(dirname(file), 0o755);
    copyFileSync('/usr/bin/id', file);
    try {
      if (own === 0) chownSync(file, 65_534, 65_534);
    } catch {
      // In this user namespace nobody has no number: the file stays root's, and nothing is gained by it.
    }
    chmodSync(file, 0o4755);
    const promises = /^NoNewPrivs:\t1$/m.test(readFileSync('/proc/self/status', 'latin1'));
    const isFree = hasCapability(CAP_SYS_ADMIN) && hasCapability(CAP_SYS_PTRACE) && !promises;
    await withSandbox(async (sandbox) => {
      // As outside: where the file system allows it, the owner of the file.
      const outside = spawnSync(file, ['-u'], { encoding: 'utf8' }).stdout;
      expect((await sandbox.run(file, ['-u'])).stdout).toBe(isFree ? outside : `${String(own)}\n`);
      expect((await sandbox.run('grep', ['NoNewPrivs', '/proc/self/status'])).stdout).toBe(`NoNewPrivs:\t${isFree ? '0' : '1'}\n`);
    });
  });

  it('says what it cannot start', async () => {
    await withSandbox(async (sandbox) => {
      await expect(sandbox.run('/nowhere/to/be/found')).rejects.toMatchObject({ code: 'ENOENT', path: '/nowhere/to/be/found' });
      await expect(sandbox.run('true', [], { cwd: '/nowhere' })).rejects.toMatchObject({ code: 'ENOENT' });
      expect(() => sandbox.spawn('true', [], { stdio: [{ fd: undefined } as never] })).toThrow(TypeError);
      expect(sandbox.statistics.processes).toBe(0);
    });
  });

  it('refuses descriptors that are no range, or Node\'s own', async () => {
    using kernel = new Kernel();
    for (const descriptors of [{ first: 3, end: 1024 }, { first: 512, end: 512 }, { first: 64.5, end: 100 }, { first: NaN, end: 1024 }]) {
      await expect(Sandbox.create(kernel, { descriptors })).rejects.toThrow(RangeError);
    }
  });

  it('kills a program that waits', async () => {
    await withSandbox(async (sandbox) => {
      const monitor = sandbox.spawn('ip', ['monitor', 'link']);
      expect(await until(() => sandbox.statistics.held === 1)).toBe(true);
      expect(monitor.kill('SIGKILL')).toBe(true);
      expect(await once(monitor, 'close')).toEqual([null, 'SIGKILL']);
      expect(await until(() => sandbox.statistics.held === 0 && sandbox.statistics.sockets === 0)).toBe(true);
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends a program that waits with %s', async (name) => {
    await withSandbox(async (sandbox) => {
      const monitor = sandbox.spawn('ip', ['monitor', 'link']);
      expect(await until(() => sandbox.statistics.held === 1)).toBe(true);
      monitor.kill(name);
      expect(await once(monitor, 'close')).toEqual([null, name]);
    });
  });

  it('lets a program that waits stop and go on', async () => {
    await withSandbox(async (sandbox) => {
      const monitor = sandbox.spawn('ip', ['monitor', 'link']);
      let seen = '';
      monitor.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      expect(await until(() => sandbox.statistics.held === 1)).toBe(true);
      const pid = await pidOf(monitor);
      // Not SIGTSTP, which stops nothing where the group of these processes is an orphan, as a daemon's is.
      monitor.kill('SIGSTOP');
      expect(await until(() => /^State:\tT/m.test(status(String(pid))))).toBe(true);
      await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
      expect(seen).toBe('');
      monitor.kill('SIGCONT');
      expect(await until(() => seen.includes('nlmon0'))).toBe(true);
      monitor.kill();
      await once(monitor, 'close');
    });
  });

  it('sends a signal to a program that has yet to start, and aborts one', async () => {
    await withSandbox(async (sandbox) => {
      const early = sandbox.spawn('sleep', ['60']);
      expect(early.pid).toBeUndefined();
      early.kill();
      expect(await once(early, 'exit')).toEqual([null, 'SIGTERM']);
      expect(early).toMatchObject({ killed: true, exitCode: null, signalCode: 'SIGTERM' });
      expect(early.kill()).toBe(false);
      const controller = new AbortController();
      const aborted = sandbox.spawn('sleep', ['60'], { signal: controller.signal });
      await once(aborted, 'spawn');
      controller.abort();
      expect(await once(aborted, 'exit')).toEqual([null, 'SIGKILL']);
    });
  });

  it('kills what runs when it is closed, and starts nothing more', async () => {
    using kernel = new Kernel();
    const sandbox = await Sandbox.create(kernel);
    const monitor = sandbox.spawn('ip', ['monitor', 'link']);
    const exit = once(monitor, 'exit');
    await once(monitor, 'spawn');
    await sandbox.close();
    await sandbox.close();
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(() => sandbox.spawn('true')).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('has programs wait while it is paused, and be interrupted', async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.run('true');
      sandbox.pause();
      const waits = sandbox.run('ip', ['-br', 'link', 'show', 'lo']);
      const interrupted = sandbox.spawn('ip', ['monitor'], { stdio: 'ignore' });
      await once(interrupted, 'spawn');
      const end = once(interrupted, 'exit');
      const early = await Promise.race([waits, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))]);
      expect(early).toBe('waits');
      interrupted.kill('SIGTERM');
      expect(await end).toEqual([null, 'SIGTERM']);
      expect(sandbox.statistics.sockets).toBe(0);
      sandbox.resume();
      expect((await waits).stdout).toMatch(/^lo /);
      // It can be closed meanwhile.
      sandbox.pause();
    });
  });

  it('serves programs of several namespaces, which do not see each other', async () => {
    await withSandbox(async (sandbox, kernel) => {
      const blue = kernel.createNamespace('blue');
      await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
      await sandbox.run('ip', ['link', 'add', 'nlmon9', 'type', 'nlmon'], { netns: blue });
      const [here, there] = await Promise.all([
        sandbox.run('ip', ['-o', '-br', 'link']),
        sandbox.run('ip', ['-o', '-br', 'link'], { netns: blue }),
      ]);
      expect(here.stdout.match(/^\w+/gm)).toEqual(['lo', 'nlmon0']);
      expect(there.stdout.match(/^\w+/gm)).toEqual(['lo', 'nlmon9']);
    });
  });

  it('serves programs and this process from one kernel', async () => {
    await withSandbox(async (sandbox, kernel) => {
      const monitor = sandbox.spawn('ip', ['-o', 'monitor', 'link']);
      let seen = '';
      monitor.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      expect(await until(() => sandbox.statistics.held === 1)).toBe(true);
      const request = new Uint8Array(40);
      kernel.initialNamespace.ioctl(0x8914, Object.assign(request, { 0: 0x6c, 1: 0x6f, 16: 1 }));
      expect(await until(() => /lo: <.*UP/.test(seen))).toBe(true);
      monitor.kill();
      await once(monitor, 'close');
    });
  });

  it('tells a program that has no room for its sockets, and may get none, so', async () => {
    const remarks: SandboxRemark[] = [];
    await withSandbox(
      async (sandbox) => {
        const { stdout, stderr } = await sandbox.run('sh', ['-c', 'ulimit -n 256; ip -br link; exec ip -br link']);
        if (hasHostCapability(CAP_SYS_RESOURCE)) expect({ links: stdout.match(/^\w+/gm), stderr }).toEqual({ links: ['lo', 'lo'], stderr: '' });
        else expect(stderr).toMatch(/Too many open files/);
      },
      { onRemark: (remark) => void remarks.push(remark) },
    );
    // Once for each program.
    const refused = { kind: 'no-room', command: 'ip' };
    expect(remarks).toMatchObject(hasHostCapability(CAP_SYS_RESOURCE) ? [] : [refused, refused]);
  });

  it('finds room for sockets beyond a limit that may be raised, and leaves the limit as it was', async () => {
    await withSandbox(async (sandbox) => {
      const script = [
        'import os, resource as r, socket',
        'own, most = r.getrlimit(r.RLIMIT_NOFILE)',
        'r.setrlimit(r.RLIMIT_NOFILE, (20, most))',
        's = socket.socket(16, 3, 0); s.bind((0, 0))',
        'print(s.getsockname()[0] == os.getpid(), socket.socket(fileno=s.fileno()).dup().fileno() > 500, r.getrlimit(r.RLIMIT_NOFILE) == (20, most))',
        'try:',
        '    while True: os.open("/dev/null", 0)',
        'except OSError as e: print(e.errno)',
        'try: socket.socket(16, 3, 0)',
        'except OSError as e: print(e.errno)',
      ].join('\n');
      expect(await sandbox.run(PYTHON, ['-c', script])).toMatchObject({ stdout: 'True True True\n24\n24\n', stderr: '' });
    });
  });

  it('runs several hundred programs at once, with 700 descriptors open, and leaves nothing behind', async () => {
    const files = Array.from({ length: 700 }, () => openSync('/dev/null', 'r'));
    try {
      await withSandbox(async (sandbox) => {
        // What Node opens once and keeps.
        await sandbox.run('ip', ['link']);
        const before = openDescriptors();
        let left = 300;
        const wrong: unknown[] = [];
        const lane = async (): Promise<void> => {
          while (left-- > 0) {
            const result = await sandbox.run('ip', ['link', 'show', 'lo']);
            if (result.code !== 0 || result.stderr !== '' || !result.stdout.startsWith('1: lo')) wrong.push(result);
          }
        };
        await Promise.all(Array.from({ length: 40 }, lane));
        expect(wrong).toEqual([]);
        expect(await until(() => sandbox.statistics.sockets === 0 && openDescriptors() <= before)).toBe(true);
      });
    } finally {
      for (const file of files) closeSync(file);
    }
  });

  it('tells a program when this process has no descriptors left, and goes on when it has', async () => {
    await withSandbox(async (sandbox) => {
      const script = [
        'import errno, resource, socket, sys',
        'print("ready", flush=True)',
        'for line in sys.stdin:',
        '    try: socket.socket(16, 3, 0).close(); print("made", flush=True)',
        '    except OSError as error: print(errno.errorcode[error.errno], flush=True)',
      ].join('\n');
      const child = sandbox.spawn(PYTHON, ['-c', script]);
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      expect(await until(() => said === 'ready\n')).toBe(true);
      const limit = readFileSync('/proc/self/limits', 'latin1').match(/^Max open files\s+(\d+)/m)?.[1];
      const setLimit = (value: number | string): number | null => spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${String(value)}:`]).status;
      // Enough for starting prlimit again, once those that take them all are closed.
      expect(setLimit(openDescriptors() + 64)).toBe(0);
      const files: number[] = [];
      try {
        for (;;) files.push(openSync('/dev/null', 'r'));
      } catch {
        // Now there are none.
      }
      child.stdin?.write('\n');
      const refused = await until(() => said !== 'ready\n');
      for (const file of files) closeSync(file);
      expect(setLimit(limit ?? 1024)).toBe(0);
      expect({ refused, said }).toEqual({ refused: true, said: 'ready\nEMFILE\n' });
      child.stdin?.end('\n');
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(said).toBe('ready\nEMFILE\nmade\n');
    });
  });

  it('adopts programs that outlive their parents, and waits for them', async () => {
    await withSandbox(
      async (sandbox) => {
        const file = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'end');
        const daemon = `sleep 0.1; ip -br link show lo > ${file}.part; grep PPid /proc/self/status >> ${file}.part; mv ${file}.part ${file}`;
        await sandbox.run('sh', ['-c', `setsid sh -c '${daemon}' < /dev/null > /dev/null 2>&1 &`]);
        expect(await until(() => existsSync(file))).toBe(true);
        expect(readFileSync(file, 'utf8')).toMatch(/^lo /);
        expect(await until(() => zombies().length === 0)).toBe(true);
      },
      { adoptOrphans: true },
    );
  });

  it('waits for what it adopted when it has been closed, and adopts for others meanwhile', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const daemon = (name: string): [string, string[]] => {
      const script = `while [ ! -e ${directory}/go ]; do sleep 0.05; done; grep PPid /proc/self/status; echo $$ > ${directory}/${name}`;
      return ['sh', ['-c', `setsid sh -c '${script}' < /dev/null > /dev/null 2>&1 & echo $!`]];
    };
    await withSandbox(
      async (other) => {
        let first = '';
        await withSandbox(async (sandbox) => void (first = (await sandbox.run(...daemon('first'))).stdout.trim()), { adoptOrphans: true });
        const second = (await other.run(...daemon('second'))).stdout.trim();
        const parents = (): (string | undefined)[] =>
          [first, second].map((pid) => readFileSync(`/proc/${pid}/status`, 'latin1').match(/^PPid:\t(\d+)/m)?.[1]);
        expect(parents()).toEqual([String(process.pid), String(process.pid)]);
        writeFileSync(join(directory, 'go'), '');
        expect(await until(() => !existsSync(`/proc/${first}`) && !existsSync(`/proc/${second}`))).toBe(true);
      },
      { adoptOrphans: true },
    );
  });

  it('leaves the ends of its programs to whom they are told, who may be late', async () => {
    await withSandbox(
      async (sandbox) => {
        const ends = sandbox.spawn('sh', ['-c', 'echo ready; read end; exit 3']);
        const exit = once(ends, 'exit');
        if (ends.stdout !== null) await once(ends.stdout, 'data');
        const pid = await pidOf(ends);
        sandbox.pause();
        // What opens files cannot start, and as long as it does not, the thread that starts programs hears of none that ends.
        const before = children();
        const late = once(sandbox.spawn('true', [], { stdio: 'ignore' }), 'exit');
        expect(await until(() => children().some((child) => !before.includes(child)))).toBe(true);
        ends.stdin?.end();
        expect(await until(() => !/^State:\t[^Z]/m.test(status(String(pid))))).toBe(true);
        // As long as eight looks for orphans take.
        await new Promise((resolve) => setTimeout(resolve, 2000));
        sandbox.resume();
        expect([await exit, await late]).toEqual([[3, null], [0, null]]);
      },
      { files: true, adoptOrphans: true },
    );
  });

  it('leaves programs an error when its process is killed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'end');
    const supervisor = spawn(process.execPath, ['--conditions=@netdevkit/source', program('supervisor.ts'), PYTHON, program('orphan.py'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(supervisor.stdout, 'data');
    supervisor.kill('SIGKILL');
    await once(supervisor, 'exit');
    expect(await until(() => existsSync(file))).toBe(true);
    // One call was under way, the other came later.
    expect(readFileSync(file, 'utf8')).toBe('ENOSYS ENOSYS\n');
  });

  it.each([
    ['as this host can', {}],
    ['as Linux 5.9 to 5.13 can', { killable: false, atomicDescriptors: false }],
  ])('leaves nothing behind of programs, their children and threads, whatever call they are killed in, %s', async (_, options) => {
    await withSandbox(async (sandbox) => {
      await sandbox.run('ip', ['link']);
      const before = openDescriptors();
      for (let round = 0; round < 10; round++) {
        const child = sandbox.spawn(PYTHON, [program('busy.py')], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
        let said = '';
        child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
        expect(await until(() => said === 'busy busy busy ')).toBe(true);
        const pid = await pidOf(child);
        const calls = sandbox.statistics.calls;
        expect(await until(() => sandbox.statistics.calls > calls + 20)).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, round));
        const exit = once(child, 'exit');
        process.kill(-pid, 'SIGKILL');
        expect(await exit).toEqual([null, 'SIGKILL']);
      }
      expect(await until(() => sandbox.statistics.sockets === 0 && sandbox.statistics.held === 0)).toBe(true);
      expect(await until(() => openDescriptors() <= before)).toBe(true);
      expect((await sandbox.run('ip', ['-br', 'link'])).stdout).toMatch(/^lo /);
    }, options);
  });

  it('leaves nothing behind of programs that were killed while they waited', async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.run('ip', ['link']);
      const before = openDescriptors();
      const monitors = Array.from({ length: 20 }, () => sandbox.spawn('ip', ['monitor', 'link'], { stdio: 'ignore' }));
      expect(await until(() => sandbox.statistics.held === 20)).toBe(true);
      const exits = monitors.map((monitor) => once(monitor, 'exit'));
      for (const monitor of monitors) monitor.kill('SIGKILL');
      await Promise.all(exits);
      expect(await until(() => sandbox.statistics.sockets === 0 && sandbox.statistics.held === 0)).toBe(true);
      expect(await until(() => openDescriptors() <= before)).toBe(true);
    });
  });
});
