import { Kind, type Entry } from '@netdevkit/netlink/tables';

const READERS: Readonly<Record<number, string>> = {
  [Kind.U8]: 'getUint8',
  [Kind.U16]: 'getUint16',
  [Kind.U32]: 'getUint32',
  [Kind.S8]: 'getInt8',
  [Kind.S16]: 'getInt16',
  [Kind.S32]: 'getInt32',
};

/**
 * An expression that reads a number of up to 32 bits from the view `i`.
 *
 * @param entry - the number
 * @param at - an expression: where it stands
 */
export function reading(entry: Pick<Entry, 'base' | 'size' | 'bigEndian'>, at: string): string {
  const reader = READERS[entry.base] ?? '';
  const order = entry.size === 1 ? '' : `, ${String(!entry.bigEndian)}`;
  return `i.${reader}(${at}${order})`;
}

/** The digits of the longest number, with its sign. */
export function mostDigits(entry: Entry): number {
  return entry.size === 1 ? 4 : entry.size === 2 ? 6 : entry.size === 4 ? 11 : 20;
}
