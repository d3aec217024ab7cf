/** An expression that is none. Nothing else is thrown for what somebody wrote into a filter. */
export class FilterError extends Error {
  /** The whole expression. */
  readonly expression: string;
  /** Where the trouble is, in characters from 0; its length if something is missing at the end. */
  readonly column: number;

  /**
   * @param message - what is wrong, in a sentence without the place
   * @param expression - the whole expression
   * @param column - where the trouble is, in characters from 0
   */
  constructor(message: string, expression: string, column: number) {
    super(message);
    this.name = 'FilterError';
    this.expression = expression;
    this.column = column;
  }

  /**
   * The expression, and below it a mark at the place. Of a long expression the part around the place.
   *
   * @param width - the most characters of a line
   * @defaultValue 100
   */
  pointer(width: number = 100): string {
    // A tab or a newline would move the mark away.
    const line = this.expression.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
    const start = Math.max(0, Math.min(this.column - Math.floor(width / 2), line.length - width + 1));
    return `${line.slice(start, start + width)}\n${' '.repeat(this.column - start)}^`;
  }
}
