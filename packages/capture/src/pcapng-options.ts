/** What the head of a capture says. All of it may be left out. */
export interface SectionOptions {
  /** The machine, such as `'x86_64'`. */
  readonly hardware?: string;
  /** The operating system, such as `'Linux 6.12'`. */
  readonly os?: string;
  /** The program that writes the capture. */
  readonly application?: string;
  /** Sentences about the capture. */
  readonly comments?: readonly string[];
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
  /**
   * The most octets that are kept of a packet, its header included; 0 for no limit.
   *
   * @defaultValue 262144
   */
  readonly snapLength?: number;
  /** Sentences about it. */
  readonly comments?: readonly string[];
}

/** What a capture says of an interface at its end. Counts of packets; what is not known is left out. */
export interface InterfaceStatistics {
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
}
