import { describe, expect, it } from 'vitest';
import { elfSection } from '../src/elf.ts';
import { randomNumbers } from './random.ts';

const NAMES = '\0.names\0.data\0';

/** An object of three sections: the empty one, `.names` and `.data`. */
function build(data: readonly number[]): Uint8Array<ArrayBuffer> {
  const names = new TextEncoder().encode(NAMES);
  const table = 64 + names.byteLength + data.length;
  const bytes = new Uint8Array(table + 3 * 64);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.set(names, 64);
  bytes.set(data, 64 + names.byteLength);
  view.setBigUint64(40, BigInt(table), true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 3, true);
  view.setUint16(62, 1, true);
  const section = (index: number, name: number, offset: number, size: number): void => {
    view.setUint32(table + index * 64, name, true);
    view.setBigUint64(table + index * 64 + 24, BigInt(offset), true);
    view.setBigUint64(table + index * 64 + 32, BigInt(size), true);
  };
  section(1, NAMES.indexOf('.names'), 64, names.byteLength);
  section(2, NAMES.indexOf('.data'), 64 + names.byteLength, data.length);
  return bytes;
}

describe('elfSection', () => {
  it('finds a section by its name', () => {
    expect(elfSection(build([1, 2, 3]), '.data')).toEqual(Uint8Array.of(1, 2, 3));
    expect(elfSection(build([1, 2, 3]), '.BTF')).toBeUndefined();
  });

  it('reads a file that starts in the middle of its buffer', () => {
    const padded = Uint8Array.of(...new Uint8Array(5), ...build([7]));
    expect(elfSection(padded.subarray(5), '.data')).toEqual(Uint8Array.of(7));
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a header cut off', build([]).slice(0, 63)],
    ['no ELF', build([]).with(0, 0)],
    ['32 bits', build([]).with(4, 1)],
    ['big-endian', build([]).with(5, 2)],
  ])('refuses %s', (_, bytes) => {
    expect(() => elfSection(bytes, '.data')).toThrow(new TypeError('not a 64-bit little-endian ELF object'));
  });

  it.each([
    ['a table of sections outside the file', 40],
    ['a section outside the file', build([1]).byteLength - 32],
    ['a name outside the names', build([1]).byteLength - 64],
  ])('refuses %s', (_, at) => {
    const bytes = build([1]);
    new DataView(bytes.buffer).setUint32(at, 0x7fff_ffff, true);
    expect(() => elfSection(bytes, '.data')).toThrow(RangeError);
  });

  it('refuses an offset that no number can hold', () => {
    const bytes = build([1]);
    new DataView(bytes.buffer).setBigUint64(40, 2n ** 60n, true);
    expect(() => elfSection(bytes, '.data')).toThrow(RangeError);
  });

  it('throws nothing but TypeError and RangeError for any octets', () => {
    const random = randomNumbers(2);
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = build([1, 2, 3]);
      for (let change = 0; change <= round % 4; change++) bytes[random.next().value % bytes.byteLength] = random.next().value;
      try {
        elfSection(bytes, '.data');
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError, String(error)).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
    expect(refused).toBeLessThan(5000);
  });
});
