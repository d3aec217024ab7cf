import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NLMON } from './command.ts';

const WORKLOADS = fileURLToPath(new URL('../workloads/', import.meta.url));
const SESSION = 'session.sh';
/** What workloads begin with, and are none. */
const PARTS: readonly string[] = [SESSION, 'lib.sh'];

/** What came of a command. */
export interface Outcome {
  readonly command: string;
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What came of a workload. */
export interface Conversation {
  readonly commands: readonly Outcome[];
  /** What spy0, an nlmon, has seen of it: a capture. */
  readonly capture: string;
  /** What spy0 has counted of it. */
  readonly counted: { readonly packets: number; readonly octets: number };
}

/** All workloads, or those that `ORACLE_WORKLOADS` names. */
export function workloadNames(): string[] {
  const wanted = (process.env['ORACLE_WORKLOADS'] ?? '').split(/\s+/u).filter((name) => name !== '');
  const all = readdirSync(WORKLOADS).filter((name) => name.endsWith('.sh') && !PARTS.includes(name)).map((name) => name.slice(0, -'.sh'.length)).sort();
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`there are no such workloads: ${unknown.join(', ')}`);
  return wanted.length === 0 ? all : wanted;
}

/** Has all conversations with the machine's kernel, where `nlmon capture` reads what the C driver sees. */
export async function onLinux(workloads: readonly string[], folder: string): Promise<void> {
  await have('bash', [join(WORKLOADS, SESSION), ...workloads], folder, [...NLMON, 'capture', '-q', '-i', 'spy0', '-w'].join(' '));
}

/**
 * Has them, with the same programs, with the embedded kernel of `nlmon run`, where tcpdump reads what our driver sees.
 *
 * @param run - all that passes there: a capture
 */
export async function onEmbedded(workloads: readonly string[], folder: string, run: string): Promise<void> {
  const [node, ...args] = [...NLMON, 'run', '-q', '-w', run, '--', 'bash', join(WORKLOADS, SESSION), ...workloads];
  // In no promiscuous mode, which links would tell of.
  await have(node ?? '', args, folder, 'tcpdump -p -i spy0 --immediate-mode -U -s 0 -Z root -B 16384 -w');
}

/** What came of one of them. */
export function conversation(folder: string, workload: string): Conversation {
  const results = join(folder, workload);
  const numbers = readdirSync(results).flatMap((name) => /^(\d+)\.command$/u.exec(name)?.[1] ?? []).sort();
  const read = (number: string, part: string): string => readFileSync(join(results, `${number}.${part}`), 'utf8');
  const commands = numbers.map((number) => ({ command: read(number, 'command'), status: read(number, 'status').trim(), stdout: read(number, 'stdout'), stderr: read(number, 'stderr') }));
  const [[packetsBefore = 0, octetsBefore = 0] = [], [packets = 0, octets = 0] = []] = readFileSync(join(results, 'counted'), 'utf8').split('\n').map((line) => line.split(' ').map(Number));
  return { commands, capture: join(results, 'spy0.capture'), counted: { packets: packets - packetsBefore, octets: octets - octetsBefore } };
}

async function have(command: string, args: readonly string[], folder: string, capture: string): Promise<void> {
  mkdirSync(folder);
  const { code, said } = await new Promise<{ readonly code: number | null; readonly said: string }>((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, RESULTS: folder, CAPTURE: capture } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ code: status, said: text }));
  });
  writeFileSync(join(folder, 'said.txt'), said);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(code)}\n${said}`);
}
