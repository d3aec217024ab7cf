import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * The octets of a named pipe, from when somebody writes to it until nobody does. Whoever opens or reads one in the usual way does
 * not hear of anything else meanwhile.
 *
 * @param path - of the pipe
 * @param signal - ends the reading
 * @throws whatever `node:fs` throws
 */
export async function* namedPipe(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  // It opens without somebody who writes, and is at its end only when there was one: from fs/pipe.c:pipe_poll.
  const socket = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false, signal });
  // It is destroyed when the loop ends.
  for await (const chunk of socket) if (chunk instanceof Uint8Array) yield chunk;
}
