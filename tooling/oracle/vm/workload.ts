import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dummy from '@netdevkit/dummy';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { Sandbox } from '@netdevkit/sandbox';
import veth from '@netdevkit/veth';

const WORKLOADS = fileURLToPath(new URL('../workloads/', import.meta.url));

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
  /** What nlmon0 has seen of it: a capture. */
  readonly capture: string;
}

/** Has a conversation with the machine's kernel, in a network namespace of its own, while the C driver watches. */
export function onLinux(workload: string, folder: string): Conversation {
  mkdirSync(folder);
  const { status, stderr } = spawnSync('unshare', ['-n', 'bash', '-c', scriptOf(workload)], { env: { ...process.env, RESULTS: folder }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${workload} on Linux: ${stderr.trim()}`);
  return conversationOf(folder);
}

/** Has the same conversation, of the same programs, with the embedded kernel, while our driver watches. */
export async function onEmbedded(workload: string, folder: string): Promise<Conversation> {
  mkdirSync(folder);
  // As many processors as the machine has, and modules loaded as guest/ has Linux load them.
  using kernel = new Kernel({ modules: [nlmon, dummy, veth], moduleOptions: { dummy: 'numdummies=0' }, cpus: availableParallelism(), trackLeaks: true });
  const problems: unknown[] = [];
  {
    await using sandbox = await Sandbox.create(kernel, { onError: (error) => problems.push(error) });
    const { code, stderr } = await sandbox.run('bash', ['-c', scriptOf(workload)], { env: { ...process.env, RESULTS: folder } });
    if (code !== 0) throw new Error(`${workload} on the embedded kernel: ${stderr.trim()}`);
  }
  if (problems.length > 0) throw new AggregateError(problems, `${workload} on the embedded kernel`);
  if (kernel.leaks().length > 0) throw new Error(`${workload} has left ${String(kernel.leaks().length)} packets`);
  return conversationOf(folder);
}

function scriptOf(workload: string): string {
  return `. ${WORKLOADS}lib.sh && . ${WORKLOADS}${workload}.sh`;
}

function conversationOf(folder: string): Conversation {
  const numbers = readdirSync(folder).flatMap((name) => /^(\d+)\.command$/u.exec(name)?.[1] ?? []).sort();
  const read = (number: string, part: string): string => readFileSync(join(folder, `${number}.${part}`), 'utf8');
  const commands = numbers.map((number) => ({ command: read(number, 'command'), status: read(number, 'status').trim(), stdout: read(number, 'stdout'), stderr: read(number, 'stderr') }));
  return { commands, capture: join(folder, 'nlmon0.pcap') };
}
