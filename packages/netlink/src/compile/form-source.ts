import { NLA_HDRLEN } from '@netdevkit/bindings';
import type { Entry } from '../decode/entry.ts';
import type { FormPlan } from '../decode/form-plan.ts';
import { Kind } from '../decode/kind.ts';
import type { FixedWord, Leaf } from '../decode/stencil.ts';

/** Methods of `DataView` that read a number, by kind. */
const GETTERS: ReadonlyMap<number, string> = new Map<number, string>([
  [Kind.U8, 'getUint8'],
  [Kind.U16, 'getUint16'],
  [Kind.U32, 'getUint32'],
  [Kind.S8, 'getInt8'],
  [Kind.S16, 'getInt16'],
  [Kind.S32, 'getInt32'],
]);

/** Words that are compared in one expression. */
const AT_ONCE = 16;
const EACH_BIT = -1;

/**
 * The code of one form, as lines of a function's body: first what is compared, then the values that are read of each payload.
 *
 * # Invariants
 * - Of what a message said nothing gets into the text but what `JSON.stringify` or `String` makes of it.
 */
export class FormSource {
  /** What the code refers to by name. */
  readonly constants: (readonly [name: string, value: unknown])[] = [];
  readonly #lines: string[] = [];
  readonly #otherwise: string;

  /**
   * @param plan - the form
   * @param otherwise - what the code does with a payload of another form
   */
  constructor({ stencil, fixed }: FormPlan, otherwise: string) {
    this.#otherwise = otherwise;
    if (fixed === undefined) this.add(`if (!${this.constant(stencil)}.holds(view, start)) ${otherwise}`);
    else this.#compare(fixed);
  }

  /** The lines, one below the other. */
  get text(): string {
    return this.#lines.join('\n');
  }

  /** Adds lines. */
  add(...lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  /** Gives a value a name. */
  constant(value: unknown): string {
    const name = `c${String(this.constants.length)}`;
    this.constants.push([name, value]);
    return name;
  }

  #compare(fixed: readonly FixedWord[]): void {
    const terms = fixed.map(({ at, word, mask }) => {
      const difference = `(view.getInt32(${placeOf(at)}, true) ^ ${String(word)})`;
      return mask === EACH_BIT ? difference : `(${difference} & ${String(mask)})`;
    });
    for (let first = 0; first < terms.length; first += AT_ONCE) this.add(`if ((${terms.slice(first, first + AT_ONCE).join(' | ')}) !== 0) ${this.#otherwise}`);
  }

  /**
   * Reads how many octets a text has; where what follows it would stand elsewhere, the payload has another form.
   *
   * @param leaf - an elastic value
   * @param name - of the variable
   */
  readLength({ at, length }: Leaf, name: string): void {
    this.add(
      `const ${name} = view.getUint16(${placeOf(at - NLA_HDRLEN)}, true) - ${String(NLA_HDRLEN)};`,
      `if (${name} < 0 || ((${name} + 3) & ~3) !== ${String((length + 3) & ~3)}) ${this.#otherwise}`,
    );
  }
}

/** Where octets of the payload stand. */
export const placeOf = (at: number): string => (at === 0 ? 'start' : `start + ${String(at)}`);

/** An expression for a number of up to 32 bits; `undefined` for what is none. */
export function smallNumber({ base, bigEndian }: Entry, at: number, length: number): string | undefined {
  const getter = GETTERS.get(base);
  return getter === undefined ? undefined : `view.${getter}(${placeOf(at)}${length === 1 ? '' : `, ${String(!bigEndian)}`})`;
}
