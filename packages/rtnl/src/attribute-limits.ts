import type { AttributeDefinition, AttributeDefinitions, BinaryAttribute, IntegerAttribute, LongAttribute, StringAttribute } from './attribute-definitions.ts';

/** What an attribute's length field leaves for its payload, in octets. */
const MAX_PAYLOAD = 0xffff - 4;

/** What each type of integer holds. */
const RANGES: Readonly<Record<(IntegerAttribute | LongAttribute)['type'], readonly [bigint, bigint]>> = {
  u8: [0n, 0xffn],
  u16: [0n, 0xffffn],
  u32: [0n, 0xffff_ffffn],
  u64: [0n, 0xffff_ffff_ffff_ffffn],
  s8: [-0x80n, 0x7fn],
  s16: [-0x8000n, 0x7fffn],
  s32: [-0x8000_0000n, 0x7fff_ffffn],
  s64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
};

/**
 * One of a kind's definitions.
 *
 * @throws TypeError when the kind has no attribute of that name
 */
export function definitionOf(definitions: AttributeDefinitions, name: string): AttributeDefinition {
  const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (definition !== undefined) return definition;
  throw new TypeError(`attribute: expected one of ${Object.keys(definitions).join(', ') || 'none'}, got ${name}`);
}

/**
 * Checks a number against what the type of its attribute holds.
 *
 * @param label - whose number it is, for the error
 * @throws TypeError: it is no number of the kind that the type has; RangeError: the type does not hold it
 */
export function checkInteger(label: string, type: (IntegerAttribute | LongAttribute)['type'], value: unknown): number | bigint {
  const wanted = type === 'u64' || type === 's64' ? 'bigint' : 'number';
  if (typeof value !== wanted || (typeof value !== 'number' && typeof value !== 'bigint')) {
    throw new TypeError(`${label}: expected a ${wanted}, got ${typeof value}`);
  }
  const [least, most] = RANGES[type];
  if (value >= least && value <= most && (typeof value === 'bigint' || Number.isInteger(value))) return value;
  throw new RangeError(`${label}: expected an integer from ${String(least)} to ${String(most)}, got ${String(value)}`);
}

/**
 * Checks the limits that a definition sets.
 *
 * @throws RangeError when no value can keep them, or its type cannot hold them
 */
export function checkLimits(name: string, definition: AttributeDefinition): void {
  switch (definition.type) {
    case 'flag':
    case 'nested':
    case 'link':
      return;
    case 'string':
    case 'binary':
      checkLengths(name, definition);
      return;
    default:
      checkRange(name, definition);
  }
}

function checkRange(name: string, { type, min, max }: IntegerAttribute | LongAttribute): void {
  if (min !== undefined) checkInteger(`${name}: min`, type, min);
  if (max !== undefined) checkInteger(`${name}: max`, type, max);
  if (min !== undefined && max !== undefined && min > max) {
    throw new RangeError(`${name}: expected a min of at most ${String(max)}, got ${String(min)}`);
  }
}

function checkLengths(name: string, definition: StringAttribute | BinaryAttribute): void {
  const { maxLength = MAX_PAYLOAD } = definition;
  // A string of no octets cannot be sent: the kernel takes a length of 0 for no limit.
  const minLength = definition.type === 'string' ? 1 : (definition.minLength ?? 0);
  if (!Number.isInteger(minLength) || minLength < 0) {
    throw new RangeError(`${name}: expected a minLength from 0 to ${String(MAX_PAYLOAD)}, got ${String(minLength)}`);
  }
  if (!Number.isInteger(maxLength) || maxLength < minLength || maxLength > MAX_PAYLOAD) {
    throw new RangeError(`${name}: expected a maxLength from ${String(minLength)} to ${String(MAX_PAYLOAD)}, got ${String(maxLength)}`);
  }
}
