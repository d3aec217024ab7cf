// What the sandbox says of other processes when it has no descriptor left: run with few of them allowed.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kernel } from '@netdevkit/kernel';
import { HostNamespaces } from '../../src/host-namespaces.ts';
import { readMemoryFile } from '../../src/memory-file.ts';

const NET = '/proc/self/ns/net';
const child = spawn('unshare', ['-rn', 'sleep', '60'], { stdio: 'ignore' });
const there = `/proc/${String(child.pid)}/ns/net`;
while (readlinkSync(there) === readlinkSync(NET)) await sleep(5);

using kernel = new Kernel();
const namespaces = new HostNamespaces(kernel, () => false);
const namespaceOf = (): string => {
  try {
    return namespaces.ofThread(child.pid ?? 0, kernel.initialNamespace) === kernel.initialNamespace ? 'its own' : 'another';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};
const read = (): number => readMemoryFile(process.pid, { bases: [8], lengths: [4], total: 4 }, new Uint8Array(4));

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // That was the last.
}
const without = { namespace: namespaceOf(), read: read() };
for (const fd of taken) closeSync(fd);
const kept = { namespace: namespaceOf(), read: read() };
namespaces.close();
child.kill();
console.log(JSON.stringify({ without, kept }));
