/// <reference types="node" />
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, CaptureHandler } from './packet-view.ts';

const MEBIBYTE = 0x10_0000;

/**
 * The octets of a file, a pipe or a device in chunks.
 *
 * @param path - of the file; `'-'` is standard input
 * @param size - the greatest chunk in octets
 * @defaultValue 1048576
 * @returns chunks that are good until the next is asked for: they share one buffer
 * @throws whatever `node:fs` throws
 */
export async function* readChunks(path: string, size: number = MEBIBYTE): AsyncGenerator<Uint8Array, void, undefined> {
  if (path === '-') {
    for await (const chunk of process.stdin) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
    return;
  }
  yield* statSync(path).isFile() ? fileChunks(path, size) : pipeChunks(path, size);
}

/** A file never makes its reader wait: going through the thread pool and the event loop would take longer than reading. */
function* fileChunks(path: string, size: number): Generator<Uint8Array, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(size);
    for (let length; (length = readSync(file, buffer, 0, size, null)) > 0; ) yield buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

async function* pipeChunks(path: string, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { open } = await import('node:fs/promises');
  const file = await open(path);
  try {
    const buffer = new Uint8Array(size);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, size, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads a capture from a file, in constant memory.
 *
 * @param path - of the file; `'-'` is standard input
 * @param handler - told what is found
 * @returns how the capture ended
 * @throws whatever `node:fs` or the handler throws
 */
export async function readCaptureFile(path: string, handler: CaptureHandler): Promise<CaptureEnd> {
  const reader = new CaptureReader(handler);
  for await (const chunk of readChunks(path)) {
    if (!reader.feed(chunk)) break;
  }
  return reader.end();
}
