/** What JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether JSON can say it, and all that is in it. */
export function isJsonValue(value: unknown): value is JsonValue {
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return value === null || Object.values(value).every(isJsonValue);
}
