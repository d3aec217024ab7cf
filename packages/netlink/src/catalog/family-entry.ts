import type { FilterFamily } from '../filter/word.ts';
import type { Schema } from '../schema/index.ts';

/** A family of messages that this package can decode: its name, which messages are its own, and where its schemas are. */
export interface FamilyEntry extends FilterFamily {
  /** Loads the schemas of its messages. Another family may load some of the same. */
  readonly load: () => Promise<readonly Schema[]>;
}

/** Types of messages, from and to. */
export type FilterTypes = NonNullable<FilterFamily['types']>;

/** What loads schemas. */
export type Loader = FamilyEntry['load'];

/**
 * A family of a netlink protocol.
 *
 * @param name - of the family
 * @param protocol - `NETLINK_*`
 * @param types - of its messages, from and to; without them all of the protocol's
 * @param load - loads its schemas
 */
export function raw(name: string, protocol: number, types: FilterTypes | undefined, load: Loader): FamilyEntry {
  return types === undefined ? { name, protocol, load } : { name, protocol, types, load };
}

/**
 * A family of generic netlink.
 *
 * @param name - by which the kernel knows it
 * @param load - loads its schemas
 */
export function generic(name: string, load: Loader): FamilyEntry {
  return { name, load };
}
