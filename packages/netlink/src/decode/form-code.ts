import type { FormCompiler, FormPlan } from './form-plan.ts';
import type { Stencil } from './stencil.ts';

/** Octets of a payload that code compares by itself from the beginning. */
const SHORT = 128;
/** How many times as long it takes each time until code that did not serve is replaced. */
const MORE_PATIENCE = 4;

/** The code of one form: when it is made, and of what. */
export class FormCode<Maker> {
  /** The code, once there is some. */
  maker: Maker | undefined;
  readonly #stencil: Stencil;
  readonly #compile: (plan: FormPlan) => Maker | undefined;
  /** By value, 1 for those that differed. */
  readonly #isVolatile: Uint8Array;
  /** Payloads until there is code, or until it is replaced as it did not serve for them. */
  #due: number;
  #patience: number;
  /** Payloads until the code compares them by itself. */
  #untilHot: number;

  /**
   * @param stencil - says whether a payload has the form
   * @param compiler - makes the code, if there is to be some
   * @param compile - has it make the code
   */
  constructor(stencil: Stencil, compiler: FormCompiler | undefined, compile: (compiler: FormCompiler, plan: FormPlan) => Maker | undefined) {
    this.#stencil = stencil;
    this.#compile = (plan) => (compiler === undefined ? undefined : compile(compiler, plan));
    this.#isVolatile = new Uint8Array(stencil.leaves.length);
    this.#due = compiler?.after ?? Infinity;
    this.#patience = this.#due;
    this.#untilHot = compiler === undefined || stencil.size <= SHORT ? 0 : compiler.hotAfter;
  }

  /** A payload was made by the code. */
  served(): void {
    if (this.#untilHot > 0 && --this.#untilHot === 0) this.#renew();
  }

  /** One was made without it: the values differed that the stencil names. */
  missed(count: number): void {
    // Without a compiler there is nothing to learn for.
    if (this.#due === Infinity) return;
    const { changed } = this.#stencil;
    for (let i = 0; i < count; i++) this.#isVolatile[changed[i] ?? 0] = 1;
    if (--this.#due > 0) return;
    this.#renew();
    this.#patience *= MORE_PATIENCE;
    this.#due = this.#patience;
  }

  #renew(): void {
    const stencil = this.#stencil;
    stencil.settle(this.#isVolatile);
    const fixed = this.#untilHot === 0 ? stencil.fixedWords() : undefined;
    this.maker = this.#compile({ stencil, fixed, leaves: stencil.leaves, isVolatile: this.#isVolatile });
  }
}
