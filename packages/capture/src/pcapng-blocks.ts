import { Block, NameRecordType } from './block-types.ts';
import type { NameRecord, WritableBlock } from './capture-block.ts';
import { decodeText } from './option-reader.ts';

/** Octets of an address, by the type of its record. */
const ADDRESS_LENGTHS: ReadonlyMap<number, number> = new Map([
  [NameRecordType.IPV4, 4],
  [NameRecordType.IPV6, 16],
  [NameRecordType.EUI48, 6],
  [NameRecordType.EUI64, 8],
]);

/**
 * What a block says that is neither a packet nor about an interface or a section. One whose content makes no sense is given as
 * an unknown one.
 *
 * @param type - of the block
 * @param body - what is between its two lengths; the result points into it
 * @param little - whether integers are little-endian
 */
export function readBlock(type: number, body: Uint8Array, little: boolean): WritableBlock {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  switch (type) {
    case Block.SYSTEMD_JOURNAL:
      return { kind: 'journal', bytes: body };
    case Block.NAME_RESOLUTION:
      return { kind: 'names', records: readNames(body, view, little) };
    case Block.DECRYPTION_SECRETS: {
      const length = body.length < 8 ? -1 : view.getUint32(4, little);
      if (length < 0 || length > body.length - 8) break;
      return { kind: 'secrets', secretsType: view.getUint32(0, little), bytes: body.subarray(8, 8 + length) };
    }
    case Block.CUSTOM:
    case Block.CUSTOM_NO_COPY:
      if (body.length < 4) break;
      return { kind: 'custom', enterprise: view.getUint32(0, little), copyable: type === Block.CUSTOM, bytes: body.subarray(4) };
  }
  return { kind: 'unknown', type, bytes: body };
}

/** Records up to the one that ends them, or where no whole one follows. */
function readNames(body: Uint8Array, view: DataView, little: boolean): NameRecord[] {
  const records: NameRecord[] = [];
  let at = 0;
  while (body.length - at >= 4) {
    const type = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (type === NameRecordType.END || length > body.length - at - 4) break;
    records.push(readName(type, body.subarray(at + 4, at + 4 + length)));
    at += 4 + ((length + 3) & ~3);
  }
  return records;
}

function readName(type: number, value: Uint8Array): NameRecord {
  const length = ADDRESS_LENGTHS.get(type);
  if (length === undefined || value.length < length) return { type, address: value, names: [] };
  const names: string[] = [];
  for (let at = length; at < value.length; ) {
    const nul = value.indexOf(0, at);
    const end = nul === -1 ? value.length : nul;
    if (end > at) names.push(decodeText(value.subarray(at, end)));
    at = end + 1;
  }
  return { type, address: value.subarray(0, length), names };
}
