import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd } from './packet-view.ts';
import type { Sink } from './sink.ts';
import { slices } from './slices.ts';
import { Transcoder, type TranscodeOptions } from './transcoder.ts';

/** More than this is not left with the sink. */
const BACKLOG = 0x10_0000;

/** What came of {@link transcode}. */
export interface TranscodeResult {
  /** How the input ended. */
  readonly end: CaptureEnd;
  /** How many of its packets were copied. */
  readonly packets: number;
  /** How many blocks and options could not be. */
  readonly leftOut: number;
}

/**
 * Copies a capture to pcapng, in constant memory.
 *
 * @param source - the file's octets
 * @param sink - where the copy goes; it is closed
 * @param options - what to do besides
 * @returns how the input ended, and what was copied
 * @throws SinkError: the sink failed; whatever the source throws
 *
 * @example
 * ```ts
 * const { end } = await transcode(response.body, sink, { annotate: (packet) => [`${packet.length} octets`] });
 * ```
 */
export async function transcode(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sink: Sink,
  options: TranscodeOptions = {},
): Promise<TranscodeResult> {
  using transcoder = new Transcoder(sink, options);
  const reader = new CaptureReader(transcoder);
  for await (const chunk of source) {
    let more = true;
    for (const slice of slices(chunk)) {
      more = reader.feed(slice);
      if (transcoder.backlog > BACKLOG) await transcoder.drain();
      if (!more) break;
    }
    if (!more) break;
  }
  const end = reader.end();
  await transcoder.drain();
  return { end, packets: transcoder.packets, leftOut: transcoder.leftOut };
}
