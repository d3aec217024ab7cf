import type { FibInfo } from './fib-info.ts';

/** `struct fib_alias`: a route. */
export interface FibAlias {
  readonly info: FibInfo;
  readonly dst: number;
  readonly dstLength: number;
  readonly dscp: number;
  readonly type: number;
}

/** What must be the same for routes to be alternatives to each other. */
export interface AliasKey {
  readonly dst: number;
  readonly dstLength: number;
  readonly dscp: number;
  readonly priority: number;
}

/**
 * The routes of one table: `struct fib_table`, with a map where Linux has a trie.
 *
 * # Invariants
 * The routes of an address stand in the order of their prefix lengths, the longest first; then of their `dscp`, the greatest
 * first; then of their priority. `#addresses` has each address of `#leaves` once, in ascending order.
 */
export class FibTable {
  /** `tb_id`. */
  readonly id: number;
  readonly #leaves = new Map<number, FibAlias[]>();
  readonly #addresses: number[] = [];
  /** How many routes have each prefix length, so that a lookup skips those that nothing has. */
  readonly #lengths = new Uint32Array(33);

  constructor(id: number) {
    this.id = id;
  }

  /** The routes to a prefix, in their order. */
  routes(dst: number, dstLength: number): readonly FibAlias[] {
    if (this.#lengths[dstLength] === 0) return [];
    return this.#leaves.get(dst)?.filter((alias) => alias.dstLength === dstLength) ?? [];
  }

  /**
   * Adds a route.
   *
   * @param before - the route to stand before; `null` for after all with its key
   */
  insert(alias: FibAlias, before: FibAlias | null): void {
    let leaf = this.#leaves.get(alias.dst);
    if (leaf === undefined) {
      this.#leaves.set(alias.dst, (leaf = []));
      this.#addresses.splice(lowerBound(this.#addresses, alias.dst), 0, alias.dst);
    }
    const at = before === null ? leaf.findIndex((other) => comesAfter(other, alias)) : leaf.indexOf(before);
    leaf.splice(at === -1 ? leaf.length : at, 0, alias);
    this.#count(alias.dstLength, 1);
  }

  /** Puts a route in the place of another with the same key. */
  replace(old: FibAlias, alias: FibAlias): void {
    const leaf = this.#leaves.get(old.dst);
    const at = leaf?.indexOf(old) ?? -1;
    if (leaf !== undefined && at !== -1) leaf[at] = alias;
  }

  /** Takes a route out. */
  remove(alias: FibAlias): void {
    const leaf = this.#leaves.get(alias.dst);
    const at = leaf?.indexOf(alias) ?? -1;
    if (leaf === undefined || at === -1) return;
    leaf.splice(at, 1);
    this.#count(alias.dstLength, -1);
    if (leaf.length > 0) return;
    this.#leaves.delete(alias.dst);
    this.#addresses.splice(lowerBound(this.#addresses, alias.dst), 1);
  }

  /** All routes, addresses descending: the order in which Linux flushes them. */
  *backwards(): Generator<FibAlias, void, undefined> {
    for (const address of [...this.#addresses].reverse()) yield* [...(this.#leaves.get(address) ?? [])];
  }

  /** The routes to the first address that is not below this one. */
  leafFrom(address: number): { readonly address: number; readonly routes: readonly FibAlias[] } | undefined {
    const next = this.#addresses[lowerBound(this.#addresses, address)];
    return next === undefined ? undefined : { address: next, routes: this.#leaves.get(next) ?? [] };
  }

  #count(length: number, by: number): void {
    this.#lengths[length] = (this.#lengths[length] ?? 0) + by;
  }
}

/** Whether a route has a key. */
export function hasKey(alias: FibAlias, key: AliasKey): boolean {
  return alias.dscp === key.dscp && alias.info.priority === key.priority && alias.dstLength === key.dstLength;
}

/** Whether a route must stand behind another one. */
function comesAfter(other: FibAlias, alias: FibAlias): boolean {
  if (other.dstLength !== alias.dstLength) return other.dstLength < alias.dstLength;
  if (other.dscp !== alias.dscp) return other.dscp < alias.dscp;
  return other.info.priority > alias.info.priority;
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
