const NOTHING = new Uint8Array(0);
const NO_COMMENTS: readonly string[] = [];

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
  /** `epb_flags`; its lowest two bits are a `Direction`. */
  flags = 0;
  /** How many packets of the interface were lost between the one before and this one, if that is said. */
  dropCount: bigint | undefined;
  /** Sentences about the packet. */
  comments: readonly string[] = NO_COMMENTS;

  /** The packet's octets, as a view. */
  get data(): Uint8Array {
    return this.bytes.subarray(this.offset, this.offset + this.length);
  }

  /** Forgets what only some packets have. */
  clear(): void {
    this.flags = 0;
    this.dropCount = undefined;
    this.comments = NO_COMMENTS;
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
  /** Sentences about it. */
  readonly comments: readonly string[];
}

/** What a capture says of a section at its head. */
export interface CaptureSection {
  /** Which, counted from 0. */
  readonly section: number;
  /** The machine. */
  readonly hardware?: string;
  /** The operating system. */
  readonly os?: string;
  /** The program that wrote it. */
  readonly application?: string;
  /** Sentences about it. */
  readonly comments: readonly string[];
}

/** What a capture says of an interface at its end; counts of packets. */
export interface CaptureStatistics {
  /** The section of the file, counted from 0. */
  readonly section: number;
  /** The interface, by its number in the section. */
  readonly interfaceId: number;
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
}

/** How a capture ended. */
export interface CaptureEnd {
  /** `complete`: with a whole block; `truncated`: within one; `malformed`: what follows is no capture. */
  readonly kind: 'complete' | 'truncated' | 'malformed';
  /** Where in the file the whole blocks end, in octets. */
  readonly offset: number;
  /** What is wrong, as a sentence. */
  readonly message?: string;
}
