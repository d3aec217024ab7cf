import { readChunks } from '@netdevkit/capture/node';
import { isNamedPipe, isRegular } from './files.ts';

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
  const chunks = await open(path, follow, signal);
  // Whoever waits for standard input does not look at the signal.
  const stop = (): void => void process.stdin.destroy();
  if (path === '-') signal.addEventListener('abort', stop);
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) return;
      yield chunk;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (path === '-') signal.removeEventListener('abort', stop);
  }
}

async function open(path: string, follow: boolean, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  if (follow && isRegular(path)) {
    const { growingFile } = await import('./growing-file.ts');
    return growingFile(path, signal);
  }
  // A pipe ends when nobody can write to it any more: it is followed anyway.
  if (process.platform === 'linux' && isNamedPipe(path)) {
    const { namedPipe } = await import('./named-pipe.ts');
    return namedPipe(path, signal);
  }
  return readChunks(path);
}
