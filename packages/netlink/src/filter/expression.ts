/** What compares a field with one value. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A value as it is written. */
export interface Literal {
  /** The text, without quotes. */
  readonly text: string;
  /** Whether it had quotes: then it is never a number, a name of an errno or a point in time. */
  readonly isQuoted: boolean;
  /** Where it stands in the expression, in characters from 0. */
  readonly at: number;
}

/** All from one value to another, both included. */
export interface Range {
  /** The first. */
  readonly from: Literal;
  /** The last. */
  readonly to: Literal;
}

/** The name of a field: `seq`, `attr.linkinfo.kind`. */
export interface FieldName {
  /** What stands between the dots. */
  readonly path: readonly string[];
  /** Where it stands in the expression, in characters from 0. */
  readonly at: number;
}

/** All of several conditions, or any of them; two at least. */
export interface Combination {
  /** Whether it takes all of them, or one. */
  readonly kind: 'all' | 'any';
  /** The conditions. */
  readonly operands: readonly Expression[];
}

/** The opposite of a condition. */
export interface Negation {
  /** What it is. */
  readonly kind: 'not';
  /** The condition. */
  readonly operand: Expression;
}

/** A name by itself: a protocol, a generic family, a type of message, or a field that is there. */
export interface Word {
  /** What it is. */
  readonly kind: 'word';
  /** The name. */
  readonly word: string;
  /** Where it stands in the expression, in characters from 0. */
  readonly at: number;
}

/** A field and one value. */
export interface FieldComparison {
  /** What it is. */
  readonly kind: 'compare';
  /** What is compared. */
  readonly field: FieldName;
  /** How. */
  readonly operator: Comparison;
  /** With what. */
  readonly value: Literal;
}

/** A field and a pattern, in which `*` is any text and `?` any character. */
export interface FieldPattern {
  /** What it is. */
  readonly kind: 'like';
  /** What is looked at. */
  readonly field: FieldName;
  /** What it has to look like. */
  readonly pattern: Literal;
}

/** A field of several values and one of them. */
export interface FieldMember {
  /** What it is. */
  readonly kind: 'has';
  /** What has several values. */
  readonly field: FieldName;
  /** The one that has to be among them. */
  readonly value: Literal;
}

/** A field and the values that it may have; one at least. */
export interface FieldChoice {
  /** What it is. */
  readonly kind: 'in';
  /** What is compared. */
  readonly field: FieldName;
  /** The values that it may have. */
  readonly choices: readonly (Literal | Range)[];
}

/** A filter expression, parsed. */
export type Expression = Combination | Negation | Word | FieldComparison | FieldPattern | FieldMember | FieldChoice;

/**
 * Whether a choice is a range.
 *
 * @param choice - what stands in an `in`
 */
export function isRange(choice: Literal | Range): choice is Range {
  return 'from' in choice;
}
