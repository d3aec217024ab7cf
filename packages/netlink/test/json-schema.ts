/**
 * Checks a value against a JSON Schema: the keywords that `json-line.schema.json` uses, and no others.
 *
 * @returns what is wrong, each with its place
 */
export function validate(root: Schema, value: unknown): string[] {
  return check(root, root, value, '');
}

export type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = ['$schema', '$id', '$defs', 'title', 'description'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemaOf(value: unknown): Schema {
  if (!isRecord(value)) throw new TypeError('a schema has to be an object');
  return value;
}

function check(root: Schema, schema: Schema, value: unknown, at: string): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => keywordProblems(root, schema, keyword, wanted, value, at));
}

function keywordProblems(root: Schema, schema: Schema, keyword: string, wanted: unknown, value: unknown, at: string): string[] {
  const problem = (isRight: boolean): string[] => (isRight ? [] : [`${at}: ${keyword} ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`]);
  if (ANNOTATIONS.includes(keyword)) return [];
  switch (keyword) {
    case '$ref':
      return check(root, schemaOf(schemaOf(root['$defs'])[String(wanted).replace('#/$defs/', '')]), value, at);
    case 'anyOf':
      return problem(Array.isArray(wanted) && wanted.some((option) => check(root, schemaOf(option), value, at).length === 0));
    case 'const':
      return problem(value === wanted);
    case 'type':
      return problem(hasType(value, String(wanted)));
    case 'pattern':
      return problem(typeof value !== 'string' || new RegExp(String(wanted), 'u').test(value));
    case 'minimum':
      return problem(typeof value !== 'number' || value >= Number(wanted));
    case 'maximum':
      return problem(typeof value !== 'number' || value <= Number(wanted));
    case 'items':
      return Array.isArray(value) ? value.flatMap((item, index) => check(root, schemaOf(wanted), item, `${at}[${String(index)}]`)) : [];
    case 'required':
      return problem(!isRecord(value) || (Array.isArray(wanted) && wanted.every((key) => String(key) in value)));
    case 'properties':
    case 'patternProperties':
      return [];
    case 'additionalProperties':
      return isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => propertyProblems(root, schema, key, inner, `${at}.${key}`)) : [];
    default:
      throw new TypeError(`a keyword that this does not know: ${keyword}`);
  }
}

function propertyProblems(root: Schema, schema: Schema, key: string, value: unknown, at: string): string[] {
  const named = isRecord(schema['properties']) ? schema['properties'][key] : undefined;
  const patterns = Object.entries(schemaOf(schema['patternProperties'] ?? {})).filter(([pattern]) => new RegExp(pattern, 'u').test(key));
  const applicable = [...(named === undefined ? [] : [named]), ...patterns.map(([, inner]) => inner)];
  if (applicable.length > 0) return applicable.flatMap((inner) => check(root, schemaOf(inner), value, at));
  const others = schema['additionalProperties'];
  return others === false ? [`${at}: no such key is known`] : check(root, schemaOf(others), value, at);
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
