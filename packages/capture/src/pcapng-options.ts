import type { CaptureTime } from './packet-view.ts';
import type { RawOption } from './raw-option.ts';

/** What the head of a capture, or of another section of it, says. All of it may be left out. */
export interface SectionOptions {
  /** The machine, such as `'x86_64'`. */
  readonly hardware?: string;
  /** The operating system, such as `'Linux 6.12'`. */
  readonly os?: string;
  /** The program that writes the capture. */
  readonly application?: string;
  /** Sentences about the capture. */
  readonly comments?: readonly string[];
  /** Other options; integers in them are little-endian. */
  readonly options?: readonly RawOption[];
}

/** What a writer of pcapng can be told. */
export interface PcapngOptions extends SectionOptions {
  /**
   * How many octets are collected before they go to the sink.
   *
   * @defaultValue 1048576
   */
  readonly bufferSize?: number;
}

/** What a capture says of an interface. */
export interface InterfaceOptions {
  /** What its packets begin with: a `LinkType`. */
  readonly linkType: number;
  /** Its name, such as `'nlmon0'`. */
  readonly name?: string;
  /** More about it, such as its network namespace. */
  readonly description?: string;
  /** The capture filter, as its text. */
  readonly filter?: string;
  /** The operating system of its machine. */
  readonly os?: string;
  /** Its hardware. */
  readonly hardware?: string;
  /** Its speed in bits per second. */
  readonly speed?: number | bigint;
  /** Its speed in bits per second when it sends. */
  readonly sendSpeed?: number | bigint;
  /** Its speed in bits per second when it receives. */
  readonly receiveSpeed?: number | bigint;
  /**
   * The most octets that are kept of a packet, its header included; 0 for no limit.
   *
   * @defaultValue 262144
   */
  readonly snapLength?: number;
  /**
   * Whether packets longer than {@link snapLength} are cut. A copy of another capture takes them as they are.
   *
   * @defaultValue true
   */
  readonly cutPackets?: boolean;
  /**
   * Whether the end of the capture tells how many packets were written, and when, where `setStatistics` does not say it.
   *
   * @defaultValue true
   */
  readonly countPackets?: boolean;
  /** Sentences about it. */
  readonly comments?: readonly string[];
  /** Other options, such as its addresses; integers in them are little-endian. */
  readonly options?: readonly RawOption[];
}

/** What a capture says of an interface at its end. Counts of packets; what is not known is left out. */
export interface InterfaceStatistics {
  /**
   * When the capture began.
   *
   * @defaultValue the time of the first packet
   */
  readonly start?: CaptureTime;
  /**
   * When it ended.
   *
   * @defaultValue the time of the last packet
   */
  readonly end?: CaptureTime;
  /**
   * How many packets the interface received.
   *
   * @defaultValue how many were written
   */
  readonly received?: number | bigint;
  /** How many the interface lost. */
  readonly dropped?: number | bigint;
  /** How many the filter let through. */
  readonly filterAccepted?: number | bigint;
  /** How many the operating system lost. */
  readonly osDropped?: number | bigint;
  /** How many reached the program. */
  readonly delivered?: number | bigint;
  /** Sentences about it. */
  readonly comments?: readonly string[];
}
