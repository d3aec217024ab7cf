import { isatty } from 'node:tty';
import { LinkType, PcapngWriter, type Sink } from '@netdevkit/capture';
import { DecodeContext, FamilyLoader, PacketCursor, printable, type Packet } from '@netdevkit/netlink';
import { wantsColour, type ColourChoice } from '../colour.ts';
import { Failure } from '../failure.ts';
import { Outputs } from '../outputs/outputs.ts';
import { openPrinter } from '../print/open-printer.ts';
import type { Printer } from '../print/printer.ts';
import { version } from '../version.ts';
import type { LivePacket } from './live-packet.ts';

const STDOUT = 1;
const STDERR = 2;

/** What a command line says of the output. */
export interface LiveOutputOptions {
  /** The capture to write; `'-'` is standard output. */
  readonly write?: string;
  /** How to print messages. */
  readonly format?: 'text' | 'json' | 'summary';
  /** Whether to print nothing. */
  readonly quiet?: boolean;
  /** When to colour. */
  readonly color: ColourChoice;
}

/** What becomes of what is seen. */
export interface LiveOptions {
  /** The capture to write, as pcapng; `'-'` is standard output. */
  readonly write: string | undefined;
  /** How to print messages; `undefined`: not at all. */
  readonly format: 'text' | 'json' | 'summary' | undefined;
  /** When to colour. */
  readonly color: ColourChoice;
  /** What a written capture says of where it was made. */
  readonly os: string;
}

/** What is asked for: nothing is printed beside a capture unless it is said how. */
export function outputOf({ write, format, quiet = false, color }: LiveOutputOptions): Omit<LiveOptions, 'os'> {
  return { write, format: quiet ? undefined : (format ?? (write === undefined ? 'text' : undefined)), color };
}

/**
 * Prints messages as they are seen, to standard error, and writes them to a capture that is whole at any time.
 */
export class LiveOutput {
  readonly #outputs: Outputs;
  readonly #context: DecodeContext = new DecodeContext({ families: [] });
  readonly #loader: FamilyLoader = new FamilyLoader(this.#context);
  readonly #cursor: PacketCursor = new PacketCursor(this.#context);
  readonly #places: Map<string, number> = new Map();
  readonly #errors: Sink;
  #writer: PcapngWriter | undefined;
  #printer: Printer | undefined;
  #frames = 0;

  private constructor(outputs: Outputs, errors: Sink) {
    this.#outputs = outputs;
    this.#errors = errors;
  }

  /**
   * Opens the outputs.
   *
   * @param options - which
   * @throws Failure: standard output is a terminal; SinkError: the file cannot be created
   */
  static async open(options: LiveOptions): Promise<LiveOutput> {
    const { write, format, color, os } = options;
    if (write === '-' && isatty(STDOUT)) throw new Failure('-w -: standard output is a terminal, which cannot show a capture');
    // Programs write to standard error, too.
    const outputs = new Outputs({ isShared: true });
    const output = new LiveOutput(outputs, await outputs.open(STDERR));
    if (write !== undefined) {
      const sink = await outputs.open(write === '-' ? STDOUT : write);
      output.#writer = new PcapngWriter(sink, { hardware: process.arch, os, application: `nlmon ${version()}` });
    }
    if (format !== undefined) {
      output.#printer = await openPrinter({
        format,
        context: output.#context,
        sink: output.#errors,
        isColoured: wantsColour(color, isatty(STDERR), process.env),
      });
    }
    return output;
  }

  /** How many packets there were. */
  get frames(): number {
    return this.#frames;
  }

  /**
   * Prints and writes packets, and passes all of it on, as far as it is read.
   *
   * @param packets - in their order
   * @throws SinkError: an output failed; Failure: nobody reads it
   */
  async take(packets: readonly LivePacket[]): Promise<void> {
    for (const packet of packets) {
      const { bytes, protocol, seconds, nanoseconds, place, label = place } = packet;
      this.#frames++;
      this.#write(packet);
      const room = this.#outputs.room();
      if (room !== undefined) await room;
      if (this.#printer === undefined) continue;
      const frame: Packet = { frame: this.#frames, seconds, nanoseconds, interface: label, protocol, bytes };
      if (!this.#loader.isReady(frame)) await this.#loader.load();
      this.#cursor.reset(frame);
      while (this.#cursor.next()) this.#printer.print(this.#cursor);
    }
    this.#printer?.flush();
    this.#writer?.flush();
  }

  /**
   * Says something beside.
   *
   * @param text - a line
   * @throws SinkError: the output failed
   */
  remark(text: string): void {
    this.#errors.write(Buffer.from(`nlmon: ${printable(text)}\n`));
  }

  /** Waits no longer for readers that do not read. */
  hurry(): void {
    this.#outputs.hurry();
  }

  /**
   * Ends the capture, when all was read.
   *
   * @throws SinkError: an output failed; Failure: nobody reads it
   */
  async close(): Promise<void> {
    try {
      this.#writer?.close();
    } finally {
      this.#writer = undefined;
      await this.#outputs.end();
    }
  }

  #write({ bytes, protocol, seconds, nanoseconds, place, comments }: LivePacket): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    let interfaceId = this.#places.get(place);
    if (interfaceId === undefined) {
      interfaceId = writer.addInterface({ linkType: LinkType.NETLINK, name: place });
      this.#places.set(place, interfaceId);
    }
    writer.write({ interfaceId, seconds, nanoseconds, bytes, protocol, ...(comments === undefined ? {} : { comments }) });
  }
}
