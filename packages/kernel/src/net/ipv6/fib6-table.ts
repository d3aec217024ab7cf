import type { Fib6Info } from './fib6-info.ts';
import { commonBits, keyOf, prefixOf, type In6 } from './ipv6-address.ts';

/** `struct fib6_node`, one with routes: those to one prefix. */
export interface Fib6Node {
  readonly dst: In6;
  readonly length: number;
  /** By ascending metric. */
  readonly routes: Fib6Info[];
}

/**
 * The IPv6 routes of one table: `struct fib6_table`, with a sorted array where Linux has a radix tree.
 *
 * # Invariants
 * `#nodes` has each prefix that has routes once, in the order in which Linux walks its tree: what is below a prefix comes
 * before it. `#byPrefix` leads to the same nodes.
 */
export class Fib6Table {
  /** `tb6_id`. */
  readonly id: number;
  readonly #nodes: Fib6Node[] = [];
  readonly #byPrefix = new Map<string, Fib6Node>();
  /** How many prefixes have each length, so that a lookup skips those that none has. */
  readonly #lengths = new Uint32Array(129);

  constructor(id: number) {
    this.id = id;
  }

  /** `fib6_locate`. */
  node(dst: In6, length: number): Fib6Node | undefined {
    return this.#byPrefix.get(nodeKey(dst, length));
  }

  /** The node of a prefix, which is made if it is not there. */
  require(dst: In6, length: number): Fib6Node {
    const found = this.node(dst, length);
    if (found !== undefined) return found;
    const node: Fib6Node = { dst, length, routes: [] };
    this.#nodes.splice(this.#after(node), 0, node);
    this.#byPrefix.set(nodeKey(dst, length), node);
    this.#count(length, 1);
    return node;
  }

  /** Takes a node out that has no routes any more. */
  tidy(node: Fib6Node): void {
    if (node.routes.length > 0 || !this.#byPrefix.delete(nodeKey(node.dst, node.length))) return;
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    this.#count(node.length, -1);
  }

  /** The nodes whose prefix holds an address, the longest prefix first. */
  *containing(address: In6): Generator<Fib6Node, void, undefined> {
    for (let length = 128; length >= 0; length--) {
      if (this.#lengths[length] === 0) continue;
      const node = this.node(prefixOf(address, length), length);
      if (node !== undefined) yield node;
    }
  }

  /** The first node after a prefix; `null` for the first of all. */
  nodeAfter(last: { readonly dst: In6; readonly length: number } | null): Fib6Node | undefined {
    return this.#nodes[last === null ? 0 : this.#after(last)];
  }

  /** All nodes as they are now. */
  nodes(): Fib6Node[] {
    return [...this.#nodes];
  }

  /** Where the first node stands that comes after a prefix. */
  #after(prefix: { readonly dst: In6; readonly length: number }): number {
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const node = this.#nodes[middle];
      if (node !== undefined && compare(node, prefix) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #count(length: number, by: number): void {
    this.#lengths[length] = (this.#lengths[length] ?? 0) + by;
  }
}

function nodeKey(dst: In6, length: number): string {
  return `${String(length)}/${keyOf(dst)}`;
}

/** Negative when the first comes before the second. */
function compare(a: { readonly dst: In6; readonly length: number }, b: { readonly dst: In6; readonly length: number }): number {
  const common = commonBits(a.dst, b.dst);
  if (common >= Math.min(a.length, b.length)) return b.length - a.length;
  return ((a.dst[common >> 3] ?? 0) & (0x80 >> (common & 7))) === 0 ? -1 : 1;
}
