import type { Entry } from './entry.ts';
import { Kind } from './kind.ts';
import { quoteText } from './safe-text.ts';

/**
 * A value as text has it.
 *
 * @param entry - the field
 * @param value - what JSON says of it
 */
export function textOf(entry: Entry, value: unknown): string {
  if (typeof value === 'string') return entry.kind === Kind.STRING || entry.kind === Kind.NOTATION ? quoteText(value) : value;
  if (typeof value === 'number') return entry.isHex && value >= 0 ? `0x${value.toString(16)}` : String(value);
  if (value === true) return 'yes';
  if (Array.isArray(value)) return value.length === 0 ? '0' : value.map((item) => (entry.kind === Kind.STRINGS ? quoteText(String(item)) : String(item))).join(',');
  return isBits(value) ? `${bitsText(value.value)}/${bitsText(value.selector)}` : JSON.stringify(value);
}

/** A value of 32 bits and which of them count. */
function isBits(value: unknown): value is { readonly value: unknown; readonly selector: unknown } {
  return typeof value === 'object' && value !== null && 'selector' in value && 'value' in value;
}

function bitsText(bits: unknown): string {
  if (!Array.isArray(bits)) return `0x${Number(bits).toString(16)}`;
  return bits.length === 0 ? '0' : bits.join(',');
}
