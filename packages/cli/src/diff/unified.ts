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

/** A line of one side, or of both. */
interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * Where texts differ, as `diff -u` writes it.
 *
 * @param edits - which messages differ, in order; at least one
 * @param from - the first text
 * @param to - the second
 * @param paint - colours lines
 * @returns pieces of text, one for each place
 */
export function* unified(edits: readonly Edit[], from: Side, to: Side, paint: DiffPaint): Generator<string, void, undefined> {
  let hunk: Hunk | undefined;
  for (const edit of edits) {
    if (hunk !== undefined && !hunk.reaches(edit)) {
      yield hunk.text(paint);
      hunk = undefined;
    }
    hunk ??= new Hunk(from, to, edit);
    hunk.add(edit);
  }
  if (hunk !== undefined) yield hunk.text(paint);
}

/** Differences that are shown together, as their surroundings touch. */
class Hunk {
  readonly #from: Side;
  readonly #to: Side;
  readonly #lines: Line[] = [];
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
    for (const text of before) this.#lines.push({ mark: ' ', text });
    this.#nextFrom = fromStart;
  }

  /** Whether no more lines lie between than are shown anyway. */
  reaches({ fromStart }: Edit): boolean {
    return this.#from.linesBefore(fromStart) - this.#from.linesBefore(this.#nextFrom) <= 2 * CONTEXT;
  }

  add({ fromStart, fromEnd, toStart, toEnd }: Edit): void {
    for (let message = this.#nextFrom; message < fromStart; message++) this.#same(this.#from.lines(message));
    this.#changed(linesOf(this.#from, fromStart, fromEnd), linesOf(this.#to, toStart, toEnd));
    this.#nextFrom = fromEnd;
  }

  text(paint: DiffPaint): string {
    for (const text of trailing(this.#from, this.#nextFrom)) this.#lines.push({ mark: ' ', text });
    return this.#parts()
      .map(({ start, end }) => this.#part(start, end, paint))
      .join('');
  }

  #same(texts: readonly string[]): void {
    for (const text of texts) this.#lines.push({ mark: ' ', text });
  }

  #changed(from: readonly string[], to: readonly string[]): void {
    let at = 0;
    for (const { fromStart, fromEnd, toStart, toEnd } of editScript(from, to)) {
      this.#same(from.slice(at, fromStart));
      for (const text of from.slice(fromStart, fromEnd)) this.#lines.push({ mark: '-', text });
      for (const text of to.slice(toStart, toEnd)) this.#lines.push({ mark: '+', text });
      at = fromEnd;
    }
    this.#same(from.slice(at));
  }

  /** Messages are long: what is the same within one is left out, too, where nothing near it differs. */
  #parts(): { readonly start: number; readonly end: number }[] {
    const parts: { start: number; end: number }[] = [];
    this.#lines.forEach(({ mark }, index) => {
      if (mark === ' ') return;
      const last = parts.at(-1);
      const start = Math.max(0, index - CONTEXT);
      const end = Math.min(this.#lines.length, index + CONTEXT + 1);
      if (last !== undefined && start <= last.end) last.end = end;
      else parts.push({ start, end });
    });
    return parts;
  }

  #part(start: number, end: number, paint: DiffPaint): string {
    const before = this.#lines.slice(0, start);
    const lines = this.#lines.slice(start, end);
    const count = (list: readonly Line[], other: '-' | '+'): number => list.reduce((sum, { mark }) => sum + (mark === other ? 0 : 1), 0);
    const place = `@@ -${span(this.#firstFrom + count(before, '+'), count(lines, '+'))} +${span(this.#firstTo + count(before, '-'), count(lines, '-'))} @@`;
    const heading = before.findLast(({ text, mark }) => mark !== '+' && !text.startsWith(' '))?.text ?? this.#heading;
    const painted = lines.map(({ mark, text }) => `${mark === ' ' ? ` ${text}` : paint(mark === '-' ? 'removed' : 'added', `${mark}${text}`)}\n`);
    return `${paint('place', place)}${heading === '' ? '' : ` ${heading}`}\n${painted.join('')}`;
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
