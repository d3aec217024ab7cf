// In a virtual machine, or anywhere: what the sandbox, the tracer and the command do on this kernel, for this user, under this
// setting of Yama. Prints what support() says and a line for each claim; `node guest.mjs [--container] [--command] [--user UID]`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kernel } from '@netdevkit/kernel';
import { Libc } from '@netdevkit/libc/unsafe';
import nlmon from '@netdevkit/nlmon';
import { Sandbox, Tracer, support } from '@netdevkit/sandbox';

// In a folder that payload.mjs made, or in this repository.
const IS_PAYLOAD = existsSync(beside('storm.py'));
const STORM = beside(IS_PAYLOAD ? 'storm.py' : '../programs/storm.py');
// Sources are run against sources.
const NLMON = IS_PAYLOAD ? [beside('node_modules/netdevkit/dist/bin/main.js')] : [...process.execArgv, beside(`../../../cli/${process.execArgv.length > 0 ? 'src/main.ts' : 'dist/bin/main.js'}`)];
const { values } = parseArgs({
  options: { container: { type: 'boolean', default: false }, command: { type: 'boolean', default: false }, user: { type: 'string', default: '0' } },
});
if (process.getuid() === 0 && values.user !== '0') {
  process.setgroups([]);
  process.setgid(Number(values.user));
  process.setuid(Number(values.user));
}
process.chdir('/tmp');
const EBADF = 9;
const libc = Libc.open();
if (values.container) enterContainer();

const said = support();
const facts = [said.ptraceScope === undefined ? 'no Yama' : `Yama ${said.ptraceScope}`, process.getuid() === 0 ? 'root' : 'user'];
// A filter such as a container's may refuse these.
const refuses = { memory: refusesMemory(), descriptors: libc.syscall(438, -1, 0, 0) !== -EBADF };
if (refuses.memory) facts.push('no process_vm_readv');
if (refuses.descriptors) facts.push('no pidfd_getfd');
console.log(`== Linux ${release()} ${process.arch}, ${facts.join(', ')}: ${said.available ? 'available' : 'refused'}${said.killable ? ', killable' : ''}${said.reasons.map((reason) => `\n   ${reason}`).join('')}`);

let failed = 0;
/** Tries a claim, for five minutes at most: machines that are emulated take their time. */
async function claim(name, run) {
  const begin = performance.now();
  let outcome = 'ok  ';
  let why = '';
  try {
    await Promise.race([run(), sleep(300_000, undefined, { ref: false }).then(() => expect(false, 'no end within five minutes'))]);
  } catch (error) {
    failed++;
    outcome = 'FAIL';
    why = `: ${error instanceof Error ? error.message : JSON.stringify(error)}`;
  }
  console.log(`${outcome} ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)${why}`);
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

async function until(condition) {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(20)) if (condition()) return;
  throw new Error(`not within a minute: ${String(condition)}`);
}

await claim('children are readable as support() says', async () => {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    const stack = () => /^([0-9a-f]+)-[0-9a-f]+ .*\[stack\]$/m.exec(readFileSync(`/proc/${child.pid}/maps`, 'latin1'))?.[1];
    await until(() => { try { return readFileSync(`/proc/${child.pid}/comm`, 'latin1') === 'sleep\n' && stack() !== undefined; } catch { return false; } });
    if (refuses.memory) {
      closeSync(openSync(`/proc/${child.pid}/mem`, 'r+'));
      return;
    }
    // The first page of a stack's mapping is there only once it was touched; EPERM says no, whatever is there.
    const result = readMemory(child.pid, parseInt(stack(), 16));
    expect((result !== -1) === said.available, `process_vm_readv says ${result}`);
  } finally {
    child.kill('SIGKILL');
  }
});

if (said.available) {
  await embedded('as this kernel can', {});
  await embedded('as kernels before 5.14 and 5.19 can', { killable: false, atomicDescriptors: false });
  await traced();
} else {
  await claim('a sandbox is refused with the reason', async () => {
    using kernel = new Kernel();
    const error = await Sandbox.create(kernel).then(() => undefined, (reason) => reason);
    expect(error?.code === 'ENOSYS' && said.reasons.every((reason) => error.message.includes(reason)), String(error));
  });
}
if (values.command) await commands();
process.exitCode = failed === 0 ? 0 : 1;

async function embedded(way, options) {
  using kernel = new Kernel({ modules: [nlmon], trackLeaks: true });
  const sandbox = await Sandbox.create(kernel, options);
  await claim(`ip makes, shows and refuses links, ${way}`, async () => {
    const made = await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
    const shown = await sandbox.run('ip', ['-br', 'link']);
    const again = await sandbox.run('ip', ['link', 'add', 'nlmon0', 'type', 'nlmon']);
    expect(made.code === 0 && /^lo .*\nnlmon0 /.test(shown.stdout) && again.code === 2 && again.stderr === 'RTNETLINK answers: File exists\n', JSON.stringify({ made, shown, again }));
  });
  await claim(`static busybox, ${way}`, async () => {
    const { code, stdout, stderr } = await sandbox.run('busybox', ['ip', 'link', 'show', 'nlmon0']);
    expect(code === 0 && /nlmon0/.test(stdout), stdout + stderr);
  });
  await claim(`a program that waits is told events, and ended by SIGINT, ${way}`, async () => {
    const monitor = sandbox.spawn('ip', ['monitor', 'link'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let seen = '';
    monitor.stdout.on('data', (chunk) => (seen += chunk));
    await until(() => sandbox.statistics.held === 1);
    await sandbox.run('ip', ['link', 'set', 'lo', 'up']);
    await until(() => /lo: <.*UP/.test(seen));
    monitor.kill('SIGINT');
    const [, signal] = await once(monitor, 'exit');
    expect(signal === 'SIGINT', String(signal));
  });
  await claim(`a daemon keeps its sockets, ${way}`, async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'guest-')), 'said');
    await sandbox.run('sh', ['-c', `setsid sh -c 'sleep 0.3; ip -br link show lo > ${file}.part 2>&1; mv ${file}.part ${file}' < /dev/null > /dev/null 2>&1 &`]);
    await until(() => existsSync(file));
    expect(/^lo /.test(readFileSync(file, 'utf8')), readFileSync(file, 'utf8'));
  });
  await claim(`SIGKILL leaves nothing behind, ${way}`, async () => {
    const before = readdirSync('/proc/self/fd').length;
    const monitors = Array.from({ length: 5 }, () => sandbox.spawn('ip', ['monitor', 'link'], { stdio: 'ignore' }));
    await until(() => sandbox.statistics.held === 5);
    const ends = monitors.map((monitor) => once(monitor, 'exit'));
    for (const monitor of monitors) monitor.kill('SIGKILL');
    await Promise.all(ends);
    await until(() => sandbox.statistics.sockets === 0 && sandbox.statistics.held === 0 && readdirSync('/proc/self/fd').length <= before);
  });
  if (process.getuid() === 0) {
    await claim(`a program of another user, if such may be looked at, ${way}`, async () => {
      const capability = (BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]}`) >> 19n) & 1n;
      const nobody = { uid: 65534, gid: 65534 };
      const answer = await (async () => sandbox.run('ip', ['-br', 'link', 'show', 'lo'], nobody))().then(({ stdout }) => stdout, ({ code }) => code);
      expect(capability === 1n ? /^lo /.test(answer) : answer === 'EPERM', String(answer));
    });
  }
  // Where any signal interrupts a call, an emulated machine would take longer to answer than from one signal to the next.
  if (options.killable !== false && spawnSync('python3', ['-c', '']).status === 0) {
    await claim(`a storm of signals repeats nothing, ${way}`, async () => {
      const { stdout, stderr } = await sandbox.run('python3', [STORM, '60', '0.0003']);
      expect(stdout === 'signals 0 0 60\n', stdout + stderr);
    });
  }
  await sandbox.close();
}

async function traced() {
  const seen = [];
  const remarks = [];
  const tracer = await Tracer.create({ observer: { message: (message) => seen.push(message), remark: (remark) => remarks.push(remark) } });
  const file = join(mkdtempSync(join(tmpdir(), 'guest-')), 'said');
  const run = async (script) => {
    const child = tracer.spawn('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    return (await once(child, 'exit'))[0];
  };
  await claim('a tracer sees both directions', async () => {
    expect((await run('ip link show lo')) === 0, 'ip failed');
    expect(seen.some(({ sent }) => sent) && seen.some(({ sent }) => !sent) && remarks.length === 0, `${seen.length} messages, ${remarks.map(({ kind }) => kind).join()}`);
  });
  await claim('a tracer sees daemons', async () => {
    seen.length = 0;
    await run(`setsid sh -c 'sleep 0.3; ip link show lo > ${file}.part 2>&1; mv ${file}.part ${file}' < /dev/null > /dev/null 2>&1 &`);
    await until(() => existsSync(file));
    expect(seen.some(({ sent }) => !sent) && /LOOPBACK/.test(readFileSync(file, 'utf8')), `${seen.length} messages; ${readFileSync(file, 'utf8')}`);
  });
  await tracer.close();
}

async function commands() {
  const run = (...args) => spawnSync(process.execPath, [...NLMON, ...args], { encoding: 'utf8', timeout: 280_000 });
  const file = join(mkdtempSync(join(tmpdir(), 'guest-')), 'said.pcapng');
  if (!said.available) {
    await claim('nlmon run, trace and replay say why not', async () => {
      for (const args of [['run', '-q', 'true'], ['trace', 'true'], ['replay', '/dev/null', 'true']]) {
        const { status, stderr } = run(...args);
        expect(status === 1 && (args[0] === 'replay' || said.reasons.every((reason) => stderr.includes(reason))), `${args[0]}: ${status} ${stderr}`);
      }
    });
    return;
  }
  await claim('nlmon run', async () => {
    const { status, stdout, stderr } = run('run', '-q', '-w', file, '--', 'sh', '-c', 'ip link add nlmon0 type nlmon; ip -br link');
    expect(status === 0 && /^nlmon0 /m.test(stdout), stdout + stderr);
  });
  await claim('nlmon replay', async () => {
    const { status, stdout, stderr } = run('replay', file, '--', 'sh', '-c', 'ip link add nlmon0 type nlmon; ip -br link');
    expect(status === 0 && /^nlmon0 /m.test(stdout), `${status} ${stdout}${stderr}`);
  });
  await claim('nlmon trace', async () => {
    const { status, stdout, stderr } = run('trace', '--', 'ip', 'link', 'show', 'lo');
    expect(status === 0 && /LOOPBACK/.test(stdout) && /GETLINK/.test(stdout + stderr), stdout + stderr);
  });
}

/** Reads eight octets of a process: how many it were, or a negative errno. */
function readMemory(pid, address) {
  using memory = libc.map({ length: 64 });
  // Two iovecs: eight octets here, and eight there.
  for (const [i, value] of [memory.at(48, 8), 8, address ?? memory.at(56, 8), 8].entries()) memory.view.setBigUint64(8 * i, BigInt(value), true);
  return libc.function('long process_vm_readv(int pid, long local, ulong locals, long remote, ulong remotes, ulong flags)')(pid, memory.at(0, 16), 1, memory.at(16, 16), 1, 0);
}

/** Whether this process may not read even its own. */
function refusesMemory() {
  return readMemory(process.pid) < 0;
}

/** Denies what Docker's filter denies by default: namespaces, mounts, and taking descriptors from other processes. */
function enterContainer() {
  const EPERM = 1;
  const DENIED = process.arch === 'x64' ? [272, 308, 165, 166, 155, 438, 321, 298] : [97, 268, 40, 39, 41, 438, 280, 241];
  const SECCOMP = process.arch === 'x64' ? 317 : 277;
  const statements = [[0x20, 0, 0, 0], ...DENIED.map((number, i) => [0x15, DENIED.length - i, 0, number]), [6, 0, 0, 0x7fff_0000], [6, 0, 0, 0x5_0000 | EPERM]];
  const memory = libc.map({ length: 16 + 8 * statements.length });
  memory.view.setUint16(0, statements.length, true);
  memory.view.setBigUint64(8, BigInt(memory.at(16, 8 * statements.length)), true);
  for (const [i, [code, then, otherwise, k]] of statements.entries()) {
    memory.view.setUint16(16 + 8 * i, code, true);
    memory.bytes.set([then, otherwise], 18 + 8 * i);
    memory.view.setUint32(20 + 8 * i, k, true);
  }
  libc.function('int prctl(int op, ulong a, ulong b, ulong c, ulong d)')(38, 1, 0, 0, 0);
  // For all threads.
  const result = libc.syscall(SECCOMP, 1, 1, memory.at(0, 16));
  if (result !== 0) throw new Error(`seccomp: ${result}`);
}

function beside(name) {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}
