import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readChunks } from '@netdevkit/capture/node';
import { Failure } from '../failure.ts';

const CHUNK = 0x10_0000;
/** How often a file that is followed is looked at. */
const POLL_MS = 100;

/** How to read a file. */
export interface ChunkOptions {
  /** Whether to wait at the end for what is written to it. */
  readonly follow: boolean;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * The octets of a file, or with `'-'` of standard input. Each chunk is good until the next is asked for.
 *
 * @param path - of the file
 * @param options - how to read it
 * @throws whatever `node:fs` throws; Failure: a file that is followed was made shorter
 */
export async function* chunksOf(path: string, options: ChunkOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { follow, signal } = options;
  // A pipe ends when nobody can write to it any more: it is followed anyway.
  const chunks = follow && path !== '-' ? growing(path, signal) : readChunks(path);
  // Whoever waits for standard input does not look at the signal.
  const stop = (): void => void (path === '-' && process.stdin.destroy());
  signal.addEventListener('abort', stop);
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) return;
      yield chunk;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A file that is being written. */
async function* growing(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path);
  try {
    const buffer = new Uint8Array(CHUNK);
    for (let position = 0; !signal.aborted; ) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead > 0) {
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      const { size } = await file.stat();
      if (size < position) throw new Failure(`${path}: was made shorter while it was followed`);
      await pause(signal);
    }
  } finally {
    await file.close();
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(POLL_MS, undefined, { signal });
  } catch {
    // The end of the wait is the end of the reading, which is looked at next.
  }
}
