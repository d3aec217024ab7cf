/**
 * Schemas: what netlink families put into their messages, as data. One form serves those that are generated from the
 * kernel's specifications and those that are written by hand.
 *
 * @packageDocumentation
 */

export { attributes, type AttributeSet } from './attributes.ts';
export {
  isCode,
  isGenericFamily,
  isRawFamily,
  type Extension,
  type FamilyBase,
  type GenericFamily,
  type Operation,
  type OperationKind,
  type Operations,
  type RawFamily,
  type Schema,
} from './family.ts';
export {
  address,
  be16,
  be32,
  be64,
  binary,
  bitfield32,
  flag,
  indexed,
  many,
  nest,
  openAddress,
  packed,
  pad,
  record,
  resolve,
  s16,
  s32,
  s64,
  s8,
  sbe32,
  sbe64,
  sint,
  sized,
  string,
  strings,
  subMessage,
  typed,
  u16,
  u32,
  u64,
  u8,
  uint,
  unused,
  type BinaryOptions,
  type Field,
  type FieldType,
  type Hint,
  type NumberOptions,
  type Ref,
  type ScalarType,
} from './field.ts';
export { enumeration, flagBits, type Names } from './names.ts';
export { cStruct, memberSize, struct, structSize, type Struct } from './struct.ts';
export { choice, type Format, type SubMessage } from './sub-message.ts';
