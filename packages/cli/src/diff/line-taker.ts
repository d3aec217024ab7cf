import type { Primitive } from './digest.ts';
import type { Place } from './place.ts';

/** Takes messages, line by line. */
export interface LineTaker {
  /** Whether it may be given the octets of values that say as much as they do. */
  readonly takesOctets: boolean;
  /** A line of text. */
  text(line: string): void;
  /** A place without a value. */
  place(place: Place): void;
  /** A value at its place. */
  value(place: Place, value: Primitive): void;
  /** A value, or several, by octets. */
  octets(place: Place, view: DataView, at: number, length: number): void;
  /** A list of values at its place: good until this returns. */
  list(place: Place, values: readonly Primitive[]): void;
}
