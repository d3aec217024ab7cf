import { rmSync, statSync } from 'node:fs';
import { LinkType, NETLINK_HEADER_LENGTH, PcapngWriter, primeFamilies, type GenericFamily, type PacketView, type Sink } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
import { Failure } from '../failure.ts';
import { version } from '../version.ts';
import type { Rotation } from './options.ts';
import type { Source } from './source.ts';

/** Octets of a packet's block beside its own. */
const BLOCK = 32;

/** What {@link CaptureFiles} writes. */
export interface CaptureFilesOptions {
  /** The first file. */
  readonly path: string;
  /** What the first file is written to, if it is open. */
  readonly sink: Sink | undefined;
  /** When the next file begins. */
  readonly rotation: Rotation | undefined;
  /** What is captured from. */
  readonly source: Pick<Source, 'name' | 'description' | 'linkType' | 'drops'>;
  /** The filter, as it was given. */
  readonly filter: string | undefined;
  /** How many octets of a packet are kept. */
  readonly snaplen: number | undefined;
  /** The kernel's release. */
  readonly os: string;
  /** Generic families to begin each file with. */
  readonly families: readonly GenericFamily[];
}

/** Captures in the pcapng format, one after another. Each is whole by itself. */
export class CaptureFiles implements Disposable {
  readonly #options: CaptureFilesOptions;
  #writer: PcapngWriter;
  #interface = 0;
  #size = 0;
  #packets = 0;
  #number = 0;
  /** Losses before this file. */
  #dropsBefore = 0;
  #isPrimed = false;
  /** Whether there is a file that has not ended. */
  #isOpen = false;

  /**
   * @param options - what to write
   * @throws SinkError: the file cannot be created
   */
  constructor(options: CaptureFilesOptions) {
    this.#options = options;
    this.#writer = this.#open(options.sink);
  }

  /** How many packets were written, to all files. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Writes a packet, to the next file if this one is full.
   *
   * @throws SinkError: the file could not be written, and ends with the last whole packet; or the next cannot be created; Failure: it is a pipe
   */
  packet(view: PacketView): void {
    const size = BLOCK + ((view.length + 3) & ~3);
    const { rotation, families } = this.#options;
    if (rotation !== undefined && this.#size > 0 && this.#size + size > rotation.size) this.#next(rotation);
    const { seconds, nanoseconds } = view;
    if (!this.#isPrimed) {
      this.#isPrimed = true;
      if (families.length > 0) this.#prime(seconds, nanoseconds);
    }
    this.#writer.packet(this.#interface, seconds, nanoseconds, view.bytes, view.offset, view.length, view.originalLength);
    this.#size += size;
    this.#packets += 1;
  }

  /**
   * Passes on what was written.
   *
   * @throws SinkError: the output failed
   */
  flush(): void {
    this.#writer.flush();
  }

  /**
   * Ends the file, with how many packets were lost.
   *
   * @throws SinkError: the output failed
   */
  [Symbol.dispose](): void {
    if (this.#isOpen) this.#end();
  }

  #end(): void {
    this.#isOpen = false;
    const { drops } = this.#options.source;
    this.#writer.setStatistics(this.#interface, { dropped: Math.max(0, drops - this.#dropsBefore) });
    this.#dropsBefore = drops;
    this.#writer.close();
  }

  #next({ count }: Rotation): void {
    this.#end();
    this.#number += 1;
    if (count !== undefined && this.#number >= count) this.#number = 0;
    this.#size = 0;
    this.#isPrimed = false;
    this.#writer = this.#open();
  }

  #open(open?: Sink): PcapngWriter {
    const { path, rotation, source, filter, os } = this.#options;
    const file = numbered(path, this.#number, rotation?.count);
    const sink = open ?? createFile(file);
    const writer = new PcapngWriter(sink, { application: `nlmon ${version()}`, os, hardware: process.arch });
    this.#interface = writer.addInterface({
      linkType: source.linkType,
      name: source.name,
      description: source.description,
      // Packets are cut already, behind the header that is not the kernel's.
      cutPackets: false,
      ...(filter === undefined ? {} : { filter }),
      ...this.#snapLength(),
    });
    try {
      writer.flush();
    } catch (error) {
      writer.close();
      // Not even its head was written: nobody could read it.
      if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) rmSync(file);
      throw error;
    }
    this.#isOpen = true;
    return writer;
  }

  /** tcpdump reads no capture whose interfaces differ in it, or that has longer packets: what is added is whole. */
  #snapLength(): { readonly snapLength?: number } {
    const { snaplen, source, families } = this.#options;
    if (snaplen === undefined || families.length > 0) return {};
    return { snapLength: snaplen + (source.linkType === LinkType.NETLINK ? NETLINK_HEADER_LENGTH : 0) };
  }

  /** On an interface of their own: what was not captured is not counted as if it were. */
  #prime(seconds: number, nanoseconds: number): void {
    const interfaceId = this.#writer.addInterface({
      linkType: LinkType.NETLINK,
      name: 'nlctrl',
      description: 'generic netlink families, added when the capture was written',
      countPackets: false,
    });
    primeFamilies(this.#writer, this.#options.families, { seconds, nanoseconds, interfaceId });
  }
}

/** To open a pipe is to wait for its reader, and meanwhile no signal is heard. */
function createFile(path: string): FileSink {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() === true) throw new Failure(`open ${path}: it is a pipe, and not a file of several`);
  return FileSink.create(path);
}

/**
 * The name of a file of several: `nl.pcapng`, `nl.1.pcapng`, …; with a greatest number as many digits as that has.
 *
 * @param path - of the first
 * @param number - which, from 0
 * @param count - how many there are at most
 */
export function numbered(path: string, number: number, count?: number): string {
  const digits = count === undefined ? 1 : String(count - 1).length;
  if (number === 0 && count === undefined) return path;
  const text = String(number).padStart(digits, '0');
  const [, stem = path, end = ''] = /^(.*[^/.])(\.[^/.]+)$/.exec(path) ?? [];
  return `${stem}.${text}${end}`;
}
