/** What a driver says of itself: `ethtool -i`. */
export interface DriverInfo {
  /** The driver's name, of which ethtool shows 31 octets; absent: empty. */
  readonly driver?: string;
  /** Its version, of which ethtool shows 31 octets; absent: the kernel's release. */
  readonly version?: string;
  /** The version of the device's firmware, of which ethtool shows 31 octets; absent: none. */
  readonly firmwareVersion?: string;
  /** Where the device is on its bus, such as `0000:00:1f.6`, of which ethtool shows 31 octets; absent: nowhere. */
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
  /** The most packets that the receive ring can be set to hold. */
  readonly rxMax?: number;
  /** The most packets that the receive ring for small ones can be set to hold. */
  readonly rxMiniMax?: number;
  /** The most packets that the receive ring for jumbo ones can be set to hold. */
  readonly rxJumboMax?: number;
  /** The most packets that the transmit ring can be set to hold. */
  readonly txMax?: number;
  /** How many packets the receive ring holds; absent: 0. */
  readonly rx?: number;
  /** How many packets the receive ring for small ones holds; absent: 0. */
  readonly rxMini?: number;
  /** How many packets the receive ring for jumbo ones holds; absent: 0. */
  readonly rxJumbo?: number;
  /** How many packets the transmit ring holds; absent: 0. */
  readonly tx?: number;
}

/** Numbers of channels; a greatest number that is absent or 0 means that there are none of the kind: `ethtool -l`. */
export interface Channels {
  /** The most channels that only receive. */
  readonly rxMax?: number;
  /** The most channels that only transmit. */
  readonly txMax?: number;
  /** The most channels that do neither, such as those for link interrupts. */
  readonly otherMax?: number;
  /** The most channels that both receive and transmit. */
  readonly combinedMax?: number;
  /** How many channels only receive; absent: 0. */
  readonly rx?: number;
  /** How many channels only transmit; absent: 0. */
  readonly tx?: number;
  /** How many channels do neither; absent: 0. */
  readonly other?: number;
  /** How many channels both receive and transmit; absent: 0. */
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
  /** The sizes as they are: `ethtool -g`. Absent: `EOPNOTSUPP`, of {@link setRings} too. */
  getRings?(dev: D, state: S): Rings;
  /** New sizes, all of them; within what {@link getRings} says is the most. */
  setRings?(dev: D, rings: Required<Rings>, state: S): void;
  /** The numbers as they are: `ethtool -l`. Absent: `EOPNOTSUPP`, of {@link setChannels} too. */
  getChannels?(dev: D, state: S): Channels;
  /** New numbers, all of them; within what {@link getChannels} says is the most. */
  setChannels?(dev: D, channels: Required<Channels>, state: S): void;
  /** Which parameters {@link setCoalesce} takes; a request for others is refused with `EINVAL`. */
  readonly coalesceParameters?: readonly CoalesceParameter[];
  /**
   * The values as they are, also of parameters that cannot be set: `ethtool -c`. Absent: `EOPNOTSUPP`, of {@link
   * setCoalesce} too.
   */
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
  /**
   * What the driver is to log from now on: `NETIF_MSG_*`, combined: `ethtool -s DEV msglvl`. Absent, or without {@link
   * getMessageLevel}: `EOPNOTSUPP`.
   */
  setMessageLevel?(dev: D, level: number, state: S): void;
  /** Speed, duplex and port: `ethtool DEV`, and `speed` and `duplex` below `/sys/class/net`. Absent: `EOPNOTSUPP`. */
  getLinkSettings?(dev: D, state: S): LinkSettings;
}
