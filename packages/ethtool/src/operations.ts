/** What a driver says of itself: `ethtool -i`. */
export interface DriverInfo {
  readonly driver?: string;
  readonly version?: string;
  readonly firmwareVersion?: string;
  readonly busInfo?: string;
}

/** How a device stamps packets: `ethtool -T`. */
export interface TimestampInfo {
  /** `SOF_TIMESTAMPING_*`, combined with `|`: see `Timestamping`. What the core does by itself is added. */
  readonly timestamping: number;
  /** The PTP hardware clock's number; absent: there is none. */
  readonly phcIndex?: number;
  /** What can be stamped on the way out: `1 << HWTSTAMP_TX_*`, combined. */
  readonly txTypes?: number;
  /** What can be stamped on the way in: `1 << HWTSTAMP_FILTER_*`, combined. */
  readonly rxFilters?: number;
}

/** Sizes of rings, in packets; a greatest size that is absent or 0 means that there is no such ring: `ethtool -g`. */
export interface Rings {
  readonly rxMax?: number;
  readonly rxMiniMax?: number;
  readonly rxJumboMax?: number;
  readonly txMax?: number;
  readonly rx?: number;
  readonly rxMini?: number;
  readonly rxJumbo?: number;
  readonly tx?: number;
}

/** Numbers of channels; a greatest number that is absent or 0 means that there are none of the kind: `ethtool -l`. */
export interface Channels {
  readonly rxMax?: number;
  readonly txMax?: number;
  readonly otherMax?: number;
  readonly combinedMax?: number;
  readonly rx?: number;
  readonly tx?: number;
  readonly other?: number;
  readonly combined?: number;
}

/**
 * The parameters of coalescing, in the order of their netlink attributes: how long, in microseconds, and for how many packets
 * interrupts wait. Flags are 0 or 1.
 */
export const COALESCE_PARAMETERS = [
  'rxUsecs',
  'rxMaxFrames',
  'rxUsecsIrq',
  'rxMaxFramesIrq',
  'txUsecs',
  'txMaxFrames',
  'txUsecsIrq',
  'txMaxFramesIrq',
  'statsBlockUsecs',
  'useAdaptiveRx',
  'useAdaptiveTx',
  'pktRateLow',
  'rxUsecsLow',
  'rxMaxFramesLow',
  'txUsecsLow',
  'txMaxFramesLow',
  'pktRateHigh',
  'rxUsecsHigh',
  'rxMaxFramesHigh',
  'txUsecsHigh',
  'txMaxFramesHigh',
  'rateSampleInterval',
  'useCqeTx',
  'useCqeRx',
  'txAggrMaxBytes',
  'txAggrMaxFrames',
  'txAggrTimeUsecs',
] as const;

/** The name of a parameter of coalescing. */
export type CoalesceParameter = (typeof COALESCE_PARAMETERS)[number];

/** Values of coalescing; those that are left out are 0: `ethtool -c`. */
export type Coalesce = Partial<Readonly<Record<CoalesceParameter, number>>>;

/** How the link is set, as far as a device without a wire can say: `ethtool DEV`. */
export interface LinkSettings {
  /** Mb/s; absent: unknown. */
  readonly speed?: number;
  /** Absent: unknown. */
  readonly duplex?: 'half' | 'full';
  /** `PORT_*`; absent: `PORT_OTHER` (255). */
  readonly port?: number;
  /** Whether it was negotiated. */
  readonly autonegotiated?: boolean;
}

/**
 * What a driver tells ethtool, and how ethtool changes it.
 *
 * C twin: `struct ethtool_ops` (include/linux/ethtool.h). An absent operation is an empty slot: the core then answers as for
 * a C driver without one, mostly with `EOPNOTSUPP`. An operation refuses by throwing a `KernelError`.
 *
 * @typeParam D - what a device is to the driver
 * @typeParam S - the driver's state for one device
 */
export interface EthtoolOperations<D, S extends object> {
  /** Whether the link is detected; the core adds that the device must be running. */
  getLink?(dev: D, state: S): boolean;
  /** What it leaves out is empty, but the version: the kernel's. Absent: the link kind's name and the kernel's version. */
  getDriverInfo?(dev: D, state: S): DriverInfo;
  /** Absent: what the core does by itself, stamping what comes in. */
  getTimestampInfo?(dev: D, state: S): TimestampInfo;
  getRings?(dev: D, state: S): Rings;
  /** New sizes, all of them; within what {@link getRings} says is the most. */
  setRings?(dev: D, rings: Required<Rings>, state: S): void;
  getChannels?(dev: D, state: S): Channels;
  /** New numbers, all of them; within what {@link getChannels} says is the most. */
  setChannels?(dev: D, channels: Required<Channels>, state: S): void;
  /** Which parameters {@link setCoalesce} takes; a request for others is refused with `EINVAL`. */
  readonly coalesceParameters?: readonly CoalesceParameter[];
  getCoalesce?(dev: D, state: S): Coalesce;
  /** New values, all of them. */
  setCoalesce?(dev: D, coalesce: Readonly<Record<CoalesceParameter, number>>, state: S): void;
  /** Statistics of the driver's own, by name (31 octets at most), in their order. The names stay the same while users look. */
  getStatistics?(dev: D, state: S): ReadonlyMap<string, bigint>;
  /** The names of switches of the driver's own: 32 at most, of 31 octets at most. */
  readonly privateFlags?: readonly string[];
  /** The names of those that are on. */
  getPrivateFlags?(dev: D, state: S): readonly string[];
  /** The names of those that are to be on; the others are to be off. */
  setPrivateFlags?(dev: D, on: readonly string[], state: S): void;
  /** What the driver logs: `NETIF_MSG_*`, combined. */
  getMessageLevel?(dev: D, state: S): number;
  setMessageLevel?(dev: D, level: number, state: S): void;
  getLinkSettings?(dev: D, state: S): LinkSettings;
}
