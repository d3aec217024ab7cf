/** What `kstrtoul` and `proc_dointvec` take for a number: an optional sign, then hexadecimal, octal or decimal digits. */
const NUMBER = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/;

const ULONG_MAX = 0xffff_ffff_ffff_ffffn;
const INT_MIN = -0x8000_0000n;
const INT_MAX = 0x7fff_ffffn;

/** A number as it was written, without bounds: `undefined` for what is none. */
function parse(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, hexadecimal, octal, decimal] = match;
  const digits = hexadecimal !== undefined ? `0x${hexadecimal}` : octal !== undefined ? `0o${octal}` : (decimal ?? '0');
  const value = BigInt(digits);
  return sign === '-' ? -value : value;
}

/**
 * `kstrtoul`: an unsigned number, after which one newline may stand.
 *
 * @returns the number; `'EINVAL'`, `'ERANGE'`
 */
export function parseUlong(text: string): bigint | 'EINVAL' | 'ERANGE' {
  const value = parse(text.endsWith('\n') ? text.slice(0, -1) : text);
  if (value === undefined || value < 0n || text.startsWith('-')) return 'EINVAL';
  return value > ULONG_MAX ? 'ERANGE' : value;
}

/**
 * `proc_dointvec`, of one number: white space around it counts for nothing, and what follows it is not looked at.
 *
 * @returns the number; `'EINVAL'`; `null` where nothing was written, which changes nothing
 */
export function parseInt32(text: string): number | null | 'EINVAL' {
  const [word] = text.trimStart().split(/[ \t\n]/);
  if (word === undefined || word === '') return text.trim() === '' ? null : 'EINVAL';
  const value = parse(word);
  return value === undefined || value < INT_MIN || value > INT_MAX ? 'EINVAL' : Number(value);
}
