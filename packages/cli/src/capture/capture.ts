import { isatty } from 'node:tty';
import { AF_NETLINK, ARPHRD_NETLINK, NETLINK_GENERIC, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { LinkType, NETLINK_HEADER_LENGTH, PacketView, writeNetlinkHeader, type GenericFamily } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, type Link } from '@netdevkit/iproute';
import { Host, netlinkPrefilter, type HostNamespace, type NamespaceReference, type Support } from '@netdevkit/linux';
import { compileFilter, DecodeContext, families as knownFamilies, parseFilter, type Expression, type Filter, type NetlinkSocket, type PacketCursor } from '@netdevkit/netlink';
import { Cleanup } from '../cleanup.ts';
import { wantsColour } from '../colour.ts';
import { explained } from '../decode/explained.ts';
import type { DecodeFormat } from '../decode/options.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { MessageStream, type NetlinkPacket } from '../input/message-stream.ts';
import { openPrinter } from '../print/open-printer.ts';
import type { Printer } from '../print/printer.ts';
import { CaptureFiles } from './capture-files.ts';
import { genericFamilies } from './generic-families.ts';
import { GroupSource } from './group-source.ts';
import type { CaptureOptions } from './options.ts';
import { OwnLink } from './own-link.ts';
import { checkUp, PacketSource } from './packet-source.ts';
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
  const { filter: text, write, quiet = false } = options;
  checkOptions(options);
  const filter = text === undefined ? undefined : await explained('--filter', () => compileFilter(text, { families: knownFamilies }));
  using stack = new Cleanup();
  const host = stack.use(new Host());
  const namespace = options.netns === undefined ? undefined : stack.use(host.namespace(namespaceOf(options.netns)));
  const families = familiesOf(host, namespace);
  const say = (line: string): void => void (quiet || process.stderr.write(`nlmon: ${line}\n`));
  const stop = stack.use(new Stop(options.duration));
  const source = openSource({ host, namespace, families, options, stack, say, expression: text === undefined ? undefined : parseFilter(text) });
  const context = new DecodeContext({ families: [], genlFamilies: Object.fromEntries(families.map(({ id, name }) => [id, name])) });
  const descriptor = write === '-' ? STDERR : STDOUT;
  const format = formatOf(options);
  const printer = format === undefined ? undefined : await printerOf(format, context, descriptor, options);
  const files = write === undefined ? undefined : stack.use(filesOf(write, host, source, families, options));
  const status = stack.use(StatusLine.of({ prints: printer !== undefined, isQuiet: quiet }));
  const live = new Live({ source, context, filter, printer, files, status, count: options.count ?? Infinity });
  try {
    await live.run(stop.signal);
  } finally {
    status.clear();
    if (!quiet && write !== undefined) say(statusText(live.status));
    else if (!quiet && live.status.drops > 0) say(`${String(live.status.drops)} packets were lost: a larger --buffer, or a --filter, helps`);
  }
}

/** What is captured, and where it goes. */
interface LiveOptions {
  readonly source: Source;
  readonly context: DecodeContext;
  readonly filter: Filter | undefined;
  readonly printer: Printer | undefined;
  readonly files: CaptureFiles | undefined;
  readonly status: StatusLine;
  readonly count: number;
}

/** A capture that is under way. */
class Live {
  readonly #options: LiveOptions;
  readonly #stream: MessageStream;
  readonly #view: PacketView = new PacketView();
  #bytes: Uint8Array = new Uint8Array(0);
  #data: DataView = new DataView(new ArrayBuffer(0));
  #messages = 0;
  #packets = 0;
  /** Whether packets are written as they come, and nobody looks into them. */
  readonly #isBlind: boolean;

  constructor(options: LiveOptions) {
    const { source, context, filter, printer, files, count } = options;
    this.#options = options;
    this.#isBlind = files !== undefined && printer === undefined && filter === undefined && (count === Infinity || source.linkType !== LinkType.NETLINK);
    this.#view.linkType = source.linkType;
    this.#stream = new MessageStream({
      context,
      needsSchemas: printer !== undefined || filter?.needs === 'names' || filter?.needs === 'payload',
      onPacket: (packet, cursor) => this.#packet(packet, cursor),
      onPart: () => {
        printer?.flush();
        files?.flush();
      },
    });
    this.#stream.section({ section: 0, littleEndian: true, comments: [] });
    this.#stream.interface({ section: 0, id: 0, linkType: source.linkType, snapLength: 0, name: source.name, comments: [] });
  }

  get status(): { readonly packets: number; readonly messages: number | undefined; readonly drops: number } {
    return { packets: this.#packets, messages: this.#isBlind ? undefined : this.#messages, drops: this.#options.source.drops };
  }

  /** Runs until it is stopped, has enough, or its interface has gone. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, status } = this.#options;
    for (let isOver = false; !isOver; ) {
      if (!signal.aborted) await waitFor(source, signal);
      // What was captured before the signal is a part of it.
      isOver = signal.aborted;
      const hasEnded = source.drain((bytes, offset, length, info) => {
        this.#take(bytes, offset, length, info);
      });
      if (!(await this.#stream.between(true)) || this.#messages >= this.#options.count) return;
      status.show(() => this.status);
      if (hasEnded && !isOver) throw new Failure(`${source.name} is down, or was removed`);
      isOver &&= !source.readable;
      // Signals and timers have their turn even when packets never end.
      if (!isOver) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #take(bytes: Uint8Array, offset: number, length: number, info: { readonly sec: number; readonly nsec: number; readonly protocol: number; readonly pktType: number; readonly origLength: number }): void {
    const { source, files, count } = this.#options;
    if (this.#messages >= count) return;
    this.#packets += 1;
    const view = this.#view;
    view.seconds = info.sec;
    view.nanoseconds = info.nsec;
    view.bytes = bytes;
    const { headroom } = source;
    if (headroom >= NETLINK_HEADER_LENGTH) {
      if (bytes !== this.#bytes) {
        this.#bytes = bytes;
        this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      writeNetlinkHeader(this.#data, offset - NETLINK_HEADER_LENGTH, info.protocol, info.pktType);
    }
    view.offset = offset - headroom;
    view.length = length + headroom;
    view.originalLength = info.origLength + headroom;
    if (this.#isBlind) {
      this.#messages += 1;
      files?.packet(view);
    } else this.#stream.packet(view);
  }

  #packet(packet: NetlinkPacket, cursor: PacketCursor): boolean {
    const { filter, printer, files, count } = this.#options;
    // A datagram of no octets has no message that a filter could ask about.
    let isWanted = filter === undefined;
    while (this.#messages < count && cursor.next()) {
      if (filter !== undefined && !filter.matches(cursor)) continue;
      isWanted = true;
      this.#messages += 1;
      printer?.print(cursor);
    }
    if (isWanted) files?.packet(packet.view);
    return this.#messages < count;
  }
}

/** Waits for a packet; the end of the wait is told by the signal itself. */
async function waitFor(source: Source, signal: AbortSignal): Promise<void> {
  try {
    await source.waitReadable(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** What {@link openSource} chooses from. */
interface SourceChoice {
  readonly host: Host;
  readonly namespace: HostNamespace | undefined;
  readonly families: readonly GenericFamily[];
  readonly options: CaptureOptions;
  readonly stack: Cleanup;
  readonly say: (line: string) => void;
  readonly expression: Expression | undefined;
}

function openSource(choice: SourceChoice): Source {
  const { host, namespace, options, stack, say, expression } = choice;
  const { groups, interface: name, buffer, snaplen } = options;
  if (groups !== undefined) return groupSource(choice, undefined);
  const program = expression === undefined || asksForNumbers(expression) ? undefined : netlinkPrefilter(expression, snaplen === undefined ? {} : { snaplen });
  if (name !== undefined) {
    const link = linkOf(host, namespace, name);
    checkUp(link);
    const source = stack.use(packetSource(host, { link, namespace, buffer, snaplen, program: link.type === ARPHRD_NETLINK ? program : undefined }));
    if (source.linkType !== LinkType.NETLINK && options.write === undefined) throw new UsageFailure(`${name} is no nlmon interface: nothing of it can be decoded; -w writes its packets to a file`);
    return source;
  }
  const support = host.supports.nlmon(namespace);
  if (!support.supported) return groupSource(choice, support);
  const link = stack.use(OwnLink.make(() => routeSocket(host, namespace)));
  const source = stack.use(packetSource(host, { link: { index: link.index, name: link.name, type: ARPHRD_NETLINK }, namespace, buffer, snaplen, program }));
  link.up();
  source.forgetDown();
  say(`capturing on ${link.name}, which is removed at the end`);
  return source;
}

function packetSource(...args: ConstructorParameters<typeof PacketSource>): PacketSource {
  try {
    return new PacketSource(...args);
  } catch (error) {
    if (isKernelError(error, 'ENOMEM')) throw new Failure('there is not so much memory for the buffer: try a smaller --buffer', error);
    throw error;
  }
}

function groupSource({ host, namespace, families, options, stack, say }: SourceChoice, support: Support | undefined): GroupSource {
  const { groups, buffer, snaplen } = options;
  const source = stack.use(new GroupSource(host, { namespace, families, buffer, protocols: groups === true ? undefined : groups, snaplen }));
  if (source.groups === 0) throw new Failure('none of the multicast groups may be joined');
  const because = support?.supported === false ? `${support.reason}; ` : '';
  say(`${because}listening to ${String(source.groups)} multicast groups of ${source.heard.join(', ')}: requests and their answers are not seen`);
  if (source.refused.length > 0) say(`not allowed to listen to ${source.refused.join(', ')}, which needs more rights`);
  return source;
}

function routeSocket(host: Host, namespace: HostNamespace | undefined): NetlinkSocket {
  return host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, namespace === undefined ? {} : { namespace });
}

function linkOf(host: Host, namespace: HostNamespace | undefined, name: string): Link {
  using ip = new IpRoute(() => routeSocket(host, namespace));
  try {
    return ip.link.show(name);
  } catch (error) {
    if (!isKernelError(error, 'ENODEV') && !isKernelError(error, 'EINVAL') && !isKernelError(error, 'ERANGE')) throw error;
    throw new Failure(`there is no interface ${name}`, error);
  }
}

function familiesOf(host: Host, namespace: HostNamespace | undefined): GenericFamily[] {
  try {
    return genericFamilies(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC, namespace === undefined ? {} : { namespace }));
  } catch (error) {
    // A kernel without generic netlink has none.
    if (isKernelError(error, 'EPROTONOSUPPORT')) return [];
    throw error;
  }
}

/** A filter that asks for a packet's number must count all of them. */
function asksForNumbers(expression: Expression): boolean {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return expression.operands.some(asksForNumbers);
    case 'not':
      return asksForNumbers(expression.operand);
    case 'word':
      return expression.word === 'frame';
    default:
      return expression.field.path[0] === 'frame';
  }
}

function checkOptions({ fileSize, fileCount, write, prime, interface: name, groups, duration }: CaptureOptions): void {
  if (write === undefined && (fileSize ?? fileCount ?? prime) !== undefined) throw new UsageFailure('-C, -W and --prime are about the capture that -w writes');
  if (fileCount !== undefined && fileSize === undefined) throw new UsageFailure('-W says how many files there are at most; -C says when the next begins');
  if (fileSize !== undefined && write === '-') throw new UsageFailure('-C: standard output is not a file of several');
  if (name !== undefined && groups !== undefined) throw new UsageFailure('-i names an interface, --groups listens without one');
  if (duration !== undefined && duration > 0x7fff_ffff) throw new UsageFailure('--duration: at most 24 days');
}

/** What is not asked for is not printed where a capture is written. */
function formatOf({ format, write, fields }: CaptureOptions): DecodeFormat | undefined {
  return format ?? (write === undefined || fields !== undefined ? 'text' : undefined);
}

async function printerOf(format: DecodeFormat, context: DecodeContext, descriptor: number, { color, fields }: CaptureOptions): Promise<Printer> {
  const sink = new FileSink(descriptor, descriptor === STDOUT ? 'standard output' : 'standard error');
  const isColoured = wantsColour(color, isatty(descriptor), process.env);
  return await explained('--fields', () => openPrinter({ format, context, sink, isColoured, ...(fields === undefined ? {} : { fields }) }));
}

function filesOf(path: string, host: Host, source: Source, families: readonly GenericFamily[], options: CaptureOptions): CaptureFiles {
  const { fileSize, fileCount, filter, snaplen, prime = false } = options;
  return new CaptureFiles({
    path,
    rotation: fileSize === undefined ? undefined : { size: fileSize, ...(fileCount === undefined ? {} : { count: fileCount }) },
    source,
    filter,
    snaplen,
    os: `Linux ${host.version.release}`,
    families: prime ? families : [],
  });
}

/** A name, a process id, or a path. */
function namespaceOf(text: string): NamespaceReference {
  if (/^[1-9]\d*$/.test(text)) return { pid: Number(text) };
  return text.includes('/') ? { path: text } : { name: text };
}
