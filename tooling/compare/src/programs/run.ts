import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { Sandbox } from '@netdevkit/sandbox';
import veth from '@netdevkit/veth';
import { COMMANDS, PACKAGES } from './commands.ts';

/** What became of a command. */
export interface Outcome {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A namespace of the host begins with what the first has for IPv4: forwarding where there is Docker, rp_filter where there is systemd. */
const DEFAULTS = `for name in forwarding rp_filter proxy_arp ignore_routes_with_linkdown promote_secondaries; do
  for device in all default lo; do echo 0 > /proc/sys/net/ipv4/conf/$device/$name; done
done`;
/**
 * What commands wait with, a minute at most. `settled`: until addresses are known to be nobody else's. `listening`: until a listener
 * has joined its groups, has read all that there is for it, and waits: it slept before and after what the embedded kernel is asked
 * here, which it answers behind all that it was asked before. Its port is its number: one that was killed may have left a socket.
 */
const WAITING = `settled() {
  tries=0
  while ip -6 addr | grep -q tentative && [ $((tries += 1)) -le 600 ]; do sleep 0.1; done
}
asleep() { awk '/^State:/ && $2 == "R" { exit 1 } /ctxt_switches/' /proc/$1/status; }
listening() {
  tries=0
  until before=$(asleep $1) && awk '$2 == 0 && $3 == '$1' && $4 != "00000000" && $5 == 0 && $7 == 0 { found = 1 } END { exit !found }' /proc/net/netlink && [ "$before" = "$(asleep $1)" ]; do
    [ $((tries += 1)) -le 1200 ] || break
    sleep 0.05
  done
}`;
const SEARCH = [dirname(process.execPath), process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
const ENVIRONMENT = { ...process.env, PATH: SEARCH, LC_ALL: 'C' };

/** Packages of Debian that are missing here. */
export function missingPackages(): string[] {
  const missing = Object.entries(PACKAGES).filter(([program]) => !SEARCH.split(delimiter).some((folder) => isExecutable(join(folder, program))));
  return [...new Set(missing.map(([, name]) => name))];
}

/** Whether this process may make a network namespace of the host. */
export async function mayUnshare(): Promise<boolean> {
  return promisify(execFile)('unshare', ['-Urn', 'true']).then(
    () => true,
    () => false,
  );
}

/** Runs all commands in a namespace of the host. */
export function runOnHost(): Promise<Outcome[]> {
  return inFolder(async (script, folder) => {
    await promisify(execFile)('unshare', ['-Urn', 'sh', '-c', `${DEFAULTS}\n. "$0"`, script, folder], { env: ENVIRONMENT });
  });
}

/** Runs all commands on an embedded kernel. */
export function runEmbedded(): Promise<Outcome[]> {
  return inFolder(async (script, folder) => {
    using kernel = new Kernel({ modules: [nlmon, veth], cpus: availableParallelism() });
    await using sandbox = await Sandbox.create(kernel, { files: true });
    await sandbox.run('sh', [script, folder], { env: ENVIRONMENT });
  });
}

async function inFolder(run: (script: string, folder: string) => Promise<void>): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  try {
    const script = join(folder, 'script');
    const lines = COMMANDS.map((command, i) => `{ ${command}\n} >$1/${String(i)}.out 2>$1/${String(i)}.err </dev/null; echo $? >$1/${String(i)}.code`);
    writeFileSync(script, `${[WAITING, ...lines].join('\n')}\n`);
    await run(script, folder);
    return COMMANDS.map((command, i) => {
      const read = (what: string): string => readFileSync(join(folder, `${String(i)}.${what}`), 'utf8');
      return { command, code: Number(read('code')), stdout: read('out'), stderr: read('err') };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
