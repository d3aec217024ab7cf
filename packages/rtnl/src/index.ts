/**
 * rtnetlink link kinds: `struct rtnl_link_ops`.
 *
 * @packageDocumentation
 */

export type {
  AttributeDefinition,
  AttributeDefinitions,
  AttributeInput,
  AttributeReader,
  AttributeValue,
  BinaryAttribute,
  FlagAttribute,
  IntegerAttribute,
  LongAttribute,
  NestedAttribute,
  NoAttributes,
  StringAttribute,
} from './attribute-definitions.ts';
export { ChangeLinkContext, InfoWriter, NewLinkContext, ValidateContext } from './contexts.unsafe.ts';
export type { Driver } from './driver.ts';
export { ExtAck } from './extack.unsafe.ts';
export { LinkAttr, type LinkAttrName } from './link-attr.ts';
export { Registration, register } from './registration.unsafe.ts';
