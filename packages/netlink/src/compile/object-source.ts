import type { ObjectPlan } from '../decode/form-plan.ts';
import type { JsonValue } from '../decode/json-value.ts';
import { Kind } from '../decode/kind.ts';
import type { Leaf } from '../decode/stencil.ts';
import { FormSource, placeOf, smallNumber } from './form-source.ts';

const OTHERWISE = 'return undefined;';

/**
 * The code that makes objects of one form. Numbers are read where they stand, other values by the walker; objects and lists with such a
 * value inside are literals, and so are all lists; the others are shared.
 */
export class ObjectSource extends FormSource {
  readonly #plan: ObjectPlan;
  /** By part, which value or which other part stands at a key. */
  readonly #values: readonly Map<string, number>[];
  readonly #inner: readonly Map<string, number>[];
  /** By part, whether each payload has its own. */
  readonly #isOwn: readonly boolean[];

  /**
   * @param plan - the form
   */
  constructor(plan: ObjectPlan) {
    super(plan, OTHERWISE);
    this.#plan = plan;
    const { leaves, places, parts, isVolatile, header, attrs } = plan;
    const values = parts.map(() => new Map<string, number>());
    const inner = parts.map(() => new Map<string, number>());
    places.forEach(({ part, key }, leaf) => {
      if (isVolatile[leaf] === 1) values[part]?.set(String(key), leaf);
    });
    parts.forEach(({ parent, key }, part) => inner[parent]?.set(String(key), part));
    this.#values = values;
    this.#inner = inner;
    this.#isOwn = ownParts(plan, values);
    leaves.forEach((leaf, index) => {
      if (isVolatile[index] === 1) this.#read(leaf, `v${String(index)}`);
    });
    this.add(`return { header: ${this.#part(header)}, attrs: ${this.#part(attrs)} };`);
  }

  /** Reads a value into a variable. */
  #read(leaf: Leaf, name: string): void {
    const { entry, at, length, isElastic } = leaf;
    if (isElastic) {
      this.readLength(leaf, `n_${name}`);
      this.add(`const ${name} = walker.text(${placeOf(at)}, ${placeOf(at)} + n_${name});`, `if (${name} === undefined) ${OTHERWISE}`);
      return;
    }
    const isText = entry.kind === Kind.STRING || entry.kind === Kind.STRINGS;
    if (isText) this.add(`if (!fits(${this.constant(entry)}, bytes, ${placeOf(at)}, ${String(length)})) ${OTHERWISE}`);
    this.add(`const ${name} = ${this.#value(leaf)};`);
  }

  #value({ entry, at, length }: Leaf): string {
    const place = placeOf(at);
    const number = smallNumber(entry, at, length);
    if (number !== undefined && entry.kind === entry.base) return number;
    if (number !== undefined && (entry.kind === Kind.ENUM || entry.kind === Kind.FLAGS)) return `walker.named(${this.constant(entry.names)}, ${number})`;
    if (entry.kind === Kind.U64 && !entry.bigEndian) return `readLong(view, ${place})`;
    if (entry.kind === Kind.MAC) return `walker.mac(${place}, ${String(length)})`;
    if (entry.kind === Kind.IPV4 || (entry.kind === Kind.IP && length === 4)) return `walker.ipv4(${place})`;
    if (entry.kind === Kind.IPV6 || entry.kind === Kind.IP) return `walker.ipv6(${place})`;
    return `walker.leaf(${this.constant(entry)}, ${place}, ${String(length)})`;
  }

  /** Makes a part, inner ones first, and gives its name. */
  #part(index: number): string {
    const part = this.#plan.parts[index];
    if (part === undefined) return 'undefined';
    if (this.#isOwn[index] !== true) return this.constant(this.#plan.frozen[index]);
    const members = Object.entries(part.value).map(([key, held]) => [key, this.#member(index, key, held)] as const);
    const name = `p${String(index)}`;
    const literal = Array.isArray(part.value) ? `[${members.map(([, text]) => text).join(', ')}]` : `{ ${members.map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(', ')} }`;
    this.add(`const ${name} = ${literal};`);
    return name;
  }

  #member(part: number, key: string, held: JsonValue): string {
    const value = this.#values[part]?.get(key);
    if (value !== undefined) return `v${String(value)}`;
    const inner = this.#inner[part]?.get(key);
    return inner === undefined ? JSON.stringify(held) : this.#part(inner);
  }
}

/** A part is a payload's own if it is a list, or if a value is read into it or into a part inside of it. */
function ownParts({ parts }: ObjectPlan, values: readonly Map<string, number>[]): readonly boolean[] {
  const own = parts.map(({ value }, part) => Array.isArray(value) || (values[part]?.size ?? 0) > 0);
  for (let part = parts.length - 1; part >= 0; part--) {
    const parent = parts[part]?.parent ?? -1;
    if (own[part] === true && parent >= 0) own[parent] = true;
  }
  return own;
}
