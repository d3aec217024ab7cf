/** What JSON can say. Lists and objects are not to be changed: they may be parts of several messages. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** One that is being made. */
export type MutableJsonObject = Record<string, JsonValue>;

/** Whether it is a list. `Array.isArray` does not tell TypeScript so of one that is not to be changed. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether it is an object, and no list. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether JSON can say it, and all that is in it. */
export function isJsonValue(value: unknown): value is JsonValue {
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return value === null || Object.values(value).every(isJsonValue);
}
