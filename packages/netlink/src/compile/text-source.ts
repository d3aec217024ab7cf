import type { Entry } from '../decode/entry.ts';
import type { TextPlan } from '../decode/form-plan.ts';
import { Kind } from '../decode/kind.ts';
import type { Leaf } from '../decode/stencil.ts';
import { FormSource, placeOf, smallNumber } from './form-source.ts';

const OTHERWISE = 'return false;';
const QUOTE = 0x22;
/** The most octets of a number or an address with what stands around it, and of that alone. */
const MOST = 64;
const MOST_AROUND = 16;
/** Text up to this is written as words that stand in the code. */
const SHORT = 16;
/** Text from this on is copied by the platform. */
const LONG = 96;

/**
 * The code that writes the text of one form: what stands between values that are read of each payload is copied. Of JSON the usual values
 * are written in place, all others by the writer.
 */
export class TextSource extends FormSource {
  readonly #text: Uint8Array;
  readonly #view: DataView;
  readonly #source: string;
  /** Octets that are reserved at once. */
  readonly #most: number;

  /**
   * @param plan - the form
   */
  constructor(plan: TextPlan) {
    super(plan, OTHERWISE);
    const { leaves, isVolatile, text, isJson } = plan;
    // What is copied by words of eight octets ends behind it.
    this.#text = new Uint8Array(text.length + 8);
    this.#text.set(text);
    this.#view = new DataView(this.#text.buffer);
    this.#source = this.constant(this.#view);
    const read = leaves.flatMap((leaf, index) => (isVolatile[index] === 1 ? [leaf] : []));
    this.#most = text.length + read.reduce((sum, leaf) => sum + mostOf(leaf), 0);
    read.forEach((leaf, index) => this.#check(leaf, `n${String(index)}`));
    this.add('const { out } = writer;', `out.reserve(${String(this.#most)});`, 'let o = out.view;', 'let to = out.at;');
    let done = 0;
    read.forEach((leaf, index) => {
      this.#copy(done, leaf.from);
      this.#write(leaf, `n${String(index)}`, isJson);
      done = leaf.to;
    });
    this.#copy(done, text.length);
    this.add('out.at = to;', 'return true;');
  }

  /** Texts may be none, or longer or shorter. */
  #check(leaf: Leaf, octets: string): void {
    const { entry, at, length, isElastic } = leaf;
    if (isElastic) this.readLength(leaf, octets);
    else if (entry.kind === Kind.STRING || entry.kind === Kind.STRINGS) this.add(`const ${octets} = ${String(length)};`);
    else return;
    this.add(`if (!fits(${this.constant(entry)}, bytes, ${placeOf(at)}, ${octets})) ${OTHERWISE}`);
  }

  #copy(from: number, end: number): void {
    const length = end - from;
    if (length === 0) return;
    if (length > LONG) this.add(`out.bytes.set(${this.constant(this.#text.subarray(from, end))}, to);`);
    else if (length > SHORT) this.add(`for (let n = 0; n < ${String(length)}; n += 8) o.setFloat64(to + n, ${this.#source}.getFloat64(${String(from)} + n, true), true);`);
    else for (let n = 0; n < length; n += 4) this.add(`o.setInt32(to + ${String(n)}, ${String(this.#view.getInt32(from + n, true))}, true);`);
    this.add(`to += ${String(length)};`);
  }

  #write(leaf: Leaf, octets: string, isJson: boolean): void {
    const { entry, at, length, isElastic } = leaf;
    const inPlace = isJson ? this.#jsonOf(entry, at, length) : undefined;
    if (inPlace !== undefined) {
      this.add(...inPlace);
      return;
    }
    const count = isElastic || entry.kind === Kind.STRING || entry.kind === Kind.STRINGS ? octets : String(length);
    const byWriter = ['out.at = to;', `writer.leaf(${this.constant(entry)}, ${placeOf(at)}, ${count});`, `out.reserve(${String(this.#most)});`, 'o = out.view;', 'to = out.at;'];
    if (!isJson || entry.kind !== Kind.STRING) {
      this.add(...byWriter);
      return;
    }
    const end = `e${octets}`;
    this.add(
      `const ${end} = putJsonText(o, to + 1, bytes, ${placeOf(at)}, ${placeOf(at)} + ${octets});`,
      `if (${end} >= 0) {`,
      `o.setUint8(to, ${String(QUOTE)});`,
      `o.setUint8(${end}, ${String(QUOTE)});`,
      `to = ${end} + 1;`,
      '} else {',
      ...byWriter,
      '}',
    );
  }

  #jsonOf(entry: Entry, at: number, length: number): readonly string[] | undefined {
    const place = placeOf(at);
    const number = smallNumber(entry, at, length);
    // What these write ends with a comma, which the text that follows has, too.
    if (number !== undefined && entry.kind === entry.base) return [`to = putNumber(o, to, ${number}) - 1;`];
    if (number !== undefined && entry.names !== undefined && (entry.kind === Kind.ENUM || entry.kind === Kind.FLAGS)) {
      return [`to = putNamed(o, to, ${this.constant(entry.names)}, ${number}) - 1;`];
    }
    if (entry.kind === Kind.U64) return [`to = putUnsigned64(o, to, view, ${place}, ${String(!entry.bigEndian)}) - 1;`];
    if (entry.kind === Kind.MAC) return quoted(`putMac(o, to + 1, bytes, ${place}, ${placeOf(at + length)})`);
    if (entry.kind === Kind.IPV4 || entry.kind === Kind.IPV6 || entry.kind === Kind.IP) return quoted(`putIp(o, to + 1, bytes, ${place}, ${String(length)})`);
    return undefined;
  }
}

function quoted(put: string): readonly string[] {
  return [`o.setUint8(to, ${String(QUOTE)});`, `to = ${put};`, `o.setUint8(to, ${String(QUOTE)});`, 'to += 1;'];
}

/** The most octets of a value that is written in place. */
function mostOf({ entry, length }: Leaf): number {
  if (entry.names !== undefined) return entry.names.most;
  return entry.kind === Kind.MAC ? length * 3 + MOST_AROUND : entry.kind === Kind.STRING ? length + MOST_AROUND : MOST;
}
