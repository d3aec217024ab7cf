import { NLA_HDRLEN } from '@netdevkit/bindings';

const HEADER = NLA_HDRLEN;

/**
 * Whether there is one attribute on each level of nests whose types are values, and nothing behind any of them.
 *
 * @param view - the octets
 * @param levels - how many there are
 * @param start - where the outermost starts
 * @param end - where it ends
 */
export function hasSingle(view: DataView, levels: number, start: number, end: number): boolean {
  let at = start;
  let limit = end;
  for (let level = 0; level < levels; level++) {
    if (limit - at < HEADER) return false;
    const size = view.getUint16(at, true);
    // Octets after the only one, and not just its padding, would have no place in an object.
    if (size < HEADER || size > limit - at || ((size + 3) & ~3) < limit - at) return false;
    limit = at + size;
    at += HEADER;
  }
  return true;
}
