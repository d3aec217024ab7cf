import type { FormCompiler, Made } from './form-plan.ts';
import { ObjectForm } from './object-form.ts';
import { ObjectSketch } from './object-sketch.ts';
import type { ObjectWalker } from './object-walker.ts';
import { Stencils } from './stencils.ts';
import type { FormatTable } from './tables.ts';

/** Octets of a payload that is worth comparing where generated code could read it. */
const LONG = 256;

/** Makes the objects of payloads that have the form of one that was read before as copies of that one's, but for the values that differ. */
export class ObjectForms {
  readonly #walker: ObjectWalker;
  readonly #compiler: FormCompiler | undefined;
  readonly #stencils: Stencils<ObjectForm> = new Stencils();

  /**
   * @param walker - what payloads are read by that have a form of their own
   * @param compiler - what makes code of forms that come often
   */
  constructor(walker: ObjectWalker, compiler: FormCompiler | undefined) {
    this.#walker = walker;
    this.#compiler = compiler;
  }

  /**
   * Reads a payload, if one of its form is known. If not, the walker has to, between this and {@link end}.
   *
   * @param format - what it is
   * @param type - of its message
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts
   * @param end - where it ends
   */
  read(format: FormatTable, type: number, bytes: Uint8Array, view: DataView, start: number, end: number): Made | undefined {
    // Of a short payload generated code makes objects faster than it is compared.
    if (this.#compiler === undefined && format.set?.code !== undefined && end - start < LONG) return undefined;
    const stencils = this.#stencils;
    const walker = this.#walker;
    const kept = stencils.find(format, type, view, start, end);
    if (kept !== undefined) {
      walker.look(bytes, view);
      const made = kept.quick(walker, bytes, view, start);
      if (made !== undefined) return made;
      const changed = stencils.compare(kept, bytes, view, start);
      if (changed >= 0) return kept.make(walker, view, start, changed);
    }
    walker.recorder = stencils.recorder(start, 0);
    walker.sketch = walker.recorder === undefined ? undefined : new ObjectSketch();
    return undefined;
  }

  /**
   * The payload that {@link read} did not read is read.
   *
   * @param made - what was made of it
   * @param view - what holds it
   * @param start - where it starts
   */
  end(made: Made, view: DataView, start: number): void {
    const { recorder, sketch } = this.#walker;
    if (recorder === undefined || sketch === undefined) return;
    this.#walker.recorder = undefined;
    this.#walker.sketch = undefined;
    this.#stencils.keep(recorder, view, start, (stencil) => new ObjectForm(stencil, sketch, made, this.#compiler));
  }
}
