import type { JsonObject } from './json-value.ts';
import type { LeafWriter } from './leaf-writer.ts';
import type { Container, Part, Place } from './object-sketch.ts';
import type { ObjectWalker } from './object-walker.ts';
import type { FixedWord, Leaf, Stencil } from './stencil.ts';

/** What payloads of one form have in common, and what has to be read of each. */
export interface FormPlan {
  /** Says whether a payload has the form. */
  readonly stencil: Stencil;
  /** What it compares, for code that compares by itself; `undefined` for code that is to ask it. */
  readonly fixed: readonly FixedWord[] | undefined;
  /** The values. */
  readonly leaves: readonly Leaf[];
  /** By value, 1 for those that are read of each payload. */
  readonly isVolatile: Uint8Array;
}

/** What was made of a payload. */
export interface Made {
  /** The structure in front, if there is one. */
  readonly header: JsonObject | undefined;
  /** What follows it, if something does. */
  readonly attrs: JsonObject | undefined;
}

/** A form, and the objects that are made of it. */
export interface ObjectPlan extends FormPlan {
  /** Where each value is. */
  readonly places: readonly Place[];
  /** The objects and lists, outer ones first. */
  readonly parts: readonly Part[];
  /** The same, frozen. */
  readonly frozen: readonly Container[];
  /** Which part is the structure in front; -1 if there is none. */
  readonly header: number;
  /** Which is what follows it. */
  readonly attrs: number;
}

/**
 * Makes the objects of a payload of one form and size.
 *
 * @param walker - looks at the payload, and reads values
 * @param bytes - what holds it
 * @param view - the same
 * @param start - where it starts
 * @returns `undefined` for a payload of another form
 */
export type ObjectMaker = (walker: ObjectWalker, bytes: Uint8Array, view: DataView, start: number) => Made | undefined;

/** A form, and the text that is written of it. */
export interface TextPlan extends FormPlan {
  /** The text of one payload: where the values stand in it, {@link FormPlan.leaves} say. */
  readonly text: Uint8Array;
  /** Whether values are written as JSON. */
  readonly isJson: boolean;
}

/**
 * Writes a payload of one form and size.
 *
 * @param writer - looks at the payload, and writes values
 * @param bytes - what holds it
 * @param view - the same
 * @param start - where it starts
 * @returns whether it has; nothing is written of a payload of another form
 */
export type TextMaker = (writer: LeafWriter, bytes: Uint8Array, view: DataView, start: number) => boolean;

/** Makes code at run time, of forms that come often. */
export interface FormCompiler {
  /** How many payloads of a form have to have come. */
  readonly after: number;
  /** How many have to have been made by its code for code that takes longer to become fast, and is faster then. */
  readonly hotAfter: number;
  /**
   * Makes code that makes objects.
   *
   * @param plan - the form
   * @returns `undefined` where code cannot be made
   */
  objects(plan: ObjectPlan): ObjectMaker | undefined;
  /**
   * Makes code that writes text.
   *
   * @param plan - the form
   * @returns `undefined` where code cannot be made
   */
  text(plan: TextPlan): TextMaker | undefined;
}
