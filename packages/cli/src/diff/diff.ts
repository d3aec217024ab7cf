import { styleText } from 'node:util';
import { FileSink } from '@netdevkit/capture/node';
import { printable } from '@netdevkit/netlink';
import { Cleanup } from '../cleanup.ts';
import { wantsColour, type ColourChoice } from '../colour.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { checkReadable, nameOf } from '../input/files.ts';
import { TextOutput } from '../output.ts';
import { tell } from '../say.ts';
import { isTerminal } from '../terminal.ts';
import type { Arbitrary } from './arbitrary.ts';
import { compare } from './compare.ts';
import { Spool } from './spool.ts';
import type { DiffPaint, DiffPart } from './unified.ts';

const STDOUT = 1;

/** What `nlmon diff` can be told. */
export interface DiffOptions {
  /** What is arbitrary in a capture and to be compared all the same. */
  readonly keep: readonly Arbitrary[];
  /** Whether to print nothing. */
  readonly quiet?: boolean;
  /** When to colour. */
  readonly color: ColourChoice;
}

const STYLES: Readonly<Record<DiffPart, Parameters<typeof styleText>[0]>> = { file: 'bold', place: 'cyan', removed: 'red', added: 'green' };

/**
 * Compares two captures as conversations: `nlmon diff`.
 *
 * @param from - the first capture; `'-'` is standard input
 * @param to - the second
 * @param options - from the command line
 * @returns whether they are equal
 * @throws Failure: a capture cannot be read, or is not whole; SinkError: the output failed
 */
export async function diff(from: string, to: string, { keep, quiet = false, color }: DiffOptions): Promise<boolean> {
  if (from === '-' && to === '-') throw new UsageFailure('standard input cannot be both captures');
  for (const path of [from, to]) checkReadable(path);
  using stack = new Cleanup();
  const [first, second] = [stack.use(await Spool.of(from)), stack.use(await Spool.of(to))];
  const paint: DiffPaint = wantsColour(color, isTerminal(STDOUT), process.env) ? (part, text) => styleText(STYLES[part], text, { validateStream: false }) : (_part, text) => text;
  const { isEqual, hunks, hidden, problems } = await compare(first, second, new Set(keep), paint);
  if (!isEqual && !quiet) {
    const output = new TextOutput(new FileSink(STDOUT, 'standard output'));
    output.write(`${paint('file', `--- ${printable(nameOf(from))}`)}\n${paint('file', `+++ ${printable(nameOf(to))}`)}\n`);
    for (const hunk of await hunks()) output.write(hunk);
    output.flush();
    if (hidden > 0) tell(`nlmon: ${String(hidden)} more messages differ\n`);
  }
  if (problems.length > 0) throw new Failure(problems.join('; '));
  return isEqual;
}
