/**
 * A word for a shell.
 *
 * @param text - anything without NUL
 */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
