import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, CaptureHandler } from './packet-view.ts';
import type { Packet } from './packet.ts';

/** A packet of a capture, in its own array. */
export interface CapturedPacket extends Packet {
  /** The section of the file, counted from 0. */
  readonly section: number;
  /** The interface, by its number in the section. */
  readonly interfaceId: number;
  /** What the packet begins with: a `LinkType`. */
  readonly linkType: number;
  /** Its length in octets before it was cut. */
  readonly originalLength: number;
  /** `epb_flags`; its lowest two bits are a `Direction`. */
  readonly flags: number;
  /** Sentences about the packet. */
  readonly comments: readonly string[];
}

/**
 * Reads a capture and gives its packets in batches, one for each chunk of the source: the convenient way, which copies each
 * packet. `CaptureReader` is the one that does not.
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
      packet: (packet) => {
        const { section, interfaceId, linkType, seconds, nanoseconds, data, originalLength, flags, dropCount, comments } = packet;
        batch.push({
          section,
          interfaceId,
          linkType,
          seconds,
          nanoseconds,
          // Not `slice`, which in a Buffer of Node shares the octets.
          bytes: new Uint8Array(data),
          originalLength,
          flags,
          comments,
          ...(dropCount === undefined ? {} : { dropCount }),
        });
      },
    });
    for await (const chunk of this.#source) {
      const more = reader.feed(chunk);
      if (batch.length > 0) yield batch;
      batch = [];
      if (!more) break;
    }
    this.#end = reader.end();
  }
}
