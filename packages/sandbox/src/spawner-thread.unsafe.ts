// The spawner's thread: a filter is per thread, so only this one and what it forks are filtered.
import { spawn } from 'node:child_process';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { errno, isKernelError } from '@netdevkit/errno';
import { Libc } from '@netdevkit/libc/unsafe';
import { abiOf } from './abi.ts';
import { installFilterUnsafe } from './seccomp.unsafe.ts';
import type { SpawnFailure, SpawnerData, SpawnerReply, SpawnerRequest } from './spawner-messages.ts';

const SIG_BLOCK = 0;
/** `sizeof(sigset_t)` of the C library. */
const SIGSET = 128;
/** Of glibc's mallopt(3), and the largest number that it takes. */
const M_TRIM_THRESHOLD = -1;
const NEVER = 0x7fff_ffff;

function main(port: MessagePort, { program, killable, ready }: SpawnerData): void {
  const reply = (message: SpawnerReply): void => {
    port.postMessage(message);
  };
  try {
    const libc = Libc.open();
    const abi = abiOf(libc.architecture);
    // No signal handler may run in this thread: libuv's writes to a pipe, which may be trapped, while it holds a lock that
    // the supervisor's thread waits for. libuv empties the mask again in what it forks.
    // SAFETY: a sigset_t, and no pointer for the old one.
    libc.rawFunction('int pthread_sigmask(int how, void *set, void *old)')(SIG_BLOCK, new Uint8Array(SIGSET).fill(0xff), null);
    keepHeap(libc);
    // SAFETY: plain integers.
    const tid = libc.syscall(abi.own.gettid);
    // SAFETY: the supervisor passes what this thread itself does on to the host's kernel.
    const listener = installFilterUnsafe(libc, abi, program, killable);
    Atomics.store(ready, 1, tid);
    Atomics.store(ready, 0, listener + 1);
  } catch (error) {
    reply({ type: 'refused', errno: isKernelError(error) ? error.errno : errno.EIO, op: error instanceof Error ? error.message : String(error) });
    return;
  }
  port.on('message', (request: SpawnerRequest) => {
    if (request.type === 'close') port.close();
    else run(request, reply);
  });
}

/**
 * Before glibc gives memory of a thread's heap back, as it does when the thread ends, it reads `/proc/sys/vm/overcommit_memory`
 * with that heap locked. Reading a file is trapped, and the supervisor's thread, which is to answer, may just wait for the
 * lock to free what this thread has sent it. A heap that is kept asks nothing.
 */
function keepHeap(libc: Libc): void {
  try {
    // SAFETY: plain integers.
    libc.rawFunction('int mallopt(int param, int value)')(M_TRIM_THRESHOLD, NEVER);
  } catch (error) {
    // Another C library has no such function, and no such heaps.
    if (!isKernelError(error, 'ENOSYS')) throw error;
  }
}

function run(request: Extract<SpawnerRequest, { type: 'spawn' }>, reply: (message: SpawnerReply) => void): void {
  const { id, file, args, settings } = request;
  try {
    const { stdio, ...options } = settings;
    const child = spawn(file, args, { ...options, stdio: [...stdio] });
    child.on('error', (error) => {
      if (child.pid === undefined) reply({ type: 'failed', id, failure: describe(error) });
    });
    child.on('exit', (code, signal) => {
      reply({ type: 'exited', id, code, signal });
    });
    if (child.pid !== undefined) reply({ type: 'spawned', id, pid: child.pid });
  } catch (error) {
    reply({ type: 'failed', id, failure: describe(error) });
  }
}

function describe(error: unknown): SpawnFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const picked: Record<string, unknown> = {};
  for (const key of ['code', 'errno', 'syscall', 'path', 'spawnargs'] as const) if (key in error) picked[key] = Reflect.get(error, key);
  // CAST: these are the properties of a system error.
  return { ...(picked as Partial<SpawnFailure>), message: error.message };
}

// CAST: what the spawner passed.
if (parentPort !== null) main(parentPort, workerData as SpawnerData);
