/** The polynomial of CRC-32 as gzip has it, lowest bit first. */
const POLYNOMIAL = 0xedb8_8320;

const ENTRIES = 256;

/**
 * What an octet does to the checksum when 0 to 7 others follow it, one table behind the other: so eight octets are looked up
 * at once. (Node 24.21: 1.6 to 2.3 GB/s, four at once 0.8, octet by octet 0.4.)
 */
let tables: Int32Array | undefined;

function makeTable(): Int32Array {
  const table = new Int32Array(8 * ENTRIES);
  for (let octet = 0; octet < ENTRIES; octet++) {
    let value = octet;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
    table[octet] = value;
  }
  for (let at = ENTRIES; at < table.length; at++) {
    const before = table[at - ENTRIES] ?? 0;
    table[at] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
  }
  return table;
}

/**
 * The CRC-32 of octets (RFC 1952, section 8).
 *
 * @param bytes - what holds them
 * @param start - where they start
 * @param end - where they end
 * @param before - that of the octets before them
 * @defaultValue 0
 * @returns an unsigned 32-bit integer
 */
export function crc32(bytes: Uint8Array, start: number, end: number, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Of what is not compressed nobody asks for it.
  const table = (tables ??= makeTable());
  let crc = ~before;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      (table[1792 + (low & 0xff)] ?? 0) ^
      (table[1536 + ((low >>> 8) & 0xff)] ?? 0) ^
      (table[1280 + ((low >>> 16) & 0xff)] ?? 0) ^
      (table[1024 + (low >>> 24)] ?? 0) ^
      (table[768 + (high & 0xff)] ?? 0) ^
      (table[512 + ((high >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((high >>> 16) & 0xff)] ?? 0) ^
      (table[high >>> 24] ?? 0);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
