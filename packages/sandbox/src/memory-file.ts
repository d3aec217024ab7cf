import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { errno } from '@netdevkit/errno';
import { isOwnLack } from './process-info.ts';
import type { Vector } from './remote-memory.unsafe.ts';

type Transfer = (fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

/**
 * Reads buffers of another process, one behind the other, until the octets are full. C twin: `/proc/PID/mem`.
 *
 * The kernel asks the same of the reader as `process_vm_readv(2)` does; filters of containers do not know of it. It is opened
 * each time, since what was opened stays that of the program before an exec.
 *
 * @param tid - a thread of the process
 * @param vector - where in it
 * @param bytes - what is read into
 * @returns how many were read, all of them, or a negative errno
 */
export function readMemoryFile(tid: number, vector: Vector, bytes: Uint8Array): number {
  return transfer('r', readSync, tid, vector, bytes);
}

/**
 * Writes octets over buffers of another process.
 *
 * Unlike `process_vm_writev(2)`, this writes also where the program may only read.
 *
 * @param tid - a thread of the process
 * @param vector - where in it
 * @param bytes - what is written
 * @returns how many were written, all of them, or a negative errno
 */
export function writeMemoryFile(tid: number, vector: Vector, bytes: Uint8Array): number {
  return transfer('r+', writeSync, tid, vector, bytes);
}

/** Whether there are such files here. */
export function probeMemoryFile(): boolean {
  try {
    closeSync(openSync('/proc/self/mem', 'r+'));
    return true;
  } catch {
    return false;
  }
}

function transfer(flags: 'r' | 'r+', move: Transfer, tid: number, { bases, lengths }: Vector, bytes: Uint8Array): number {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${String(tid)}/mem`, flags);
    let done = 0;
    for (let i = 0; done < bytes.length && i < bases.length; i++) {
      const part = Math.min(lengths[i] ?? 0, bytes.length - done);
      // Of what lies in two mappings, one of which is not there, the first part is moved.
      if (part > 0 && move(fd, bytes, done, part, bases[i] ?? 0) !== part) return -errno.EFAULT;
      done += part;
    }
    return done;
  } catch (error) {
    // No memory there, an address of no program, or the process is gone, which the caller finds out.
    return isOwnLack(error) ? error.errno : -errno.EFAULT;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
