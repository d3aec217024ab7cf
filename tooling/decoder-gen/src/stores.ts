/**
 * Statements that write a text of ASCII in as few stores as there can be: eight octets as a double, whose bits they are, four
 * as a word.
 *
 * @param text - letters, digits and punctuation
 * @returns statements; each text is at `to` in the view `o`
 */
export function stores(text: string): string[] {
  const octets = new DataView(new ArrayBuffer(8));
  const statements: string[] = [];
  const at = (offset: number): string => (offset === 0 ? 'to' : `to + ${String(offset)}`);
  for (let from = 0; from < text.length; ) {
    const left = text.length - from;
    const size = left >= 8 ? 8 : left > 2 ? 4 : left;
    octets.setFloat64(0, 0);
    for (let i = 0; i < size; i++) octets.setUint8(i, from + i < text.length ? octetOf(text, from + i) : 0);
    if (size === 8) statements.push(`o.setFloat64(${at(from)}, ${String(octets.getFloat64(0, true))}, true);`);
    else if (size === 4) statements.push(`o.setInt32(${at(from)}, ${String(octets.getInt32(0, true))}, true);`);
    else if (size === 2) statements.push(`o.setUint16(${at(from)}, ${String(octets.getUint16(0, true))}, true);`);
    else statements.push(`o.setUint8(${at(from)}, ${String(octets.getUint8(0))});`);
    from += size;
  }
  return statements;
}

function octetOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0 || code > 0x7e) throw new RangeError(`${JSON.stringify(text)}: expected ASCII`);
  return code;
}
