import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, CaptureHandler } from './packet-view.ts';
import type { CapturedPacket } from './packet.ts';
import { slices } from './slices.ts';

/** A chunk of which more comes out fills several batches. */
const MOST_PACKETS = 4096;

/**
 * Reads a capture and gives its packets in batches, one for each chunk of the source, or several: the convenient way, which copies
 * each packet. `CaptureReader` is the one that does not.
 *
 * @example
 * ```ts
 * const batches = new CaptureBatches(createReadStream('nlmon.pcapng'));
 * for await (const batch of batches) for (const packet of batch) console.log(packet.linkType, packet.bytes.length);
 * if (batches.end?.kind !== 'complete') console.log(batches.end?.message);
 * ```
 */
export class CaptureBatches implements AsyncIterable<CapturedPacket[]> {
  readonly #source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly #handler: Omit<CaptureHandler, 'packet'>;
  #end: CaptureEnd | undefined;

  /**
   * @param source - the file's octets
   * @param handler - told of all else that is found
   */
  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, handler: Omit<CaptureHandler, 'packet'> = {}) {
    this.#source = source;
    this.#handler = handler;
  }

  /** How the capture ended, once the iteration has. */
  get end(): CaptureEnd | undefined {
    return this.#end;
  }

  /** Gives the batches; none is empty. The source can be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CapturedPacket[], void, undefined> {
    let batch: CapturedPacket[] = [];
    const handler = this.#handler;
    const reader = new CaptureReader({
      section: (section) => handler.section?.(section),
      interface: (description) => handler.interface?.(description),
      statistics: (statistics) => handler.statistics?.(statistics),
      ...(handler.block === undefined ? {} : { block: (block) => handler.block?.(block) }),
      packet: (packet) => {
        batch.push(packet.copy());
      },
    });
    for await (const chunk of this.#source) {
      let more = true;
      for (const slice of slices(chunk)) {
        more = reader.feed(slice);
        if (!more) break;
        if (batch.length < MOST_PACKETS) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
      batch = [];
      if (!more) break;
    }
    this.#end = reader.end();
    if (batch.length > 0) yield batch;
  }
}
