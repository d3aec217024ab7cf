import { isJsonList, type JsonValue } from './json-value.ts';

// What a terminal takes for a command, and what reorders the text around it.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** What nearly all texts are. */
const HARMLESS = /^[\u0020-\u007e]*$/;

/** What can stand in a line of text as it is: nothing that a terminal would obey, nothing that needs quotes. */
export const PLAIN: RegExp = /^[\w.:/+-]+$/;

/**
 * A string from a capture, safe to print: what a terminal would obey is escaped.
 *
 * @param text - anything
 * @example
 * ```ts
 * import { printable } from '@netdevkit/netlink';
 *
 * console.log(printable('eth0\u001b[2J')); // eth0\u001b[2J
 * ```
 */
export function printable(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * A value in a line of text: texts without quotes where nothing can be mistaken, lists with commas, objects in braces.
 *
 * @param value - any
 * @param enough - after how many characters the rest is not asked for any more, and may be left out
 * @example
 * ```ts
 * import { valueText } from '@netdevkit/netlink';
 *
 * console.log(valueText({ kind: 'vlan', flags: ['up', 'loopback'], label: 'a b' })); // {kind vlan flags up,loopback label "a b"}
 * ```
 */
export function valueText(value: JsonValue, enough: number = Infinity): string {
  if (typeof value === 'string') return PLAIN.test(value) ? value : printable(/^[^\s{},"]+$/.test(value) ? value : JSON.stringify(value));
  if (isJsonList(value)) return value.length === 0 ? '[]' : listText(value, enough);
  if (typeof value === 'object' && value !== null) return objectText(value, enough);
  return String(value);
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

/** What is just true is said by the name. */
function memberText(name: string, value: JsonValue, enough: number): string {
  return value === true ? printable(name) : `${printable(name)} ${valueText(value, enough)}`;
}
