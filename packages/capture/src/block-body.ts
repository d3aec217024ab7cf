import { Block } from './block-types.ts';
import type { NameRecord, WritableBlock } from './capture-block.ts';
import { OptionList, encodeText } from './options.ts';

/** What a block is on the wire: its type, and what is between its two lengths, but for the padding. */
export interface BlockBody {
  /** The type. */
  readonly type: number;
  /** Integers before {@link bytes}. */
  readonly words: readonly number[];
  /** The rest. */
  readonly bytes: Uint8Array;
}

/**
 * Turns a block into its form on the wire.
 *
 * @throws RangeError: an address and its names are longer than 65535 octets
 */
export function blockBody(block: WritableBlock): BlockBody {
  switch (block.kind) {
    case 'names':
      return { type: Block.NAME_RESOLUTION, words: [], bytes: nameRecords(block.records) };
    case 'secrets':
      return { type: Block.DECRYPTION_SECRETS, words: [block.secretsType, block.bytes.length], bytes: block.bytes };
    case 'journal':
      return { type: Block.SYSTEMD_JOURNAL, words: [], bytes: block.bytes };
    case 'custom':
      return { type: block.copyable ? Block.CUSTOM : Block.CUSTOM_NO_COPY, words: [block.enterprise], bytes: block.bytes };
    case 'unknown':
      return { type: block.type, words: [], bytes: block.bytes };
  }
}

/** Records have the form of options, and end as they do. */
function nameRecords(records: readonly NameRecord[]): Uint8Array {
  const list = new OptionList();
  for (const { type, address, names } of records) {
    const text = encodeText(names.map((name) => `${name}\0`).join(''));
    const value = new Uint8Array(address.length + text.length);
    value.set(address);
    value.set(text, address.length);
    list.bytes(type, value);
  }
  const bytes = new Uint8Array(Math.max(list.length, 4));
  list.copyTo(bytes, 0);
  return bytes;
}
