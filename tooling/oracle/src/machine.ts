import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from './image/image.ts';
import { OracleError } from './oracle-error.ts';
import { shellQuote } from './shell-quote.ts';
import { toolPath } from './tools.ts';

const SESSION = fileURLToPath(new URL('../guest/session', import.meta.url));
const TOLD_LINES = 15;
const ATTEMPTS = 3;

/** What the machine does. */
export interface Job {
  /** A script for bash, run as root in `/in`. */
  readonly script: string;
  /** A folder that the guest sees as `/in`, read-only. */
  readonly input: string;
  /** A folder that the guest sees as `/out`, and may write to: standard output, standard error and the kernel's log, too. */
  readonly output: string;
  /** This repository, which the guest sees at the same place and may change for itself; without it there is no Node. */
  readonly repository?: string | undefined;
  /** Environment variables of the script. */
  readonly environment?: Readonly<Record<string, string>>;
  /** After how many seconds it is given up. */
  readonly timeout: number;
  /** MiB. */
  readonly memory?: number;
  readonly processors?: number;
  /** Ends the machine. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a machine, runs a script in it, and waits for its end.
 *
 * @param image - what is started
 * @param job - what it does
 * @returns the script's exit status
 * @throws OracleError: the machine did not come to the end of the script
 */
export async function runMachine(image: Image, job: Job): Promise<number> {
  const { script, input, output, repository, environment = {}, timeout, signal } = job;
  mkdirSync(output, { recursive: true });
  const status = join(output, 'status');
  const console = join(output, 'console.txt');
  const begun = join(output, 'begun');
  const variables = { ...environment, ORACLE_REPOSITORY: repository ?? '' };
  writeFileSync(join(input, 'environment'), Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`).join(''));
  writeFileSync(join(input, 'job'), script);
  copyFileSync(SESSION, join(input, 'session'));
  let problem: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    for (const file of [begun, status]) rmSync(file, { force: true });
    problem = await runQemu(arguments_(image, job, console), timeout, signal);
    // QEMU runs emulated processors side by side, and one may meet an instruction of the kernel's that another is just
    // changing: such a kernel panics, mostly while it starts, when it changes most of them.
    if (problem !== undefined || existsSync(begun)) break;
  }
  const code = existsSync(status) ? Number.parseInt(readFileSync(status, 'utf8'), 10) : Number.NaN;
  if (problem === undefined && Number.isInteger(code)) return code;
  throw new OracleError(`the virtual machine ${problem ?? 'ended before its script did'}; it had said:\n${lastLines(console)}`);
}

/** Whether the processor's own virtualization can be used, and not only looks as if. */
function canUseKvm(): boolean {
  if (!existsSync('/dev/kvm')) return false;
  const work = mkdtempSync(join(tmpdir(), 'oracle-kvm-'));
  try {
    const { status } = spawnSync('qemu-system-x86_64', ['-machine', 'pc', '-accel', 'kvm', '-cpu', 'max', '-nodefaults', '-display', 'none', '-m', '64', '-S', '-monitor', 'stdio'], {
      cwd: work,
      input: 'quit\n',
      env: { ...process.env, PATH: toolPath() },
      timeout: 10_000,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return status === 0;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function arguments_(image: Image, { input, output, repository, memory = 2048, processors = 2 }: Job, console: string): string[] {
  const share = (tag: string, folder: string, isReadOnly: boolean): string[] => [
    '-virtfs',
    `local,path=${folder.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,multidevs=remap${isReadOnly ? ',readonly=on' : ''}`,
  ];
  // A kernel on emulated processors finds out how fast they count while others may keep it from counting: on a busy machine
  // its clock ran thirty times too fast. That of the HPET cannot be wrong.
  const [accelerator, clock] = canUseKvm() ? ['kvm', 'tsc=reliable'] : ['tcg,thread=multi,tb-size=512', 'tsc=unstable clocksource=hpet'];
  return [
    // From QEMU's documentation: the machine with the fewest devices that PVH can start an ELF kernel on.
    ...['-machine', 'pc', '-accel', accelerator, '-cpu', 'max,-la57', '-smp', String(processors), '-m', String(memory)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', `file:${console.replaceAll(',', ',,')}`],
    ...['-kernel', image.kernel, '-initrd', image.initrd],
    '-append',
    `console=ttyS0 quiet panic=-1 mitigations=off nokaslr ${clock} random.trust_cpu=on rcupdate.rcu_expedited=1 net.ifnames=0 cryptomgr.notests`,
    ...['-drive', `file=${image.root.replaceAll(',', ',,')},format=raw,if=none,id=root,snapshot=on,cache=unsafe`, '-device', 'virtio-blk-pci,drive=root'],
    ...share('in', input, true),
    ...share('out', output, false),
    ...(repository === undefined ? [] : share('repository', repository, true)),
  ];
}

/** @returns what went wrong */
async function runQemu(args: readonly string[], timeout: number, signal: AbortSignal | undefined): Promise<string | undefined> {
  const child = spawn('qemu-system-x86_64', [...args], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: toolPath() } });
  let said = '';
  let reason: string | undefined;
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const end = (why: string): void => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end(`has not come to its end within ${String(timeout)} seconds`), timeout * 1000);
  const onAbort = (): void => end('was interrupted');
  signal?.addEventListener('abort', onAbort);
  // Whoever ends this process ends the machine.
  const atExit = (): void => void child.kill('SIGKILL');
  process.on('exit', atExit);
  try {
    const [code, killed] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on('error', (error) => reject(new OracleError(`cannot run qemu-system-x86_64: ${error.message}`, error)));
      child.on('close', (...end) => resolve(end));
    });
    if (reason !== undefined) return reason;
    return code === 0 ? undefined : `failed (${killed ?? String(code)}): ${said.trim()}`;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    process.off('exit', atExit);
  }
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-TOLD_LINES).join('\n') : 'nothing';
}
