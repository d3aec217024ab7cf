/** How many settings a device has; their numbers are `IPV4_DEVCONF_*` of linux/ip.h, from 1. */
export const DEVCONF_MAX = 33;

/** Settings by name: `IPV4_DEVCONF_*` of linux/ip.h. */
export const IPV4_DEVCONF = {
  FORWARDING: 1,
  MC_FORWARDING: 2,
  PROXY_ARP: 3,
  ACCEPT_REDIRECTS: 4,
  RP_FILTER: 8,
  ACCEPT_SOURCE_ROUTE: 9,
  NOXFRM: 15,
  NOPOLICY: 16,
  PROMOTE_SECONDARIES: 20,
  ROUTE_LOCALNET: 26,
  IGNORE_ROUTES_WITH_LINKDOWN: 29,
  DROP_UNICAST_IN_L2_MULTICAST: 30,
  BC_FORWARDING: 32,
  ARP_EVICT_NOCARRIER: 33,
} as const;

/** Settings of all devices that are not 0 at first: redirects accepted, sent and secured, shared media, and so on. */
const INITIAL: readonly (readonly [number: number, value: number])[] = [
  [4, 1], // ACCEPT_REDIRECTS
  [5, 1], // SECURE_REDIRECTS
  [6, 1], // SEND_REDIRECTS
  [7, 1], // SHARED_MEDIA
  [27, 10_000], // IGMPV2_UNSOLICITED_REPORT_INTERVAL, ms
  [28, 1000], // IGMPV3_UNSOLICITED_REPORT_INTERVAL, ms
  [33, 1], // ARP_EVICT_NOCARRIER
];

/**
 * `struct ipv4_devconf`: the settings of a device, of all devices, or of those to come.
 */
export class Devconf {
  /** As messages hold them. */
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  /** Which were set for this device, and so no longer follow the default: `state`, a bit for each. */
  readonly #set: Uint8Array;

  private constructor(octets: Uint8Array<ArrayBuffer>) {
    this.octets = octets;
    this.#view = new DataView(octets.buffer);
    this.#set = new Uint8Array(DEVCONF_MAX);
  }

  /** What a kernel begins with. */
  static initial(more: readonly (readonly [number: number, value: number])[]): Devconf {
    const made = new Devconf(new Uint8Array(4 * DEVCONF_MAX));
    for (const [number, value] of [...INITIAL, ...more]) made.put(number, value);
    return made;
  }

  /** The same settings, none of which counts as set. */
  copy(): Devconf {
    return new Devconf(this.octets.slice());
  }

  /** A setting by its number. */
  get(setting: number): number {
    return this.#view.getInt32(4 * (setting - 1), true);
  }

  /** Changes a setting, which still follows the default. */
  put(setting: number, value: number): void {
    this.#view.setInt32(4 * (setting - 1), value, true);
  }

  /** Changes a setting for good. From include/linux/inetdevice.h:ipv4_devconf_set. */
  set(setting: number, value: number): void {
    this.#set[setting - 1] = 1;
    this.put(setting, value);
  }

  /** All settings stay as they are. From include/linux/inetdevice.h:ipv4_devconf_setall. */
  setAll(): void {
    this.#set.fill(1);
  }

  /** Whether a setting no longer follows the default. */
  isSet(setting: number): boolean {
    return this.#set[setting - 1] === 1;
  }
}

/** The settings of a namespace: `devconf_all`, `devconf_dflt`. */
export class NetDevconf {
  readonly all: Devconf;
  readonly default: Devconf;

  private constructor(all: Devconf, dflt: Devconf) {
    this.all = all;
    this.default = dflt;
  }

  /** What the first namespace begins with. */
  static initial(): NetDevconf {
    return new NetDevconf(Devconf.initial([]), Devconf.initial([[IPV4_DEVCONF.ACCEPT_SOURCE_ROUTE, 1]]));
  }

  /** What another namespace begins with: as the first one is by now. From net/ipv4/devinet.c:devinet_init_net. */
  copy(): NetDevconf {
    return new NetDevconf(this.all.copy(), this.default.copy());
  }
}
