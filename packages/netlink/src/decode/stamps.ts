import type { ByteWriter } from './byte-writer.ts';
import { FormCode } from './form-code.ts';
import type { FormCompiler, TextMaker } from './form-plan.ts';
import type { LeafWriter } from './leaf-writer.ts';
import { leafLength, type Stencil } from './stencil.ts';
import { Stencils, type Kept } from './stencils.ts';
import type { FormatTable } from './tables.ts';

/** A longer part of a text is copied by the platform: a call costs as much as this many octets do. */
const LONG = 64;
/** What copying by words of eight octets may read beyond the end. */
const SLACK = 8;

/** A stencil, and the text of the payload that it was made of. */
class Stamp implements Kept {
  readonly stencil: Stencil;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #length: number;
  /** By value, the part of the text in front of it that was copied last, and where it starts: it is mostly the same again. */
  readonly #parts: Uint8Array[];
  readonly #starts: Int32Array;
  readonly #code: FormCode<TextMaker>;

  constructor(stencil: Stencil, text: Uint8Array, isJson: boolean, compiler: FormCompiler | undefined) {
    this.stencil = stencil;
    this.#length = text.length;
    this.#bytes = new Uint8Array(text.length + SLACK);
    this.#bytes.set(text);
    this.#view = new DataView(this.#bytes.buffer);
    this.#parts = Array.from({ length: stencil.leaves.length + 1 }, () => this.#bytes);
    this.#starts = new Int32Array(this.#parts.length).fill(-1);
    this.#code = new FormCode(stencil, compiler, (by, plan) => by.text({ ...plan, text: this.#bytes.subarray(0, this.#length), isJson }));
  }

  /** Writes the text by code, if there is some; gives whether it has. The payload may have the same form all the same. */
  quick(writer: LeafWriter, bytes: Uint8Array, view: DataView, start: number): boolean {
    if (this.#code.maker?.(writer, bytes, view, start) !== true) return false;
    this.#code.served();
    return true;
  }

  /** Writes the text with other values: those that {@link Stencil.compare} has just found. */
  write(writer: LeafWriter, view: DataView, start: number, count: number): void {
    const { leaves, changed } = this.stencil;
    const { out } = writer;
    let done = 0;
    for (let i = 0; i < count; i++) {
      const index = changed[i] ?? 0;
      const leaf = leaves[index];
      if (leaf === undefined) continue;
      this.#copy(out, done, leaf.from, index);
      writer.leaf(leaf.entry, start + leaf.at, leafLength(leaf, view, start));
      done = leaf.to;
    }
    this.#copy(out, done, this.#length, leaves.length);
    this.#code.missed(count);
  }

  #copy(out: ByteWriter, from: number, to: number, index: number): void {
    const length = to - from;
    out.reserve(length);
    const { at } = out;
    if (length > LONG) {
      if (this.#starts[index] !== from) {
        this.#starts[index] = from;
        this.#parts[index] = this.#bytes.subarray(from, to);
      }
      out.bytes.set(this.#parts[index] ?? this.#bytes, at);
    } else {
      const { view } = out;
      const source = this.#view;
      // UTF-8 never makes a NaN.
      for (let n = 0; n < length; n += 8) view.setFloat64(at + n, source.getFloat64(from + n, true), true);
    }
    out.at = at + length;
  }
}

/** Writes payloads that have the form of one that was written before by copying that one's text, but for the values that differ. */
export class Stamps {
  readonly #writer: LeafWriter;
  readonly #compiler: FormCompiler | undefined;
  readonly #stencils: Stencils<Stamp> = new Stencils();
  /** Where the payload goes that is being written. */
  #from = 0;

  /**
   * @param writer - what payloads are written by that have a form of their own
   * @param compiler - what makes code of forms that come often
   */
  constructor(writer: LeafWriter, compiler: FormCompiler | undefined) {
    this.#writer = writer;
    this.#compiler = compiler;
  }

  /**
   * Writes a payload, if one of its form is known. If not, the writer has to write it, between this and {@link end}.
   *
   * @param format - what it is
   * @param type - of its message
   * @param bytes - what holds it
   * @param view - the same
   * @param start - where it starts
   * @param end - where it ends
   * @returns whether it is written
   */
  write(format: FormatTable, type: number, bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const kept = this.#stencils.find(format, type, view, start, end);
    const writer = this.#writer;
    if (kept !== undefined) {
      writer.look(bytes, view);
      if (kept.quick(writer, bytes, view, start)) return true;
      const changed = this.#stencils.compare(kept, bytes, view, start);
      if (changed >= 0) {
        kept.write(writer, view, start, changed);
        return true;
      }
    }
    this.#from = writer.out.at;
    writer.recorder = this.#stencils.recorder(start, this.#from);
    return false;
  }

  /**
   * The payload that {@link write} did not write is written.
   *
   * @param view - what holds it
   * @param start - where it starts
   */
  end(view: DataView, start: number): void {
    const { recorder, out, isJson } = this.#writer;
    if (recorder === undefined) return;
    this.#writer.recorder = undefined;
    this.#stencils.keep(recorder, view, start, (stencil) => new Stamp(stencil, out.bytes.subarray(this.#from, out.at), isJson, this.#compiler));
  }
}
