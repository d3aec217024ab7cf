import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReader } from '@netdevkit/capture';
import { support } from '@netdevkit/sandbox';
import { afterAll, describe, expect, it } from 'vitest';
import { lines, MAIN, nlmon, NODE_ARGS, type Run } from './run-command.ts';

const { available, reasons } = support();
const folder = mkdtempSync(join(tmpdir(), 'nlmon-run-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('nlmon run', () => {
  it.runIf(!available)('says why programs cannot be run here', async () => {
    expect((await nlmon(['run', 'true'])).stderr).toContain(reasons[0]);
  });
});

describe.runIf(available)('nlmon run', () => {
  it('runs a program on a kernel of its own, and shows what it says', async () => {
    const { code, stdout, stderr } = await nlmon(['run', '--format', 'summary', 'ip', 'link', 'add', 'nlmon0', 'type', 'nlmon']);
    expect([code, stdout.toString()]).toEqual([0, '']);
    expect(stderr).toMatch(/netlink request ROUTE RTM_NEWLINK REQUEST\|ACK\|EXCL\|CREATE seq \d+ len 60 ifname nlmon0 linkinfo \{kind nlmon\}\n/);
    expect(stderr).toMatch(/netlink answer {2}ROUTE NLMSG_ERROR CAPPED seq \d+ pid \d+ len 36 RTM_NEWLINK done\n$/);
  });

  it('keeps the kernel for all that a shell starts', async () => {
    const script = 'ip link add tap0 type nlmon && ip link set tap0 up && ip -br link show tap0';
    const { code, stdout, stderr } = await nlmon(['run', '-q', '--', 'sh', '-c', script]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^tap0 +UNKNOWN +<NOARP,UP,LOWER_UP>/);
  });

  it('has files that tell of its interfaces, unless it is told otherwise', async () => {
    const script = 'ip link add tap0 type nlmon; cat /proc/net/dev; ls /sys/class/net';
    const [own, host] = await Promise.all([[], ['--no-files']].map((more) => nlmon(['run', '-q', ...more, '--', 'sh', '-c', script])));
    expect(own?.stdout.toString()).toMatch(/^ *tap0: [\s\S]*\ntap0\n$/m);
    expect(host?.stdout.toString()).not.toContain('tap0');
  });

  it('says what a program is refused only here, and follows sockets to any number when it is told to', async () => {
    const script = 'import os,socket\ns=socket.socket(16,3,0)\ns.bind((0,0))\ntry: print(socket.socket(fileno=os.dup2(s.fileno(),9)).getsockname()==s.getsockname())\nexcept OSError as e: print(e.errno)';
    const [refused, followed] = await Promise.all([[], ['--every-socket']].map((more) => nlmon(['run', '-q', ...more, 'python3', '-c', script])));
    expect(refused?.stdout.toString()).toBe('9\n');
    expect(refused?.stderr).toMatch(/^nlmon: python3\S*\[\d+\]: may not copy a socket to a number of its choice \(EBADF\), which nlmon run --every-socket allows\n$/);
    expect([followed?.stdout.toString(), followed?.stderr]).toEqual(['True\n', '']);
  });

  it('has as many processors as the machine', async () => {
    const script = 'ip link add v0 type veth; ip -d link show v0';
    const cpus = String(availableParallelism());
    expect((await nlmon(['run', '-q', '--', 'sh', '-c', script])).stdout.toString()).toContain(`numtxqueues ${cpus} numrxqueues ${cpus} `);
  });

  it('leaves the options behind the program to it', async () => {
    expect((await nlmon(['run', '-q', 'ip', '-br', 'link'])).stdout.toString()).toMatch(/^lo +DOWN/);
  });

  it.each([
    ['exit 3', 3],
    ['kill -KILL $$', 137],
    ['ip link show nosuch', 1],
  ])('ends as the program does: %s', async (script, code) => {
    expect((await nlmon(['run', '-q', '--', 'sh', '-c', script])).code).toBe(code);
  });

  it.each([
    ['nosuch-program', 127, 'nlmon: run nosuch-program: no such file or directory (ENOENT)\n'],
    [folder, 126, `nlmon: run ${folder}: permission denied (EACCES)\n`],
  ])('ends as env(1) does when there is no program: %s', async (program, code, stderr) => {
    expect(await nlmon(['run', '-q', program])).toMatchObject({ code, stderr });
  });

  it('writes a capture instead, which has the words of the program nowhere', async () => {
    const { code, stdout, stderr } = await nlmon(['run', '-w', '-', 'ip', '-br', 'link', 'show', 'lo']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^lo +DOWN/)]);
    const seen: number[] = [];
    const reader = new CaptureReader({ packet: ({ length }) => void seen.push(length) });
    reader.feed(stdout);
    expect(reader.end().kind).toBe('complete');
    expect(seen.length).toBeGreaterThan(2);
  });

  it('records in one file', async () => {
    const { code, stderr } = await nlmon(['run', '--record', 'a.pcapng', '-w', 'b.pcapng', 'true']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("'--record <FILE>' cannot be used with option '-w, --write <FILE>'") });
  });

  it('runs it in a namespace', async () => {
    const file = join(folder, 'blue.pcapng');
    const { code, stderr } = await nlmon(['run', '--netns', 'blue', '--format', 'json', '-w', file, 'ip', 'link', 'set', 'lo', 'up']);
    expect(code).toBe(0);
    // CAST: JSON.parse does not know.
    const places = stderr.trim().split('\n').map((line) => (JSON.parse(line) as { readonly interface: string }).interface);
    expect(new Set(places)).toEqual(new Set(['blue']));
    expect(readFileSync(file).includes('blue')).toBe(true);
  });

  it('loads drivers at once that are named', async () => {
    expect(await nlmon(['run', '-q', '--driver', '@netdevkit/nlmon', 'true'])).toMatchObject({ code: 0, stderr: '' });
    expect(await nlmon(['run', '--driver', 'nosuch-driver', 'true'])).toMatchObject({ code: 1, stderr: 'nlmon: --driver nosuch-driver: no such package is installed here\n' });
    expect((await nlmon(['run', '--driver', 'commander', 'true'])).stderr).toContain('is not what defineModule');
  });

  it('makes go wrong what it is told to', async () => {
    const busy = await nlmon(['run', '-q', '--fault', 'error:RTM_NEWLINK=EBUSY:text=Come back later.,nth=2', '--', 'ip', 'link', 'set', 'lo', 'up']);
    expect(busy).toMatchObject({ code: 2, stderr: 'Error: Come back later.\n' });
    const interrupted = await nlmon(['run', '-q', '--fault', 'dump-intr', 'ip', 'link']);
    expect(interrupted.stderr).toBe('Dump was interrupted and may be inconsistent.\n');
    const late = await nlmon(['run', '-q', '--fault', 'delay=300ms', '--', 'sh', '-c', 'date +%s%N; ip link show lo >/dev/null; date +%s%N']);
    const [before = 0, after = 0] = lines(late).map(Number);
    expect(after - before).toBeGreaterThan(300e6);
    expect(await nlmon(['run', '--fault', 'error:RTM_NEWLINK', 'true'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^nlmon: --fault error:RTM_NEWLINK: .*\n$/) as string });
  });

  it('keeps a kernel for later commands, until the last has ended', async () => {
    const env = { XDG_RUNTIME_DIR: folder };
    const first = nlmon(['run', '-q', '--keep', '--session', 'mine', '--', 'sh', '-c', `echo $$ >${folder}/shell; ip link add tap0 type nlmon; while [ ! -e ${folder}/enough ]; do sleep 0.1; done`], { env });
    const attached = async (...command: string[]): Promise<Run> => nlmon(['run', '--attach', '--session', 'mine', '--', ...command], { env });
    let seen = await attached('ip', '-br', 'link', 'show', 'tap0');
    for (const end = performance.now() + 60_000; seen.code !== 0 && performance.now() < end; ) seen = await attached('ip', '-br', 'link', 'show', 'tap0');
    expect(seen.stdout.toString()).toMatch(/^tap0 +DOWN/);
    expect((await nlmon(['run', '--keep', '--session', 'mine', 'true'], { env })).stderr).toContain('there is a session mine already');
    // The first command ends meanwhile; its kernel stays for this one.
    const last = await attached('sh', '-c', `touch ${folder}/enough; while [ -e /proc/$(cat ${folder}/shell) ]; do sleep 0.1; done; ip -br link show tap0; exit 5`);
    expect([last.code, last.stdout.toString()]).toEqual([5, expect.stringMatching(/^tap0/)]);
    expect(await first).toMatchObject({ code: 0, stderr: '' });
    expect(await attached('true')).toMatchObject({ code: 1, stderr: 'nlmon: there is no session mine: nlmon run --keep starts one\n' });
  });

  it('refuses what --attach has no use for', async () => {
    for (const [option, ...value] of [['--keep'], ['-w', 'x.pcapng'], ['--fault', 'drop'], ['--no-files']]) {
      const { code, stderr } = await nlmon(['run', '--attach', option ?? '', ...value, 'true'], { cwd: folder });
      expect([code, stderr]).toEqual([2, expect.stringMatching(`^nlmon: option '--attach' cannot be used with option '.*${option ?? ''}\\b.*'\n$`)]);
    }
  });

  it.each([
    ['that is empty', '', 0, ''],
    ['that is no path', 'somewhere', 0, ''],
    ['that there is not', '/nonexistent', 1, 'nlmon: make /nonexistent/nlmon-UID: no such file or directory (ENOENT)\n'],
    ['where nothing can be made', '/proc/nonexistent', 1, 'nlmon: make /proc/nonexistent/nlmon-UID: no such file or directory (ENOENT)\n'],
    ['that is too long', join(folder, 'long'.repeat(20)), 1, expect.stringMatching(/^nlmon: \S+: a socket's path has 107 octets at most; XDG_RUNTIME_DIR says where it is\n$/)],
    ['in which others may be', join(folder, 'open'), 1, `nlmon: ${join(folder, 'open', 'nlmon-UID')}: it is no folder, or belongs to somebody else, or others may enter it\n`],
    ['in which a link stands', join(folder, 'linked'), 1, `nlmon: ${join(folder, 'linked', 'nlmon-UID')}: it is no folder, or belongs to somebody else, or others may enter it\n`],
  ] as const)('keeps no session in an XDG_RUNTIME_DIR %s', async (_, runtime, code, message) => {
    const own = `nlmon-${String(process.getuid?.())}`;
    mkdirSync(join(folder, 'long'.repeat(20)), { recursive: true });
    mkdirSync(join(folder, 'open', own), { recursive: true });
    chmodSync(join(folder, 'open', own), 0o755);
    mkdirSync(join(folder, 'linked'), { recursive: true });
    if (!existsSync(join(folder, 'linked', own))) symlinkSync(mkdtempSync(join(folder, 'elsewhere-')), join(folder, 'linked', own));
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const run = await nlmon(['run', '-q', '--keep', 'true'], { cwd: temporary, env: { XDG_RUNTIME_DIR: runtime, TMPDIR: temporary } });
    expect({ code: run.code, stderr: run.stderr.replace(own, 'nlmon-UID') }).toEqual({ code, stderr: message });
    // It is where temporary files are, or nowhere.
    expect(readdirSync(temporary)).toEqual(code === 0 ? [own] : []);
  });

  it('needs a program', async () => {
    expect(await nlmon(['run'])).toMatchObject({ code: 2, stderr: expect.stringContaining('COMMAND') as string });
  });

  it('leaves interruptions to the program, and passes other signals on', async () => {
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, 'run', '-q', '--', 'sh', '-c', 'trap "echo told; exit 5" TERM; echo ready; while :; do sleep 0.05; done'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said === 'ready\n') {
        child.kill('SIGINT');
        child.kill('SIGTERM');
      }
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([5, 'ready\ntold\n']);
  });

  it('prints nothing of what it was not asked for', async () => {
    expect(lines(await nlmon(['run', '-q', 'echo', 'words']))).toEqual(['words']);
  });
});
