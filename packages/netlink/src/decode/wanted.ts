import type { SetTable } from './tables.ts';

/** What stands behind the name of an attribute that comes again: `mtu#2`, `#77#2`. */
const AGAIN = /(?!^)#\d+$/;
const PLACE = /^\d{1,9}$/;
/** The name of an attribute that is not understood. */
const RAW = /^#(\d{1,5})$/;

/**
 * What of a message is wanted: a tree of keys as objects have them. One tree serves message after message, whatever their
 * schemas are.
 */
export class Wanted {
  /** Whether all that is here is wanted. */
  readonly isWhole: boolean;
  readonly #below: ReadonlyMap<string, Wanted>;
  /** Keys, with and without what says that they come again. */
  readonly #names: ReadonlySet<string>;
  readonly #raw: ReadonlySet<number>;
  readonly #bySet: Map<SetTable | undefined, Uint8Array> = new Map();
  #lastSet: SetTable | undefined;
  #lastTypes: Uint8Array | undefined;

  /**
   * @param paths - keys from the outside in; places in lists may be left out. What a path ends at is wanted as a whole
   */
  constructor(paths: readonly (readonly string[])[]) {
    const groups = new Map<string, (readonly string[])[]>();
    // One element of a list has its place only as long as all of them are there.
    this.isWhole = paths.some(([key]) => key === undefined || PLACE.test(key));
    for (const [key, ...rest] of this.isWhole ? [] : paths) {
      if (key === undefined) continue;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [rest]);
      else group.push(rest);
    }
    this.#below = new Map([...groups].map(([key, group]) => [key, new Wanted(group)]));
    this.#names = new Set([...groups.keys()].flatMap((key) => [key, key.replace(AGAIN, '')]));
    this.#raw = new Set([...this.#names].flatMap((name) => RAW.exec(name)?.slice(1).map(Number) ?? []));
  }

  /** What is wanted of a member; `undefined` if it is not. */
  member(key: string): Wanted | undefined {
    return this.isWhole ? this : this.#below.get(key);
  }

  /** Whether an attribute of a type that the set does not have may be wanted. */
  wantsRaw(type: number): boolean {
    return this.#raw.has(type);
  }

  /**
   * Which attributes of a set may be wanted, by their types.
   *
   * @param set - the set
   * @returns 1 for those that may be
   */
  types(set: SetTable | undefined): Uint8Array {
    if (this.#lastTypes !== undefined && this.#lastSet === set) return this.#lastTypes;
    let types = this.#bySet.get(set);
    if (types === undefined) {
      types = Uint8Array.from(set?.entries ?? [], (entry, type) => (this.#raw.has(type) || (entry !== undefined && this.#names.has(entry.name)) ? 1 : 0));
      this.#bySet.set(set, types);
    }
    this.#lastSet = set;
    this.#lastTypes = types;
    return types;
  }
}
