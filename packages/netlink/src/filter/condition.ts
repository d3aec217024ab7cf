import type { Needs } from './field.ts';
import type { Subject } from './subject.ts';

/** A compiled expression: a question, and what has to be known to answer it. */
export interface Condition {
  readonly needs: Needs;
  readonly test: (subject: Subject) => boolean;
}
