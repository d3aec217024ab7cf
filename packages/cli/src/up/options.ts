/** What `nlmon up` can be told. */
export interface UpOptions {
  /** The network namespace of the host: a name, a process id, or a path. */
  readonly netns?: string;
  /** Packages of drivers to load at once. */
  readonly driver?: readonly string[];
  /** Which package to load for a module alias that several provide. */
  readonly prefer: Readonly<Record<string, string>>;
  /** Octets that a packet may have. */
  readonly mtu?: number;
  /** The link-layer address. */
  readonly address?: string;
  /** How many queues the device has, and the interface. */
  readonly queues?: number;
  /** Addresses that the interface gets, such as `10.77.0.1/24`. */
  readonly ip?: readonly string[];
  /** Whether nothing is said but errors. */
  readonly quiet?: boolean;
}
