import type { nlmsg_builder } from '@netdevkit/bindings/raw';
import type { AttributeDefinition, AttributeDefinitions, IntegerAttribute } from './attribute-definitions.ts';
import { checkInteger, definitionOf } from './attribute-limits.ts';

/**
 * Writes one attribute.
 *
 * @param name - for errors
 * @param value - what `AttributeInput` says of the definition
 * @throws TypeError, RangeError: it is something else
 */
export function writeAttribute(msg: nlmsg_builder, name: string, definition: AttributeDefinition, value: unknown): void {
  const { id, type } = definition;
  switch (type) {
    case 'flag':
      if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
      if (value) msg.putFlag(id);
      return;
    case 'string':
      if (typeof value !== 'string') throw wrongType(name, 'a string', value);
      msg.putString(id, value);
      return;
    case 'binary':
    case 'link':
      if (!(value instanceof Uint8Array)) throw wrongType(name, 'a Uint8Array', value);
      msg.putBytes(id, value);
      return;
    case 'nested':
      writeNest(msg, name, id, definition.attributes, value);
      return;
    case 'u64':
    case 's64':
      msg.putU64(id, BigInt.asUintN(64, BigInt(checkInteger(name, type, value))));
      return;
    default:
      writeInteger(msg, id, type, Number(checkInteger(name, type, value)));
  }
}

function writeInteger(msg: nlmsg_builder, id: number, type: IntegerAttribute['type'], value: number): void {
  if (type === 'u8' || type === 's8') msg.putU8(id, value & 0xff);
  else if (type === 'u16' || type === 's16') msg.putU16(id, value & 0xffff);
  else msg.putU32(id, value >>> 0);
}

function writeNest(msg: nlmsg_builder, name: string, id: number, definitions: AttributeDefinitions, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value);
  const nest = msg.nestStart(id);
  for (const [inner, given] of Object.entries(value)) {
    if (given !== undefined) writeAttribute(msg, `${name}.${inner}`, definitionOf(definitions, inner), given);
  }
  msg.nestEnd(nest);
}

function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name}: expected ${expected}, got ${typeof value}`);
}
