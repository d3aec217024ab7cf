/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Whether something is an object, and no list.
 *
 * @param value - any
 */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What stands at a path.
 *
 * @param value - where it starts
 * @param path - keys with dots between them; what stands before the first is the value itself
 * @returns `undefined` if there is nothing
 */
export function valueAt(value: unknown, path: string): unknown {
  let inner = value;
  for (const key of path === '' ? [] : path.split('.')) {
    if (Array.isArray(inner)) inner = inner[Number(key)];
    else if (isObject(inner)) inner = inner[key];
    else return undefined;
  }
  return inner;
}

/** A name without what differs by taste: capitals, and what stands between words. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_. /]/g, '');
}

const NUMBER = /^(?:-?\d+|0x[0-9a-f]+)$/i;

/**
 * Whether a command's value is the decoder's. Flags that are there are `null` in the one and `true` in the other, numbers may
 * be text, names may have capitals; a list of texts is the same in any order, for flags have none.
 *
 * @param theirs - as the command prints it
 * @param ours - as it was decoded
 */
export function isSame(theirs: unknown, ours: unknown): boolean {
  if (theirs === ours) return true;
  if (Array.isArray(theirs)) return isSameList(theirs, ours);
  if (theirs === null) return ours === true || ours === 1;
  if (typeof theirs === 'boolean') return ours === undefined ? !theirs : Number(theirs) === Number(ours);
  if (typeof theirs === 'number') return typeof ours === 'boolean' ? Number(ours) === theirs : isDigits(ours) && Number(ours) === theirs;
  if (typeof theirs !== 'string') return false;
  if (typeof ours === 'number') return NUMBER.test(theirs.trim()) && Number(theirs) === ours;
  return typeof ours === 'string' && (plain(theirs) === plain(ours) || (isDigits(ours) && NUMBER.test(theirs) && BigInt(theirs) === BigInt(ours)));
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d+$/.test(value);
}

function isSameList(theirs: readonly unknown[], ours: unknown): boolean {
  if (theirs.length === 0) return ours === undefined || (Array.isArray(ours) && ours.length === 0);
  if (!Array.isArray(ours) || ours.length !== theirs.length) return false;
  if (!theirs.every((item) => typeof item === 'string')) return theirs.every((item, index) => isSame(item, ours[index]));
  const left = ours.map((item: unknown) => item);
  return theirs.every((item) => {
    const index = left.findIndex((other) => isSame(item, other));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}
