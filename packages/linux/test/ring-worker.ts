// A thread that reads a ring on `lo`, and counts in shared memory.
import { parentPort, workerData } from 'node:worker_threads';
import { AF_PACKET, SOCK_RAW } from '@netdevkit/bindings';
import { Host } from '../src/index.ts';

// CAST: what worker.test.ts gives.
const { counters, pid, protocol } = workerData as { readonly counters: Int32Array; readonly pid: number; readonly protocol: number };
const over = new AbortController();
parentPort?.once('message', () => {
  over.abort();
});

const host = new Host({ trackLeaks: true });
const namespace = host.namespace({ path: `/proc/${String(pid)}/fd/${String(counters[1])}` });
const socket = host.socket(AF_PACKET, SOCK_RAW, 0, { namespace });
socket.openRing({ size: 1 << 19, blockSize: 1 << 16, timeout: 5 });
socket.bind({ protocol, ifindex: 1 });
parentPort?.postMessage('ready');
while (!over.signal.aborted) {
  const waiting = socket.waitReadable(over.signal).catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  Atomics.add(counters, 2, 1);
  Atomics.notify(counters, 2);
  await waiting;
  const count = socket.drain(() => {});
  Atomics.add(counters, 0, count);
  Atomics.notify(counters, 0);
}
const { drops } = socket;
socket.close();
namespace.close();
parentPort?.postMessage({ drops, left: host.openDescriptors().length });
host.close();
