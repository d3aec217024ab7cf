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
  LinkAttribute,
  LongAttribute,
  NestedAttribute,
  NoAttributes,
  StringAttribute,
} from './attribute-definitions.ts';
// Classes as types alone: the kernel makes them.
export type { ChangeLinkContext, DelLinkContext, InfoWriter, NewLinkContext, Peer, PeerOptions, PeerRequest, ValidateContext } from './contexts.unsafe.ts';
export type { Driver } from './driver.ts';
export type { ExtAck } from './extack.unsafe.ts';
export { LinkAttr, type LinkAttrName } from './link-attr.ts';
export { register, type Registration } from './registration.unsafe.ts';
