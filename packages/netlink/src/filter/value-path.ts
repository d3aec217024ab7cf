import { isJsonList, type JsonValue } from '../decode/json-value.ts';

/**
 * Asks about each value at a path, until one answers yes. A step into a list is a step into each of its elements, unless it
 * is the number of one; the elements of a list at the end are values each.
 *
 * @param value - where the path starts
 * @param path - keys from the outside in
 * @param step - which of them is next
 * @param test - asked about each value
 * @returns whether it said yes
 */
export function someAt(value: JsonValue | undefined, path: readonly string[], step: number, test: (value: JsonValue) => boolean): boolean {
  if (value === undefined) return false;
  const key = path[step];
  if (isJsonList(value)) {
    const element = key === undefined ? undefined : elementAt(value, key);
    if (element !== undefined) return someAt(element, path, step + 1, test);
    return value.some((inner) => someAt(inner, path, step, test));
  }
  if (key === undefined) return test(value);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) && someAt(value[key], path, step + 1, test);
}

/**
 * The value at a path: where it goes through a list, a list of what is there in each element.
 *
 * @param value - where the path starts
 * @param path - keys from the outside in
 * @param step - which of them is next
 * @returns `undefined` if there is nothing
 */
export function valueAt(value: JsonValue | undefined, path: readonly string[], step: number): JsonValue | undefined {
  const key = path[step];
  if (value === undefined || key === undefined) return value;
  if (isJsonList(value)) {
    const element = elementAt(value, key);
    if (element !== undefined) return valueAt(element, path, step + 1);
    const found = value.map((inner) => valueAt(inner, path, step)).filter((inner) => inner !== undefined);
    return found.length === 0 ? undefined : found;
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? valueAt(value[key], path, step + 1) : undefined;
}

function elementAt(list: readonly JsonValue[], key: string): JsonValue | undefined {
  return /^\d{1,9}$/.test(key) ? list[Number(key)] : undefined;
}
