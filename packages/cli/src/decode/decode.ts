import { GENL_ID_CTRL } from '@netdevkit/bindings';
import type { GenericFamily, Sink, Transcoder } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
import { compileFilter, DecodeContext, families } from '@netdevkit/netlink';
import { Cleanup } from '../cleanup.ts';
import { wantsColour } from '../colour.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { familyNames, scanFamilies } from '../input/family-scan.ts';
import { checkApart, checkReadable, isRegular } from '../input/files.ts';
import { Interruption } from '../input/interruption.ts';
import { MessageStream } from '../input/message-stream.ts';
import { Progress } from '../input/progress.ts';
import { problemOf, readInput } from '../input/read-input.ts';
import type { Outputs } from '../outputs/outputs.ts';
import { openPrinter } from '../print/open-printer.ts';
import type { Printer } from '../print/printer.ts';
import { isTerminal } from '../terminal.ts';
import { DecodeRun } from './decode-run.ts';
import { explained } from './explained.ts';
import type { DecodeFormat, DecodeOptions } from './options.ts';
import type { PacketComments } from './packet-comments.ts';

const STDOUT = 1;
const STDERR = 2;

/** The capture that is written. */
interface Writer {
  readonly writer: Transcoder | undefined;
  /** How many packets are added at its start. */
  readonly added: number;
}

const NO_WRITER: Writer = { writer: undefined, added: 0 };

/**
 * Decodes a capture: `nlmon decode`.
 *
 * @param path - of the capture; `'-'` is standard input
 * @param options - from the command line
 * @throws Failure: the capture cannot be read, or is not whole; SinkError: the output failed
 */
export async function decode(path: string, options: DecodeOptions): Promise<void> {
  const isLive = options.follow === true || !isRegular(path);
  // While a file is decoded signals are the process's own, and a reader that is slow makes it wait: nothing is there that must not.
  if (!isLive) {
    await decodeTo(undefined, new AbortController().signal, path, options);
    return;
  }
  const { Outputs } = await import('../outputs/outputs.ts');
  using interruption = new Interruption();
  const { signal } = interruption;
  const outputs = new Outputs({ signal });
  signal.addEventListener('abort', () => {
    outputs.hurry();
  });
  try {
    await decodeTo(outputs, signal, path, options);
  } catch (error) {
    // What came before is passed on; that it cannot be is not what went wrong first.
    await outputs.end().catch(() => undefined);
    throw error;
  }
  await outputs.end();
}

async function decodeTo(outputs: Outputs | undefined, signal: AbortSignal, path: string, options: DecodeOptions): Promise<void> {
  const { filter: expression, count = Infinity, follow = false, write } = options;
  if (write === undefined && (options.prime ?? options.comments) === true) throw new UsageFailure('--prime and --comments are about the capture that -w writes');
  const filter = expression === undefined ? undefined : await explained('--filter', () => compileFilter(expression, { families }));
  checkReadable(path);
  // A capture in a pipe must not have lines between its blocks.
  const descriptor = write === '-' ? STDERR : STDOUT;
  const format = formatOf(options);
  if (format !== undefined) checkApart(path, descriptor);
  using stack = new Cleanup();
  const open = async (target: number | string): Promise<Sink> => (outputs === undefined ? openAtOnce(target) : await outputs.open(target));
  const context = new DecodeContext({ families: [], genlFamilies: options.family });
  const printer = format === undefined ? undefined : await printerOf(format, context, await open(descriptor), isTerminal(descriptor), options);
  const { writer, added } = write === undefined ? NO_WRITER : await writerOf(write, path, open, options);
  if (writer !== undefined) stack.use(writer);
  const comments = writer === undefined || options.comments !== true ? undefined : await commentsOf(context);
  const run = new DecodeRun({ filter, printer, writer, comments, added, count });
  const lookAhead = familyNames(path);
  const stream = new MessageStream({
    context,
    needsSchemas: printer !== undefined || comments !== undefined || filter?.needs === 'names' || filter?.needs === 'payload',
    onPacket: (packet, cursor) => run.packet(packet, cursor),
    // What comes live is printed and written as it comes, a file in large pieces.
    onPart: (isIdle) => {
      if (isIdle && outputs !== undefined) {
        printer?.flush();
        writer?.flush();
      }
      return outputs?.room(signal);
    },
    ...(writer === undefined ? {} : { others: writer }),
    ...(writer === undefined || filter !== undefined ? {} : { onOther: (view) => writer.packet(view) }),
    ...(outputs !== undefined || lookAhead === undefined ? {} : { lookAhead }),
  });
  const progress = stack.use(Progress.of({ path, prints: printer !== undefined && descriptor === STDOUT }));
  let problem: string | undefined;
  try {
    problem = problemOf(path, await readInput({ path, follow, signal, progress }, stream));
  } finally {
    // Also what came before a failure.
    printer?.flush();
  }
  if (problem !== undefined) throw new Failure(problem);
}

/** Writes synchronously. */
function openAtOnce(target: number | string): FileSink {
  return typeof target === 'number' ? new FileSink(target, target === STDOUT ? 'standard output' : 'standard error') : FileSink.create(target);
}

/** What is not asked for is not printed where a capture is written. */
function formatOf({ format, write, fields }: DecodeOptions): DecodeFormat | undefined {
  return format ?? (write === undefined || fields !== undefined ? 'text' : undefined);
}

async function printerOf(format: DecodeFormat, context: DecodeContext, sink: Sink, isOnTerminal: boolean, { color, fields }: DecodeOptions): Promise<Printer> {
  const isColoured = wantsColour(color, isOnTerminal, process.env);
  return await explained('--fields', () => openPrinter({ format, context, sink, isColoured, ...(fields === undefined ? {} : { fields }) }));
}

async function writerOf(write: string, path: string, open: (target: number | string) => Promise<Sink>, { prime, family }: DecodeOptions): Promise<Writer> {
  const { openCaptureOutput } = await import('./capture-output.ts');
  const announced = prime === true ? await knownFamilies(path, family) : [];
  return { writer: await openCaptureOutput(write, path, open, announced), added: announced.length };
}

async function commentsOf(context: DecodeContext): Promise<PacketComments> {
  const { PacketComments } = await import('./packet-comments.ts');
  return new PacketComments(context);
}

/** Generic families that the capture names, and the command line. */
async function knownFamilies(path: string, family: Readonly<Record<number, string>>): Promise<GenericFamily[]> {
  const found = new Map<number, GenericFamily>(isRegular(path) ? await scanFamilies(path) : []);
  for (const [id, name] of Object.entries(family)) if (found.get(Number(id))?.name !== name) found.set(Number(id), { id: Number(id), name });
  // The controller has a fixed number, which everybody knows.
  found.delete(GENL_ID_CTRL);
  return [...found.values()].sort((a, b) => a.id - b.id);
}
