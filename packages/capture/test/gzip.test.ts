import { constants, crc32 as zlibCrc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../src/gzip/crc32.ts';
import { Gunzip, type GunzipEnd } from '../src/gzip/gunzip.ts';
import { Inflater } from '../src/gzip/inflate.ts';
import { golden } from './golden.ts';

interface Unzipped {
  readonly bytes: Uint8Array;
  readonly end: GunzipEnd;
}

/** Decompresses octets that come in chunks of one size. */
function unzip(compressed: Uint8Array, size: number = Math.max(compressed.length, 1)): Unzipped {
  const parts: Uint8Array[] = [];
  const gunzip = new Gunzip((bytes) => {
    parts.push(bytes.slice());
    return true;
  });
  for (let at = 0; at < compressed.length; at += size) {
    // Not `slice`, which in a Buffer shares the octets.
    const chunk = new Uint8Array(compressed.subarray(at, at + size));
    const more = gunzip.push(chunk);
    chunk.fill(0xee);
    if (!more) break;
  }
  const end = gunzip.end();
  return { bytes: new Uint8Array(Buffer.concat(parts)), end };
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

// What compresses to every kind of block: noise, runs, repetitions near and far.
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(255), fc.nat(2000)).map(([octet, length]) => new Uint8Array(length).fill(octet)),
      fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60)).map(([one, times]) => joined(...Array.from({ length: times }, () => one))),
      fc.string({ maxLength: 200 }).map((text) => new Uint8Array(Buffer.from(text))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => joined(...parts));

const settings: fc.Arbitrary<ZlibOptions> = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED),
});

describe('crc32', () => {
  it('is the one of zlib, however the octets are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(10), (bytes, cut, offset) => {
        const middle = Math.min(cut, bytes.length);
        const shifted = joined(new Uint8Array(offset), bytes).subarray(offset);
        const first = crc32(shifted, 0, middle);
        expect(crc32(shifted, middle, bytes.length, first)).toBe(zlibCrc32(bytes));
      }),
    );
  });
});

describe('Gunzip', () => {
  it('decompresses what zlib compressed, in chunks of any size', () => {
    fc.assert(
      fc.property(content, settings, fc.integer({ min: 1, max: 400 }), (bytes, options, size) => {
        expect(unzip(gzipSync(bytes, options), size)).toEqual({ bytes, end: { kind: 'complete', message: '' } });
      }),
      { numRuns: 400 },
    );
  });

  it('decompresses more than its window, with matches as far back as they go', () => {
    const noise = Uint8Array.from({ length: 32_768 }, (_, i) => Math.imul(i + 1, 0x9e37_79b1) >>> 24);
    const bytes = joined(noise, noise, noise.subarray(0, 30_000), new Uint8Array(200_000), noise, noise);
    for (const level of [0, 1, 6, 9]) {
      const compressed = gzipSync(bytes, { level });
      for (const size of [1, 1000, 65_536, compressed.length]) {
        const found = unzip(compressed, size);
        expect(found.end.kind).toBe('complete');
        expect(Buffer.compare(found.bytes, bytes)).toBe(0);
      }
    }
  });

  it('decompresses several members, and passes over zeros behind the last', () => {
    const members = ['one', '', 'two'].map((text) => gzipSync(Buffer.from(text)));
    for (const size of [1, 2, 7, 1000]) {
      const { bytes, end } = unzip(joined(...members, new Uint8Array(512)), size);
      expect(Buffer.from(bytes).toString()).toBe('onetwo');
      expect(end.kind).toBe('complete');
    }
  });

  it('passes over what a header may have', () => {
    const plain = gzipSync(Buffer.from('text'));
    const field = [0x1f, 0x8b, 8, 0x1e, 1, 2, 3, 4, 0, 3, ...[5, 0, 1, 2, 3, 4, 5], ...Buffer.from('a name\0'), ...Buffer.from('a comment\0')];
    const checksum = zlibCrc32(Uint8Array.from(field)) & 0xffff;
    const whole = (sum: number): Uint8Array => joined(Uint8Array.from([...field, sum & 0xff, sum >> 8]), plain.subarray(10));
    for (const size of [1, 3, 1000]) {
      expect(Buffer.from(unzip(whole(checksum), size).bytes).toString()).toBe('text');
      expect(unzip(whole(checksum), size).end.kind).toBe('complete');
      expect(unzip(whole(checksum ^ 1), size).end).toEqual({ kind: 'malformed', message: 'a header with a wrong checksum' });
    }
    expect(Buffer.from(gunzipSync(whole(checksum))).toString()).toBe('text');
  });

  const text = gzipSync(Buffer.from('text'));
  const changed = (at: number, value: number): Uint8Array => {
    const copy = new Uint8Array(text);
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  it.each<[string, Uint8Array, string]>([
    ['no gzip member', changed(1, 0), ''],
    ['compression method 7, not 8', changed(2, 7), ''],
    ['a header with flags that do not exist', changed(3, 0x20), ''],
    ['the checksum of the data is another', changed(-8, (text.at(-8) ?? 0) ^ 1), 'text'],
    ['the length of the data is another', changed(-4, 5), 'text'],
    ['no gzip member', joined(text, Buffer.from('more')), 'text'],
    ['a block of a type that does not exist', joined(text.subarray(0, 10), Uint8Array.of(7)), ''],
    ['a stored block with two different lengths', joined(text.subarray(0, 10), Uint8Array.of(1, 1, 0, 1, 0)), ''],
    ['a block with more symbols than there are', joined(text.subarray(0, 10), Uint8Array.of(0xfd, 0xff, 0xff, 0xff)), ''],
    ['a match that starts before the data', joined(text.subarray(0, 10), Uint8Array.of(3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0)), ''],
  ])('says that there is %s', (message, compressed, before) => {
    for (const size of [1, 1000]) {
      const { bytes, end } = unzip(compressed, size);
      expect(end).toEqual({ kind: 'malformed', message });
      expect(Buffer.from(bytes).toString()).toBe(before);
    }
  });

  it('wants nothing more when its reader does not', () => {
    let calls = 0;
    const gunzip = new Gunzip(() => {
      calls++;
      return false;
    });
    expect(gunzip.push(gzipSync(new Uint8Array(500_000)))).toBe(false);
    expect(gunzip.push(text)).toBe(false);
    expect([gunzip.end().kind, calls]).toEqual(['complete', 1]);
  });

  it('gives all that zlib gives of data that is cut off anywhere', () => {
    const bytes = golden('two-7.2.pcap');
    for (const options of [{ level: 9 }, { level: 1 }, { level: 0 }, { strategy: constants.Z_FIXED }]) {
      const compressed = gzipSync(bytes, options);
      for (let length = 0; length < compressed.length; length += length < 700 ? 1 : 41) {
        const cut = compressed.subarray(0, length);
        const found = unzip(cut, 333);
        expect(found.end).toEqual({ kind: 'truncated', message: 'the gzip data is cut off' });
        const wanted = length === 0 ? new Uint8Array(0) : new Uint8Array(gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }));
        expect(Buffer.compare(found.bytes, wanted)).toBe(0);
      }
    }
  });
});

describe('Inflater', () => {
  /** What comes of raw deflate data, if all of it is there and makes sense. */
  function inflate(compressed: Uint8Array): Uint8Array | undefined {
    const parts: Uint8Array[] = [];
    const inflater = new Inflater((bytes, start, end) => {
      expect(end - start).toBeGreaterThan(0);
      parts.push(bytes.slice(start, end));
    });
    const used = inflater.run(compressed, 0, compressed.length, true);
    expect(used).toBeLessThanOrEqual(compressed.length);
    return used !== -1 && inflater.done ? new Uint8Array(Buffer.concat(parts)) : undefined;
  }

  /** The same by zlib. What is wrong is not compared: an end within what makes no sense may be called either. */
  function zlibInflate(compressed: Uint8Array): Uint8Array | undefined {
    try {
      return new Uint8Array(inflateRawSync(compressed));
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'Z_DATA_ERROR' || error.code === 'Z_BUF_ERROR')) return undefined;
      throw error;
    }
  }

  it('accepts and refuses what zlib does, when any bits are changed', () => {
    const change = fc.tuple(fc.nat(), fc.nat(7));
    fc.assert(
      fc.property(content, settings, fc.array(change, { maxLength: 4 }), (bytes, options, changes) => {
        const compressed = new Uint8Array(deflateRawSync(bytes, options));
        for (const [at, bit] of changes) {
          const index = at % Math.min(compressed.length, 100);
          compressed[index] = (compressed[index] ?? 0) ^ (1 << bit);
        }
        expect(inflate(compressed)).toEqual(zlibInflate(compressed));
      }),
      { numRuns: 6000 },
    );
  });

  it('accepts and refuses what zlib does of random octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.constantFrom(undefined, 2, 4, 5), (bytes, type) => {
        // Most random octets are refused at once: a block with codes of its own, or fixed ones, gets further.
        if (type !== undefined) bytes[0] = ((bytes[0] ?? 0) & 0xf8) | type;
        expect(inflate(bytes)).toEqual(zlibInflate(bytes));
      }),
      { numRuns: 6000 },
    );
  });
});
