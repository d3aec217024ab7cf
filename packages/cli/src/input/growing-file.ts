import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';

const CHUNK = 0x10_0000;
/** How often the file is looked at. */
const POLL_MS = 100;

/**
 * The octets of a file that is being written. Each chunk is good until the next is asked for.
 *
 * @param path - of the file
 * @param signal - ends the reading
 * @throws whatever `node:fs` throws; Failure: the file was made shorter
 */
export async function* growingFile(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
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
