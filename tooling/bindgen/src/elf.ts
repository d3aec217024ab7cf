const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;

/**
 * Reads one section of a 64-bit little-endian ELF object.
 *
 * @param file - The whole object file.
 * @param name - The section's name, such as `.BTF`.
 * @returns The section's bytes, shared with `file`; `undefined` when there is no such section.
 * @throws {@link TypeError} When the file is not a 64-bit little-endian ELF object.
 * @throws {@link RangeError} When one of its tables or sections lies outside the file.
 * @example
 * ```ts
 * const btf = elfSection(readFileSync('probe.o'), '.BTF');
 * ```
 */
export function elfSection(file: Uint8Array, name: string): Uint8Array | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  // 0x7f 'E' 'L' 'F', then class 2 (64 bits) and data 1 (little-endian).
  if (file.byteLength < HEADER_SIZE || view.getUint32(0) !== 0x7f454c46 || view.getUint16(4) !== 0x0201) {
    throw new TypeError('not a 64-bit little-endian ELF object');
  }
  const table = toOffset(view.getBigUint64(40, true));
  if (view.getUint16(58, true) !== SECTION_HEADER_SIZE) throw new RangeError('unexpected size of a section header');
  const names = section(file, view, table, view.getUint16(62, true));
  const count = view.getUint16(60, true);
  for (let index = 0; index < count; index++) {
    if (sectionName(names, view, table, index) === name) return section(file, view, table, index);
  }
  return undefined;
}

function section(file: Uint8Array, view: DataView, table: number, index: number): Uint8Array {
  const at = table + index * SECTION_HEADER_SIZE;
  const offset = toOffset(view.getBigUint64(at + 24, true));
  const size = toOffset(view.getBigUint64(at + 32, true));
  if (offset + size > file.byteLength) throw new RangeError(`section ${index} lies outside the file`);
  return file.subarray(offset, offset + size);
}

function sectionName(names: Uint8Array, view: DataView, table: number, index: number): string {
  const start = view.getUint32(table + index * SECTION_HEADER_SIZE, true);
  const end = names.indexOf(0, start);
  if (start >= names.byteLength || end < 0) throw new RangeError(`the name of section ${index} lies outside its table`);
  return new TextDecoder().decode(names.subarray(start, end));
}

function toOffset(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('offset lies outside the file');
  return Number(value);
}
