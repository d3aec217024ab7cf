import { readFileSync } from 'node:fs';
import { CaptureReader, type CaptureBlock, type CaptureEnd, type CaptureInterface, type CaptureSection, type CaptureStatistics, type CapturedPacket } from '../src/index.ts';

/** What tshark says of a packet: interface, time, captured and original length, comment. */
export type Expected = readonly [number, string, number, number, string?];

/** The octets of a golden file. */
export const golden = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)));

// CAST: the file is part of the tests, and in this shape.
export const expected = JSON.parse(readFileSync(new URL('golden/expected.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly Expected[]>
>;

/** Hex digits of octets. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Octets from hex digits; blanks do not count. */
export const octets = (digits: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(digits.replace(/\s/g, ''), 'hex'));

/** All that a capture says. */
export interface Found {
  readonly packets: CapturedPacket[];
  readonly sections: CaptureSection[];
  readonly interfaces: CaptureInterface[];
  readonly statistics: CaptureStatistics[];
  readonly blocks: CaptureBlock[];
  readonly end: CaptureEnd;
}

/** Reads a capture that is fed in chunks of one size, each in an array that is overwritten afterwards. */
export function read(bytes: Uint8Array, size: number = Math.max(bytes.length, 1)): Found {
  const found: Omit<Found, 'end'> = { packets: [], sections: [], interfaces: [], statistics: [], blocks: [] };
  const reader = new CaptureReader({
    packet: (packet) => found.packets.push(packet.copy()),
    section: (section) => found.sections.push(section),
    interface: (description) => found.interfaces.push(description),
    statistics: (statistics) => found.statistics.push(statistics),
    block: (block) => found.blocks.push(structuredClone(block)),
  });
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.slice(at, at + size);
    const more = reader.feed(chunk);
    chunk.fill(0xee);
    if (!more) break;
  }
  return { ...found, end: reader.end() };
}

/** Packets in the form of `expected.json`. */
export const summary = (packets: readonly CapturedPacket[]): Expected[] =>
  packets.map(({ interfaceId, seconds, nanoseconds, bytes, originalLength, comments }) => {
    const time = `${String(seconds)}.${String(nanoseconds).padStart(9, '0')}`;
    return comments.length === 0
      ? [interfaceId, time, bytes.length, originalLength]
      : [interfaceId, time, bytes.length, originalLength, comments.join(',')];
  });

/** Blocks of pcapng in either byte order, well-formed or not: what the writer cannot be made to write. */
export class RawBlocks {
  readonly #little: boolean;
  readonly #parts: number[] = [];

  constructor(little = true) {
    this.#little = little;
  }

  #int(size: 2 | 4, value: number): number[] {
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 0xff);
    return this.#little ? bytes : bytes.reverse();
  }

  u16(...values: number[]): number[] {
    return values.flatMap((value) => this.#int(2, value));
  }

  u32(...values: number[]): number[] {
    return values.flatMap((value) => this.#int(4, value));
  }

  option(code: number, value: readonly number[]): number[] {
    return [...this.u16(code, value.length), ...value, ...Array.from({ length: -value.length & 3 }, () => 0)];
  }

  block(type: number, body: readonly number[], length = 12 + body.length, trailer = length): this {
    this.#parts.push(...this.u32(type, length), ...body, ...this.u32(trailer));
    return this;
  }

  section(): this {
    return this.block(0x0a0d0d0a, this.u32(0x1a2b3c4d, this.#little ? 1 : 0x10000, 0xffffffff, 0xffffffff));
  }

  interface(linkType = 253, snapLength = 0, options: readonly number[] = []): this {
    return this.block(1, [...this.u16(linkType, 0), ...this.u32(snapLength), ...options]);
  }

  packet(interfaceId: number, high: number, low: number, data: readonly number[], options: readonly number[] = []): this {
    const pad = Array.from({ length: -data.length & 3 }, () => 0);
    return this.block(6, [...this.u32(interfaceId, high, low, data.length, data.length), ...data, ...pad, ...options]);
  }

  raw(...bytes: number[]): this {
    this.#parts.push(...bytes);
    return this;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#parts);
  }
}
