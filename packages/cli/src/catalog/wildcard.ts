/**
 * Whether an alias pattern, in which `*` stands for any run of characters, covers what is asked for.
 *
 * C twin: `fnmatch` as modprobe uses it, for `*` alone.
 *
 * @param pattern - of a module
 * @param alias - what is asked for
 */
export function matchesAlias(pattern: string, alias: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === alias;
  if (!alias.startsWith(first)) return false;
  // The earliest place for each part leaves the most room for those behind it, so nothing is ever tried twice.
  let at = first.length;
  for (const part of rest) {
    const found = alias.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return alias.length - last.length >= at && alias.endsWith(last);
}
