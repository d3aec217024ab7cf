import { CaptureReader, type CaptureEnd, type CaptureHandler } from '@netdevkit/capture';
import { Failure, fileFailure } from '../failure.ts';
import { chunksOf } from './chunks.ts';
import { nameOf } from './files.ts';
import type { Progress } from './progress.ts';

/** A part of a chunk: of what gzip has packed, a part may become a thousand times as much. */
const PLAIN_PART = 0x4_0000;
const PACKED_PART = 0x4000;

/** Of a file that begins with so much, there is mostly more. */
const LARGE_CHUNK = 0x10_0000;

/** What to read, and how. */
export interface Input {
  /** The file; `'-'` is standard input. */
  readonly path: string;
  /** Whether to wait at the end for what is written to it. */
  readonly follow: boolean;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Told what was read. */
  readonly progress: Progress;
  /**
   * Whether memory counts for more than time: where something of each message is kept.
   *
   * @defaultValue false
   */
  readonly isFrugal?: boolean;
}

/** What becomes of a capture. */
export interface InputHandler extends CaptureHandler {
  /**
   * After each part of the file.
   *
   * @param isIdle - whether nothing more is there for now
   * @returns whether to read on
   */
  readonly between: (isIdle: boolean) => boolean | Promise<boolean>;
}

/**
 * Reads a capture part by part, in constant memory.
 *
 * @param input - what to read
 * @param handler - told what is found
 * @returns how the capture ended; `undefined` if it was not read to its end
 * @throws Failure: it cannot be read, or is no capture
 */
export async function readInput(input: Input, handler: InputHandler): Promise<CaptureEnd | undefined> {
  const { path, signal, progress } = input;
  const reader = new CaptureReader(handler);
  const chunks = chunksOf(path, input);
  let part = 0;
  let isFirst = true;
  let isTuned = false;
  try {
    for (;;) {
      const { value: chunk, done } = await nextOf(chunks, path);
      if (done === true || chunk === undefined) break;
      if (!isTuned && (!isFirst || chunk.length >= LARGE_CHUNK)) {
        isTuned = true;
        await expectMore(input.isFrugal ?? false);
      }
      isFirst = false;
      if (part === 0) part = chunk[0] === 0x1f ? PACKED_PART : PLAIN_PART;
      let goesOn = true;
      for (let at = 0; at < chunk.length && goesOn; at += part) {
        goesOn = reader.feed(chunk.subarray(at, at + part));
        const isIdle = at + part >= chunk.length;
        if (!(await handler.between(isIdle))) return undefined;
      }
      progress.add(chunk.length);
      if (!goesOn) break;
    }
  } finally {
    // Also where the handler failed.
    await chunks.return();
  }
  if (signal.aborted) return undefined;
  const end = reader.end();
  // What was packed may come out at the very end.
  return (await handler.between(true)) ? end : undefined;
}

/**
 * How a capture that is not whole ended, in a sentence.
 *
 * @param path - of the file; `'-'` is standard input
 * @param end - how it ended
 * @returns `undefined` if it is whole
 */
export function problemOf(path: string, end: CaptureEnd | undefined): string | undefined {
  if (end === undefined || end.kind === 'complete') return undefined;
  return `${nameOf(path)}: ${end.kind} after octet ${String(end.offset)}: ${end.message ?? ''}`;
}

/** What is smaller has been read before this would help. */
async function expectMore(isFrugal: boolean): Promise<void> {
  const { tuneEngine } = await import('./engine.ts');
  tuneEngine(isFrugal);
}

/** Errors of the file are told as such; those of the handler are none of its. */
async function nextOf(chunks: AsyncGenerator<Uint8Array, void, undefined>, path: string): Promise<IteratorResult<Uint8Array, void>> {
  try {
    return await chunks.next();
  } catch (error) {
    throw error instanceof Failure ? error : fileFailure(`read ${nameOf(path)}`, error);
  }
}
