import type { In6 } from './ipv6-address.ts';

/** How many settings messages tell: `DEVCONF_MAX` of linux/ipv6.h. */
export const DEVCONF6_MAX = 59;

/** Settings that something here goes by, or is told of: `DEVCONF_*` of linux/ipv6.h, and those that only files show. */
export const DEVCONF6 = {
  FORWARDING: 0,
  HOPLIMIT: 1,
  MTU6: 2,
  ACCEPT_RA: 3,
  DAD_TRANSMITS: 6,
  RTR_SOLICITS: 7,
  USE_TEMPADDR: 10,
  PROXY_NDP: 22,
  MC_FORWARDING: 25,
  DISABLE_IPV6: 26,
  ACCEPT_DAD: 27,
  IGNORE_ROUTES_WITH_LINKDOWN: 39,
  KEEP_ADDR_ON_DOWN: 42,
  ADDR_GEN_MODE: 47,
  NDISC_EVICT_NOCARRIER: 56,
  REGEN_MIN_ADVANCE: 59,
  RA_HONOR_PIO_LIFE: 60,
  RA_HONOR_PIO_PFLAG: 61,
} as const;

/** One more than the greatest of those. */
const COUNT = 62;

/** Settings that are not 0 at first. From net/ipv6/addrconf.c:ipv6_devconf_dflt. */
const INITIAL: readonly (readonly [number: number, value: number])[] = [
  [1, 64], // HOPLIMIT
  [2, 1280], // MTU6
  [3, 1], // ACCEPT_RA
  [4, 1], // ACCEPT_REDIRECTS
  [5, 1], // AUTOCONF
  [6, 1], // DAD_TRANSMITS
  [7, -1], // RTR_SOLICITS
  [8, 4000], // RTR_SOLICIT_INTERVAL, ms
  [9, 1000], // RTR_SOLICIT_DELAY, ms
  [11, 604_800], // TEMP_VALID_LFT, s
  [12, 86_400], // TEMP_PREFERED_LFT, s
  [13, 3], // REGEN_MAX_RETRY
  [14, 600], // MAX_DESYNC_FACTOR, s
  [15, 16], // MAX_ADDRESSES
  [17, 1], // ACCEPT_RA_DEFRTR
  [18, 1], // ACCEPT_RA_PINFO
  [19, 1], // ACCEPT_RA_RTR_PREF
  [20, 60_000], // RTR_PROBE_INTERVAL, ms
  [30, 10_000], // MLDV1_UNSOLICITED_REPORT_INTERVAL, ms
  [31, 1000], // MLDV2_UNSOLICITED_REPORT_INTERVAL, ms
  [32, 1], // SUPPRESS_FRAG_NDISC
  [35, 1], // ACCEPT_RA_MTU
  [38, 1], // ACCEPT_RA_MIN_HOP_LIMIT
  [43, 3_600_000], // RTR_SOLICIT_MAX_INTERVAL, ms
  [46, 1], // ENHANCED_DAD
  [52, 1024], // RA_DEFRTR_METRIC
  [54, 65_535], // IOAM6_ID
  [55, -1], // IOAM6_ID_WIDE
  [56, 1], // NDISC_EVICT_NOCARRIER
  [DEVCONF6.REGEN_MIN_ADVANCE, 2],
];

/** `struct ipv6_devconf`: the settings of a device, of all devices, or of those to come. */
export class Devconf6 {
  /** Times may be more than 32 bits hold; of those messages tell the lower ones. */
  readonly #values: Float64Array<ArrayBuffer>;
  /** What stable addresses are made of. */
  secret: In6 | null;

  private constructor(values: Float64Array<ArrayBuffer>, secret: In6 | null) {
    this.#values = values;
    this.secret = secret;
  }

  /** What a kernel begins with. */
  static initial(): Devconf6 {
    const made = new Devconf6(new Float64Array(COUNT), null);
    for (const [number, value] of INITIAL) made.set(number, value);
    return made;
  }

  copy(): Devconf6 {
    return new Devconf6(this.#values.slice(), this.secret);
  }

  /** A setting by its number; times in milliseconds. */
  get(setting: number): number {
    return this.#values[setting] ?? 0;
  }

  set(setting: number, value: number): void {
    this.#values[setting] = value;
  }

  /** As messages hold them. */
  get octets(): Uint8Array<ArrayBuffer> {
    const octets = new Uint8Array(4 * DEVCONF6_MAX);
    const view = new DataView(octets.buffer);
    for (let i = 0; i < DEVCONF6_MAX; i++) view.setInt32(4 * i, this.get(i) | 0, true);
    return octets;
  }
}

/** The settings of a namespace: `devconf_all`, `devconf_dflt`. From net/ipv6/addrconf.c:addrconf_init_net. */
export class NetDevconf6 {
  readonly all: Devconf6 = Devconf6.initial();
  readonly default: Devconf6 = Devconf6.initial();

  constructor() {
    // What holds for all leaves it to each device whether to look for duplicates.
    this.default.set(DEVCONF6.ACCEPT_DAD, 1);
  }
}
