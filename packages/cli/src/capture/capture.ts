import { isatty } from 'node:tty';
import { LinkType, type GenericFamily, type Sink } from '@netdevkit/capture';
import { Host } from '@netdevkit/linux';
import { compileFilter, DecodeContext, families as knownFamilies, parseFilter } from '@netdevkit/netlink';
import { Cleanup } from '../cleanup.ts';
import { wantsColour } from '../colour.ts';
import { explained } from '../decode/explained.ts';
import type { DecodeFormat } from '../decode/options.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { warn } from '../live/warn.ts';
import { Outputs } from '../outputs/outputs.ts';
import { openPrinter } from '../print/open-printer.ts';
import type { Printer } from '../print/printer.ts';
import { CaptureFiles } from './capture-files.ts';
import { familiesOf } from './generic-families.ts';
import { Live } from './live.ts';
import { namespaceOf } from './namespace-of.ts';
import { openSource } from './open-source.ts';
import type { CaptureOptions } from './options.ts';
import type { Source } from './source.ts';
import { StatusLine, statusText } from './status-line.ts';
import { Stop } from './stop.ts';

const STDOUT = 1;
const STDERR = 2;

/**
 * Captures what programs and the kernel say to each other over netlink: `nlmon capture`.
 *
 * @param options - from the command line
 * @throws Failure: it cannot be done here; SinkError: the output failed
 */
export async function capture(options: CaptureOptions): Promise<void> {
  checkOptions(options);
  using stop = new Stop();
  const outputs = new Outputs({ signal: stop.signal });
  stop.onInterrupt = () => {
    outputs.hurry();
  };
  try {
    await captureTo(outputs, stop, options);
  } catch (error) {
    // What came before is passed on; that it cannot be is not what went wrong first.
    outputs.hurry();
    await outputs.end().catch(() => undefined);
    throw error;
  }
  await outputs.end();
}

async function captureTo(outputs: Outputs, stop: Stop, options: CaptureOptions): Promise<void> {
  const { signal } = stop;
  const { filter: text, write, duration, quiet = false } = options;
  const filter = text === undefined ? undefined : await explained('--filter', () => compileFilter(text, { families: knownFamilies }));
  using stack = new Cleanup();
  const host = stack.use(new Host());
  const namespace = options.netns === undefined ? undefined : stack.use(host.namespace(namespaceOf(options.netns)));
  const families = familiesOf(host, namespace);
  const say = (line: string): void => {
    if (!quiet) warn(line);
  };
  const format = formatOf(options);
  const context = new DecodeContext({ families: [], genlFamilies: Object.fromEntries(families.map(({ id, name }) => [id, name])) });
  const descriptor = write === '-' ? STDERR : STDOUT;
  const printer = format === undefined ? undefined : await printerOf(format, context, await outputs.open(descriptor), isatty(descriptor), options);
  const source = openSource({ host, namespace, families, options, stack, say, expression: text === undefined ? undefined : parseFilter(text), isWatched: format !== undefined });
  if (duration !== undefined) stop.after(duration);
  const sink = write === undefined ? undefined : await sinkOf(write, outputs, options);
  const files = write === undefined ? undefined : stack.use(filesOf(write, sink, host, source, families, options));
  const status = stack.use(StatusLine.of({ prints: printer !== undefined, isQuiet: quiet }));
  const live = new Live({ source, context, filter, printer, files, outputs, status, count: options.count ?? Infinity });
  try {
    await live.run(signal);
  } finally {
    status.clear();
    if (!quiet && write !== undefined) say(statusText(live.status));
    else if (!quiet && live.status.drops > 0) say(`${String(live.status.drops)} packets were lost: a larger --buffer, or a --filter, helps`);
  }
}

function checkOptions({ fileSize, fileCount, write, prime, interface: name, groups, duration }: CaptureOptions): void {
  if (write === undefined && (fileSize ?? fileCount ?? prime) !== undefined) throw new UsageFailure('-C, -W and --prime are about the capture that -w writes');
  if (fileCount !== undefined && fileSize === undefined) throw new UsageFailure('-W says how many files there are at most; -C says when the next begins');
  if (fileSize !== undefined && write === '-') throw new UsageFailure('-C: standard output is not a file of several');
  if (name !== undefined && groups !== undefined) throw new UsageFailure('-i names an interface, --groups listens without one');
  if (duration !== undefined && duration > 0x7fff_ffff) throw new UsageFailure('--duration: at most 24 days');
  if (write === '-' && isatty(STDOUT)) throw new Failure('-w -: standard output is a terminal, which cannot show a capture');
}

/** What is not asked for is not printed where a capture is written. */
function formatOf({ format, write, fields }: CaptureOptions): DecodeFormat | undefined {
  return format ?? (write === undefined || fields !== undefined ? 'text' : undefined);
}

async function printerOf(format: DecodeFormat, context: DecodeContext, sink: Sink, isTerminal: boolean, { color, fields }: CaptureOptions): Promise<Printer> {
  const isColoured = wantsColour(color, isTerminal, process.env);
  return await explained('--fields', () => openPrinter({ format, context, sink, isColoured, ...(fields === undefined ? {} : { fields }) }));
}

/** Where the first file goes; nowhere yet if it is the first of several. */
async function sinkOf(write: string, outputs: Outputs, { fileSize }: CaptureOptions): Promise<Sink | undefined> {
  return fileSize === undefined ? await outputs.open(write === '-' ? STDOUT : write) : undefined;
}

function filesOf(path: string, sink: Sink | undefined, host: Host, source: Source, families: readonly GenericFamily[], options: CaptureOptions): CaptureFiles {
  const { fileSize, fileCount, filter, snaplen, prime = false } = options;
  return new CaptureFiles({
    path,
    sink,
    rotation: fileSize === undefined ? undefined : { size: fileSize, ...(fileCount === undefined ? {} : { count: fileCount }) },
    source,
    filter,
    snaplen,
    os: `Linux ${host.version.release}`,
    // tcpdump reads no capture whose interfaces are of different kinds.
    families: prime && source.linkType === LinkType.NETLINK ? families : [],
  });
}
