/**
 * Compiles a pattern, in which `*` is any text and `?` any character. The time that it takes is at most the product of the
 * lengths, whatever the pattern.
 *
 * @param pattern - the pattern
 * @returns whether a text fits it as a whole
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern);
  return (text) => fits(wanted, Array.from(text));
}

function fits(wanted: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  // Where the last star stands, and the first character that it has not taken.
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    const want = wanted[next];
    if (want === '*') {
      star = next++;
      taken = at;
    } else if (want === '?' || (want !== undefined && want === text[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++taken;
    } else return false;
  }
  while (wanted[next] === '*') next++;
  return next === wanted.length;
}
