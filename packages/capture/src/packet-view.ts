import type { CaptureBlock } from './capture-block.ts';
import type { CapturedPacket } from './packet.ts';
import type { RawOption, TypedOctets } from './raw-option.ts';

const NOTHING = new Uint8Array(0);
const NO_COMMENTS: readonly string[] = [];
const NO_OCTETS: readonly TypedOctets[] = [];
const NO_OPTIONS: readonly RawOption[] = [];

/**
 * A packet that a reader found. One object serves packet after packet: what it says, and the octets it points to, are good
 * until the handler returns.
 */
export class PacketView {
  /** The section of the file, counted from 0; a classic pcap file has one. */
  section = 0;
  /** The interface, by its number in the section. */
  interfaceId = 0;
  /** What the packet begins with: a `LinkType`. */
  linkType = 0;
  /** When: whole seconds since 1970. */
  seconds = 0;
  /** When: 0 to 999 999 999 nanoseconds more. */
  nanoseconds = 0;
  /** What holds the packet. */
  bytes: Uint8Array = NOTHING;
  /** Where it starts. */
  offset = 0;
  /** Octets of it. */
  length = 0;
  /** Its length in octets before it was cut. */
  originalLength = 0;
  /** Whether it has any of the members below. */
  annotated = false;
  /** `epb_flags`; its lowest two bits are a `Direction`. */
  flags = 0;
  /** How many packets of the interface were lost between the one before and this one, if that is said. */
  dropCount: bigint | undefined;
  /** Sentences about the packet. */
  comments: readonly string[] = NO_COMMENTS;
  /** A number that the packet also has where it was captured elsewhere. */
  packetId: bigint | undefined;
  /** The queue of the interface. */
  queue: number | undefined;
  /** Its hashes; the type is the algorithm. */
  hashes: readonly TypedOctets[] = NO_OCTETS;
  /** What was decided about it; the type is who did. The 64-bit verdicts of Linux (types 1 and 2) are little-endian here. */
  verdicts: readonly TypedOctets[] = NO_OCTETS;
  /** Other options. */
  options: readonly RawOption[] = NO_OPTIONS;

  /** The packet's octets, as a view. */
  get data(): Uint8Array {
    return this.bytes.subarray(this.offset, this.offset + this.length);
  }

  /** The packet in its own array, for keeping. Octets of options are shared, but the reader does not touch them again. */
  copy(): CapturedPacket {
    const { section, interfaceId, linkType, seconds, nanoseconds, originalLength, flags, comments } = this;
    // Not `slice`, which in a Buffer of Node shares the octets.
    const bytes = new Uint8Array(this.data);
    const packet = { section, interfaceId, linkType, seconds, nanoseconds, bytes, originalLength, flags, comments };
    if (!this.annotated) return packet;
    const { dropCount, packetId, queue, hashes, verdicts, options } = this;
    return {
      ...packet,
      ...(dropCount === undefined ? {} : { dropCount }),
      ...(packetId === undefined ? {} : { packetId }),
      ...(queue === undefined ? {} : { queue }),
      ...(hashes.length === 0 ? {} : { hashes }),
      ...(verdicts.length === 0 ? {} : { verdicts }),
      ...(options.length === 0 ? {} : { options }),
    };
  }

  /** Forgets what only some packets have. */
  clear(): void {
    if (!this.annotated) return;
    this.annotated = false;
    this.flags = 0;
    this.dropCount = undefined;
    this.comments = NO_COMMENTS;
    this.packetId = undefined;
    this.queue = undefined;
    this.hashes = NO_OCTETS;
    this.verdicts = NO_OCTETS;
    this.options = NO_OPTIONS;
  }
}

/** What a capture says of an interface. */
export interface CaptureInterface {
  /** The section of the file, counted from 0. */
  readonly section: number;
  /** Its number in the section. */
  readonly id: number;
  /** What its packets begin with: a `LinkType`. */
  readonly linkType: number;
  /** The most octets that were kept of a packet; 0 for no limit. */
  readonly snapLength: number;
  /** Its name. */
  readonly name?: string;
  /** More about it. */
  readonly description?: string;
  /** The capture filter, if it is text. */
  readonly filter?: string;
  /** The operating system of its machine. */
  readonly os?: string;
  /** Its hardware. */
  readonly hardware?: string;
  /** Its speed in bits per second. */
  readonly speed?: bigint;
  /** Its speed in bits per second when it sends. */
  readonly sendSpeed?: bigint;
  /** Its speed in bits per second when it receives. */
  readonly receiveSpeed?: bigint;
  /** Sentences about it. */
  readonly comments: readonly string[];
  /** Other options, such as its addresses; absent when there are none. */
  readonly options?: readonly RawOption[];
}

/** What a capture says of a section at its head. */
export interface CaptureSection {
  /** Which, counted from 0. */
  readonly section: number;
  /** Whether integers in it are little-endian, those in raw options and blocks too. */
  readonly littleEndian: boolean;
  /** The machine. */
  readonly hardware?: string;
  /** The operating system. */
  readonly os?: string;
  /** The program that wrote it. */
  readonly application?: string;
  /** Sentences about it. */
  readonly comments: readonly string[];
  /** Other options; absent when there are none. */
  readonly options?: readonly RawOption[];
}

/** A time since 1970. */
export interface CaptureTime {
  /** Whole seconds. */
  readonly seconds: number;
  /** 0 to 999 999 999 more. */
  readonly nanoseconds: number;
}

/** What a capture says of an interface at its end; counts of packets. */
export interface CaptureStatistics {
  /** The section of the file, counted from 0. */
  readonly section: number;
  /** The interface, by its number in the section. */
  readonly interfaceId: number;
  /** When the capture began. */
  readonly start?: CaptureTime;
  /** When it ended. */
  readonly end?: CaptureTime;
  /** How many packets the interface received. */
  readonly received?: bigint;
  /** How many it lost. */
  readonly dropped?: bigint;
  /** How many the filter let through. */
  readonly filterAccepted?: bigint;
  /** How many the operating system lost. */
  readonly osDropped?: bigint;
  /** How many reached the program. */
  readonly delivered?: bigint;
  /** Sentences about it; absent when there are none. */
  readonly comments?: readonly string[];
}

/** Who is told what a reader finds, in the order of the file. */
export interface CaptureHandler {
  /** A packet: the same object each time. */
  packet(packet: PacketView): void;
  /** A section begins. */
  section?(section: CaptureSection): void;
  /** An interface, before its first packet. */
  interface?(description: CaptureInterface): void;
  /** What is said of an interface afterwards. */
  statistics?(statistics: CaptureStatistics): void;
  /** Any other block. What it points to is good until the handler returns. */
  block?(block: CaptureBlock): void;
}

/** How a capture ended. */
export interface CaptureEnd {
  /** `complete`: with a whole block; `truncated`: within one; `malformed`: what follows is no capture. */
  readonly kind: 'complete' | 'truncated' | 'malformed';
  /** Where in the capture the whole blocks end, in octets: in the file, or in what was decompressed. */
  readonly offset: number;
  /** What is wrong, as a sentence. */
  readonly message?: string;
  /** How the file is compressed; absent when it is not. */
  readonly compression?: 'gzip';
}
