import { editScript, type Edit } from './edit-script.ts';

/** What a line of a difference is, for its colour. */
export type DiffPart = 'file' | 'place' | 'removed' | 'added';

/** Colours a line, or leaves it as it is. */
export type DiffPaint = (part: DiffPart, text: string) => string;

/** Lines of one side, of which only some are known. */
export interface Side {
  /** How many messages there are. */
  readonly length: number;
  /** How many lines stand before a message. */
  readonly linesBefore: (message: number) => number;
  /** The lines of a message near a difference. */
  readonly lines: (message: number) => readonly string[];
}

/** How many lines are shown around a difference. */
export const CONTEXT = 3;

/** Lines are passed on so many at a time: a place may have a hundred thousand. */
const PIECE = 512;

/** Of which side a line is, or of both. */
type Mark = ' ' | '-' | '+';

/**
 * Where texts differ, as `diff -u` writes it.
 *
 * @param edits - which messages differ, in order; at least one
 * @param from - the first text
 * @param to - the second
 * @param paint - colours lines
 * @returns pieces of text
 */
export function* unified(edits: readonly Edit[], from: Side, to: Side, paint: DiffPaint): Generator<string, void, undefined> {
  let hunk: Hunk | undefined;
  for (const edit of edits) {
    if (hunk !== undefined && !hunk.reaches(edit)) {
      yield* hunk.text(paint);
      hunk = undefined;
    }
    hunk ??= new Hunk(from, to, edit);
    hunk.add(edit);
  }
  if (hunk !== undefined) yield* hunk.text(paint);
}

/** Differences that are shown together, as their surroundings touch. */
class Hunk {
  readonly #from: Side;
  readonly #to: Side;
  readonly #texts: string[] = [];
  /** By line. */
  readonly #marks: Mark[] = [];
  readonly #firstFrom: number;
  readonly #firstTo: number;
  readonly #heading: string;
  /** The next message of the first side. */
  #nextFrom: number;

  constructor(from: Side, to: Side, { fromStart, toStart }: Edit) {
    this.#from = from;
    this.#to = to;
    const before = leading(from, fromStart);
    this.#firstFrom = from.linesBefore(fromStart) - before.length;
    this.#firstTo = to.linesBefore(toStart) - before.length;
    this.#heading = headingOf(from, to, fromStart, toStart);
    this.#push(' ', before);
    this.#nextFrom = fromStart;
  }

  /** Whether no more lines lie between than are shown anyway. */
  reaches({ fromStart }: Edit): boolean {
    return this.#from.linesBefore(fromStart) - this.#from.linesBefore(this.#nextFrom) <= 2 * CONTEXT;
  }

  add({ fromStart, fromEnd, toStart, toEnd }: Edit): void {
    for (let message = this.#nextFrom; message < fromStart; message++) this.#push(' ', this.#from.lines(message));
    this.#changed(linesOf(this.#from, fromStart, fromEnd), linesOf(this.#to, toStart, toEnd));
    this.#nextFrom = fromEnd;
  }

  *text(paint: DiffPaint): Generator<string, void, undefined> {
    this.#push(' ', trailing(this.#from, this.#nextFrom));
    let [from, to, counted] = [this.#firstFrom, this.#firstTo, 0];
    for (const { start, end } of this.#parts()) {
      from += this.#count('+', counted, start);
      to += this.#count('-', counted, start);
      const [removed, added] = [this.#count('+', start, end), this.#count('-', start, end)];
      const heading = this.#headingBefore(start);
      yield `${paint('place', `@@ -${span(from, removed)} +${span(to, added)} @@`)}${heading === '' ? '' : ` ${heading}`}\n`;
      for (let at = start; at < end; at += PIECE) yield this.#piece(at, Math.min(end, at + PIECE), paint);
      [from, to, counted] = [from + removed, to + added, end];
    }
  }

  #push(mark: Mark, texts: readonly string[]): void {
    for (const text of texts) {
      this.#marks.push(mark);
      this.#texts.push(text);
    }
  }

  #changed(from: readonly string[], to: readonly string[]): void {
    let at = 0;
    for (const { fromStart, fromEnd, toStart, toEnd } of editScript(from, to)) {
      this.#push(' ', from.slice(at, fromStart));
      this.#push('-', from.slice(fromStart, fromEnd));
      this.#push('+', to.slice(toStart, toEnd));
      at = fromEnd;
    }
    this.#push(' ', from.slice(at));
  }

  /** Messages are long: what is the same within one is left out, too, where nothing near it differs. */
  #parts(): { readonly start: number; readonly end: number }[] {
    const parts: { start: number; end: number }[] = [];
    this.#marks.forEach((mark, index) => {
      if (mark === ' ') return;
      const last = parts.at(-1);
      const start = Math.max(0, index - CONTEXT);
      const end = Math.min(this.#marks.length, index + CONTEXT + 1);
      if (last !== undefined && start <= last.end) last.end = end;
      else parts.push({ start, end });
    });
    return parts;
  }

  /** How many lines there are that are not of one side alone. */
  #count(other: '-' | '+', start: number, end: number): number {
    let count = 0;
    for (let at = start; at < end; at++) if (this.#marks[at] !== other) count++;
    return count;
  }

  /** The first line of the message that a part begins in. */
  #headingBefore(start: number): string {
    for (let at = start - 1; at >= 0; at--) {
      const text = this.#texts[at] ?? '';
      if (this.#marks[at] !== '+' && !text.startsWith(' ')) return text;
    }
    return this.#heading;
  }

  #piece(start: number, end: number, paint: DiffPaint): string {
    let piece = '';
    for (let at = start; at < end; at++) {
      const text = this.#texts[at] ?? '';
      const mark = this.#marks[at] ?? ' ';
      piece += `${mark === ' ' ? ` ${text}` : paint(mark === '-' ? 'removed' : 'added', `${mark}${text}`)}\n`;
    }
    return piece;
  }
}

/** The first line of the message that a hunk begins in, where that line itself is not shown. */
function headingOf(from: Side, to: Side, fromStart: number, toStart: number): string {
  const [side, message] = fromStart > 0 ? [from, fromStart - 1] : [to, toStart - 1];
  return message < 0 ? '' : (side.lines(message)[0] ?? '');
}

function linesOf(side: Side, start: number, end: number): string[] {
  return Array.from({ length: end - start }, (_, index) => side.lines(start + index)).flat();
}

/** The last lines before a message. */
function leading(side: Side, message: number): string[] {
  const lines: string[] = [];
  for (let at = message - 1; at >= 0 && lines.length < CONTEXT; at--) lines.unshift(...side.lines(at));
  return lines.slice(-CONTEXT);
}

/** The first lines from a message on. */
function trailing(side: Side, message: number): string[] {
  const lines: string[] = [];
  for (let at = message; at < side.length && lines.length < CONTEXT; at++) lines.push(...side.lines(at));
  return lines.slice(0, CONTEXT);
}

/** From POSIX diff: lines count from 1; a place without lines is named by the line before it. */
function span(before: number, count: number): string {
  return count === 1 ? String(before + 1) : `${String(count === 0 ? before : before + 1)},${String(count)}`;
}
