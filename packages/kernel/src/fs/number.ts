/** What `kstrtoul` takes for a number: an optional sign, then hexadecimal, octal or decimal digits. */
const NUMBER = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/;

const ULONG_MAX = 0xffff_ffff_ffff_ffffn;
const INT_MIN = -0x8000_0000n;
const INT_MAX = 0x7fff_ffff;
const UINT_MAX = 0xffff_ffffn;

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

/** What `proc_get_long` takes for a number, and what must stand behind it. */
const WORD = /^-?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)(?=[ \t\n]|$)/;

/**
 * `proc_dointvec`: numbers between white space. What stands behind the last that there is room for is not looked at.
 *
 * @param most - for how many there is room
 * @returns the numbers, at least one; `'EINVAL'` where one of them is none or fits no 32 bits
 */
export function parseInts(text: string, most: number): number[] | 'EINVAL' {
  const numbers: number[] = [];
  let rest = text.trimStart();
  while (numbers.length < most && rest !== '') {
    const [word] = WORD.exec(rest) ?? [];
    const value = word === undefined ? undefined : parse(word);
    if (word === undefined || value === undefined || value < INT_MIN || value > UINT_MAX) return 'EINVAL';
    numbers.push(Number(value));
    rest = rest.slice(word.length).trimStart();
  }
  return numbers.length === 0 ? 'EINVAL' : numbers;
}

/** The same of one signed number. */
export function parseInt32(text: string): number | 'EINVAL' {
  const numbers = parseInts(text, 1);
  const [value] = numbers;
  return typeof value !== 'number' || value > INT_MAX ? 'EINVAL' : value;
}
