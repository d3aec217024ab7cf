import type { FilterFamily } from '../filter/word.ts';
import type { Schema } from '../schema/index.ts';

/** A family of messages that this package can decode: its name, which messages are its own, and where its schemas are. */
export interface FamilyEntry extends FilterFamily {
  /** Loads the schemas of its messages. Another family may load some of the same. */
  readonly load: () => Promise<readonly Schema[]>;
  /** Loads generated code for what its messages hold, if there is some: for whoever decodes many of them. */
  readonly code?: () => Promise<Schema>;
}

/** Types of messages, from and to. */
export type FilterTypes = NonNullable<FilterFamily['types']>;

/** What loads schemas. */
export type Loader = FamilyEntry['load'];

/** What loads code. */
export type CodeLoader = NonNullable<FamilyEntry['code']>;

/**
 * A family of a netlink protocol.
 *
 * @param name - of the family
 * @param protocol - `NETLINK_*`
 * @param types - of its messages, from and to; without them all of the protocol's
 * @param load - loads its schemas
 * @param code - loads code for them
 */
export function raw(name: string, protocol: number, types: FilterTypes | undefined, load: Loader, code?: CodeLoader): FamilyEntry {
  return { name, protocol, ...(types === undefined ? {} : { types }), load, ...(code === undefined ? {} : { code }) };
}

/**
 * A family of generic netlink.
 *
 * @param name - by which the kernel knows it
 * @param load - loads its schemas
 * @param code - loads code for them
 */
export function generic(name: string, load: Loader, code?: CodeLoader): FamilyEntry {
  return code === undefined ? { name, load } : { name, load, code };
}
