import type { JsonValue } from '@netdevkit/netlink';
import { printable } from './printable.ts';

/**
 * A value in a line of text: texts without quotes where nothing can be mistaken, lists with commas, objects in braces.
 *
 * @param value - any
 */
export function valueText(value: JsonValue): string {
  if (typeof value === 'string') return /^[^\s{},"]+$/.test(value) ? printable(value) : printable(JSON.stringify(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map((one) => valueText(one)).join(',');
  if (typeof value === 'object' && value !== null) return `{${memberTexts(value).join(' ')}}`;
  return String(value);
}

/**
 * The members of an object in a line of text, one by one.
 *
 * @param object - any
 */
export function memberTexts(object: Readonly<Record<string, JsonValue>>): string[] {
  return Object.entries(object).map(([name, value]) => (value === true ? printable(name) : `${printable(name)} ${valueText(value)}`));
}
