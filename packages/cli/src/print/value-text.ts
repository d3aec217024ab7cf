import type { JsonValue } from '@netdevkit/netlink';
import { printable } from './printable.ts';

/**
 * A value in a line of text: texts without quotes where nothing can be mistaken, lists with commas, objects in braces.
 *
 * @param value - any
 * @param enough - after how many characters the rest is not asked for any more, and may be left out
 */
export function valueText(value: JsonValue, enough: number = Infinity): string {
  if (typeof value === 'string') return isPlain(value) ? value : printable(/^[^\s{},"]+$/.test(value) ? value : JSON.stringify(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : listText(value, enough);
  if (typeof value === 'object' && value !== null) return objectText(value, enough);
  return String(value);
}

/**
 * A member of an object in a line of text.
 *
 * @param name - its name
 * @param value - its value; what is just true is said by the name
 * @param enough - as for {@link valueText}
 */
export function memberText(name: string, value: JsonValue, enough: number = Infinity): string {
  return value === true ? printable(name) : `${printable(name)} ${valueText(value, enough)}`;
}

function listText(list: readonly JsonValue[], enough: number): string {
  let text = '';
  for (const [index, value] of list.entries()) {
    text += index === 0 ? valueText(value, enough) : `,${valueText(value, enough)}`;
    if (text.length > enough) break;
  }
  return text;
}

function objectText(object: Readonly<Record<string, JsonValue>>, enough: number): string {
  let text = '';
  for (const [name, value] of Object.entries(object)) {
    text += text === '' ? memberText(name, value, enough) : ` ${memberText(name, value, enough)}`;
    if (text.length > enough) break;
  }
  return `{${text}}`;
}

/** What most texts are made of: nothing that a terminal would obey, nothing that needs quotes. */
function isPlain(text: string): boolean {
  return /^[\w.:/+-]+$/.test(text);
}
