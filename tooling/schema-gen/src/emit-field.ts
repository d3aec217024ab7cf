import type { Scope } from './scope.ts';
import { SpecError } from './spec-node.ts';
import type { SpecField } from './spec.ts';

const BIG_ENDIAN: Readonly<Record<string, string>> = { u16: 'be16', u32: 'be32', u64: 'be64', s32: 'sbe32', s64: 'sbe64', u8: 'u8', s8: 's8' };
const NUMBERS = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'uint', 'sint'];
const HINTS = ['hex', 'mac', 'fddi', 'ipv4', 'ipv6', 'ipv4-or-v6', 'uuid'];

/**
 * Writes the expression that makes a field.
 *
 * @param field - an attribute or a member
 * @param scope - learns which functions are called
 * @param isMember - whether it stands in a structure
 * @throws SpecError: this kind of field is not supported
 */
export function fieldCode(field: SpecField, scope: Scope, isMember: boolean): string {
  if (field.hint !== undefined && !HINTS.includes(field.hint)) throw unsupported(field, `display-hint "${field.hint}"`);
  const code = single(field, scope, isMember);
  return field.many ? call(scope, 'many', [code]) : code;
}

function single(field: SpecField, scope: Scope, isMember: boolean): string {
  const { type } = field;
  // Octets whose number of types are values: the type of the specification is that of what is inside.
  if (field.typeValue.length > 0) return typedCode(field, scope);
  if (NUMBERS.includes(type)) return numberCode(field, type, scope);
  switch (type) {
    case 'string':
      return call(scope, 'string', [quote(field.name), ...(isMember ? [needLength(field)] : [])]);
    case 'binary':
      return binaryCode(field, scope, isMember);
    case 'flag':
      return call(scope, 'flag', [quote(field.name)]);
    case 'pad':
      if (!isMember) return call(scope, 'pad', field.name === 'pad' ? [] : ['undefined', quote(field.name)]);
      return call(scope, 'pad', [needLength(field), ...(field.name === 'pad' ? [] : [quote(field.name)])]);
    case 'unused':
      return call(scope, 'unused', [quote(field.name)]);
    case 'bitfield32':
      return call(scope, 'bitfield32', [quote(field.name), ...(field.enum === undefined ? [] : [scope.names(field.enum, true)])]);
    case 'nest':
      return call(scope, 'nest', [quote(field.name), nested(field, scope)]);
    case 'indexed-array':
      return call(scope, 'indexed', [elementCode(field, scope)]);
    case 'sub-message': {
      if (field.subMessage === undefined || field.selector === undefined) throw unsupported(field, 'a sub-message without "sub-message" and "selector"');
      return call(scope, 'subMessage', [quote(field.name), scope.refer(scope.choice(field.subMessage)), quote(field.selector)]);
    }
    default:
      throw unsupported(field, `type "${type}"`);
  }
}

/** The element of an indexed array; it has the array's name. */
function elementCode(field: SpecField, scope: Scope): string {
  const { subType } = field;
  if (subType === 'nest') return call(scope, 'nest', [quote(field.name), nested(field, scope)]);
  if (subType === 'binary') return binaryCode({ ...field, subType: undefined }, scope, false);
  if (subType === 'string') return call(scope, 'string', [quote(field.name)]);
  if (subType !== undefined && NUMBERS.includes(subType)) return numberCode(field, subType, scope);
  throw unsupported(field, `an array of "${String(subType)}"`);
}

function typedCode(field: SpecField, scope: Scope): string {
  const levels = `[${field.typeValue.map(quote).join(', ')}]`;
  const inner = { ...field, typeValue: [], many: false };
  const element = field.type === 'nest-type-value' ? single({ ...inner, type: 'nest' }, scope, false) : single(inner, scope, false);
  return call(scope, 'typed', [levels, element]);
}

function numberCode(field: SpecField, type: string, scope: Scope): string {
  const make = field.bigEndian ? BIG_ENDIAN[type] : type;
  if (make === undefined) throw unsupported(field, `type "${type}" in network order`);
  const options: string[] = [];
  if (field.enum !== undefined) options.push(`names: ${scope.names(field.enum, scope.isFlags(field))}`);
  if (field.hint === 'hex' || field.hint === 'ipv4') options.push(`hint: '${field.hint}'`);
  // A MAC address or an IPv6 address in a number would be a mistake of the specification.
  else if (field.hint !== undefined && field.hint !== 'ipv4-or-v6') throw unsupported(field, `display-hint "${field.hint}" of a number`);
  return call(scope, make, [quote(field.name), ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])]);
}

function binaryCode(field: SpecField, scope: Scope, isMember: boolean): string {
  if (field.struct !== undefined) {
    const element = call(scope, 'record', [quote(field.name), scope.struct(field.struct)]);
    // Not a word of the specifications: a correction says so that there are any number of them.
    return field.subType === 'struct' ? call(scope, 'packed', [element]) : element;
  }
  if (field.subType !== undefined) {
    if (!NUMBERS.includes(field.subType)) throw unsupported(field, `octets of "${field.subType}"`);
    const element = numberCode({ ...field, hint: field.hint === 'hex' ? 'hex' : undefined }, field.subType, scope);
    return call(scope, 'packed', [element, ...(isMember && field.length !== undefined ? [String(field.length)] : [])]);
  }
  if (field.enum !== undefined) throw unsupported(field, 'octets with an enumeration');
  const options: string[] = [];
  if (field.hint !== undefined) options.push(`hint: '${field.hint}'`);
  if (isMember && field.length !== undefined) options.push(`length: ${String(field.length)}`);
  return call(scope, 'binary', [quote(field.name), ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`])]);
}

function nested(field: SpecField, scope: Scope): string {
  if (field.nested === undefined) throw unsupported(field, 'a nest without "nested-attributes"');
  return scope.refer(scope.set(field.nested));
}

function needLength(field: SpecField): string {
  if (field.length === undefined) throw unsupported(field, 'a member without "len"');
  return String(field.length);
}

function call(scope: Scope, name: string, args: readonly string[]): string {
  scope.functions.add(name);
  return `${name}(${args.join(', ')})`;
}

function quote(text: string): string {
  return `'${text}'`;
}

function unsupported(field: SpecField, what: string): SpecError {
  return new SpecError(`${field.place}: unsupported: ${what}`);
}
