import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SO_RCVBUFFORCE, SOL_SOCKET } from '@netdevkit/bindings';
import nlmon from '@netdevkit/nlmon';
import { Sandbox } from '@netdevkit/sandbox';
import { Recording, takePackets, TestKernel } from '@netdevkit/testing';
import type { Datagram, Written } from './packets.ts';

/** Below the other workloads: which kernel answers is not theirs to know. */
const FOLDER = 'replayed';
const WORKLOADS = fileURLToPath(new URL(`../workloads/${FOLDER}/`, import.meta.url));
const SESSION = 'session.sh';
/** Octets that may wait for whoever reads what spy0 sees. */
const ROOM = 1 << 26;

/** All of these workloads, or those that `ORACLE_WORKLOADS` names; with their folder. */
export function replayedNames(): string[] {
  const wanted = (process.env['ORACLE_WORKLOADS'] ?? '').split(/\s+/u).filter((name) => name !== '');
  const all = readdirSync(WORKLOADS).filter((name) => name.endsWith('.sh') && name !== SESSION).map((name) => name.slice(0, -'.sh'.length)).sort();
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`there are no such workloads to replay: ${unknown.join(', ')}`);
  return (wanted.length === 0 ? all : wanted).map((name) => `${FOLDER}/${name}`);
}

/**
 * Has a conversation once more, with the same programs: the embedded kernel answers what Linux has answered.
 *
 * @param workload - its name
 * @param recorded - what an nlmon of Linux has seen
 * @param folder - what programs printed is left there
 * @returns what ours has seen, and requests that Linux was not asked
 */
export async function replayed(workload: string, recorded: readonly Datagram[], folder: string): Promise<{ readonly seen: readonly Written[]; readonly unanswered: number }> {
  const results = join(folder, workload);
  mkdirSync(results, { recursive: true });
  using test = new TestKernel({ modules: [nlmon] });
  test.ip.link.add({ kind: 'nlmon', name: 'spy0', up: true });
  const spy = test.packets('spy0');
  spy.setOption(SOL_SOCKET, SO_RCVBUFFORCE, ROOM);
  using served = new Recording(recorded).serve(test.kernel);
  await using sandbox = await Sandbox.create(test.kernel, { files: true });
  const { stdout, stderr, code } = await sandbox.run('bash', [join(WORKLOADS, SESSION), workload.slice(FOLDER.length + 1)], { env: { ...process.env, RESULTS: results } });
  writeFileSync(join(results, 'said.txt'), `${stdout}${stderr}`);
  if (code !== 0) throw new Error(`${workload}: ${String(code)}\n${stderr}`);
  return { seen: takePackets(spy).map(({ protocol, bytes }) => ({ protocol, bytes, packet: { seconds: 0, nanoseconds: 0 } })), unanswered: served.unanswered.length };
}
