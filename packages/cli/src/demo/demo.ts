import { basename } from 'node:path';
import { PcapngWriter } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
import { Kernel, RELEASE } from '@netdevkit/kernel';
import { DecodeContext, families, printable } from '@netdevkit/netlink';
import { PackageCatalog } from '../catalog/package-catalog.ts';
import { Cleanup } from '../cleanup.ts';
import { coloured, plain, wantsColour, type ColourChoice } from '../colour.ts';
import { Failure } from '../failure.ts';
import { checkApart, checkReadable } from '../input/files.ts';
import { warn } from '../live/warn.ts';
import { TextOutput } from '../output.ts';
import { JsonPrinter } from '../print/json-printer.ts';
import { SummaryPrinter } from '../print/summary-printer.ts';
import { isTerminal } from '../terminal.ts';
import { version } from '../version.ts';
import { Conversation } from './conversation.ts';
import { Recorder } from './recorder.ts';
import { GOLDEN, replay } from './replay.ts';
import { sink as sinkModule } from './sink.ts';
import { SystemShell } from './system-shell.ts';

const STDOUT = 1;
const STDERR = 2;

/** What `nlmon demo` can be told. */
export interface DemoOptions {
  /** The file to write; `'-'` is standard output. */
  readonly write?: string;
  /** How to print messages. */
  readonly format: 'text' | 'json';
  /** The capture to play; `'-'` is standard input. By default one of Linux 6.12 that comes with this package. */
  readonly replay?: string;
  /** When to colour. */
  readonly color: ColourChoice;
  /** Who talks: the system's own programs, a client of this process, or whichever there is. */
  readonly client: 'system' | 'builtin' | 'auto';
  /** Which package to load for a module alias that several provide. */
  readonly prefer: Readonly<Record<string, string>>;
}

/**
 * Shows an embedded kernel at work: `nlmon demo`.
 *
 * @param options - from the command line
 * @throws SinkError: the output or the file failed; Failure: the capture to play cannot be read
 */
export async function demo(options: DemoOptions): Promise<void> {
  const { write: path, format, replay: capture = GOLDEN } = options;
  if (path === '-' && isTerminal(STDOUT)) throw new Failure('-w -: standard output is a terminal, which cannot show a capture');
  checkReadable(capture);
  checkApart(capture, STDOUT);
  if (path !== undefined && path !== '-') checkApart(capture, path);

  // A capture in a pipe must not have lines between its blocks.
  const descriptor = path === '-' ? STDERR : STDOUT;
  const sink = new FileSink(descriptor, descriptor === STDOUT ? 'standard output' : 'standard error');
  const output = new TextOutput(sink);
  const isColoured = wantsColour(options.color, isTerminal(descriptor), process.env);
  const paint = isColoured ? coloured : plain;
  using stack = new Cleanup();
  const writer = path === undefined ? undefined : stack.use(openCapture(path));
  const modules = new PackageCatalog({ project: process.cwd(), prefer: options.prefer, onProblem: warn });
  const kernel = stack.use(new Kernel({ modules }));
  // A second kind of link, with attributes of its own; nlmon is found by its alias.
  kernel.insmod(sinkModule);
  // A kernel answers at once, so that there is no time to load what an answer needs.
  const context = new DecodeContext({ families: await Promise.all(families.map(({ load }) => load())) });
  const printer = format === 'json' ? new JsonPrinter(context, sink) : new SummaryPrinter(context, sink, { isColoured, isNumbered: false });
  const recorder = stack.use(new Recorder(kernel, { context, printer, writer }));

  // Lines of JSON are messages and nothing else.
  const say = (part: 'step' | 'remark', text: string): void => {
    if (format !== 'text') return;
    // What was seen comes first.
    printer.flush();
    output.write(`${paint(part, printable(text))}\n`);
    output.flush();
  };
  const step = (command: string): void => {
    if (format === 'text') output.write('\n');
    say('step', `$ ${command}`);
    output.flush();
  };
  const remark = (text: string): void => say('remark', `# ${text}`);

  try {
    remark(`nlmon ${version()}: an embedded kernel, ${RELEASE}; times are when a datagram passed the tap`);
    await using shell = await openShell(kernel, options.client, remark);
    const said = (text: string): void => {
      if (format !== 'text') return;
      for (const line of text.split('\n').slice(0, -1)) output.write(`${printable(line.replaceAll('\t', '  '))}\n`);
    };
    const conversation = stack.use(new Conversation({ kernel, recorder, step, remark, said, shell }));
    await conversation.start();
    await conversation.links();
    conversation.namespaces();
    await conversation.others();
    step(`replay ${capture === GOLDEN ? basename(capture) : capture}`);
    remark(`${capture === GOLDEN ? 'what the C nlmon captured on Linux 6.12' : 'a capture'}, through the same tap and driver`);
    const { shown, leftOut, problem } = await replay(capture, kernel, recorder);
    remark(`${String(shown)} datagrams${leftOut === 0 ? '' : `; ${String(leftOut)} packets left out that no tap is shown`}`);
    if (problem !== undefined) warn(problem);
    await conversation.end();
    for (const { name, packets, drops } of recorder.devices()) remark(`${name}: ${String(packets)} packets captured, ${String(drops)} dropped`);
    if (writer !== undefined) {
      writer.close();
      if (path !== '-') remark(`${String(recorder.frames)} frames in ${path ?? ''}`);
    }
  } finally {
    // Also what came before a failure.
    printer.flush();
  }
}

/** The system's own programs, if they are there and wanted. */
async function openShell(kernel: Kernel, client: DemoOptions['client'], remark: (text: string) => void): Promise<SystemShell | undefined> {
  if (client === 'builtin') return undefined;
  const missing = SystemShell.missing();
  if (missing === undefined) {
    remark('the system’s own ip talks to it, as it is; for what ip does not know, a client of this process');
    return SystemShell.start(kernel);
  }
  if (client === 'system') throw new Failure(`--client system: ${missing}`);
  remark(`a client of this process talks to it: the system's own ip cannot (${missing})`);
  return undefined;
}

function openCapture(path: string): PcapngWriter {
  const sink = path === '-' ? new FileSink(STDOUT, 'standard output') : FileSink.create(path);
  return new PcapngWriter(sink, {
    hardware: process.arch,
    os: `NetDevKit kernel ${RELEASE}, on ${process.platform}`,
    application: `nlmon ${version()}`,
  });
}
