import { IFLA_STATS_LINK_64, RTM_GETSTATS, RTM_NEWSTATS, if_stats_msg } from '@netdevkit/bindings';
import { attributesOf, type Message, type MessageWriter } from '@netdevkit/netlink';
import { getLink } from './link-requests.ts';
import type { LinkTarget } from './link-spec.ts';
import { readLinkStats, type LinkStats } from './link-stats.ts';
import type { RawAttribute } from './link.ts';
import type { DumpRequest, Request } from './request.ts';
import type { Requester } from './requester.ts';
import { integer } from './write-link.ts';

/** The statistics of a link. C twin: `struct if_stats_msg` and the `IFLA_STATS_*` attributes (include/uapi/linux/if_link.h). */
export interface StatsReport {
  /** The interface index. */
  readonly index: number;
  /** What was told: bit `n - 1` is `IFLA_STATS_*` number `n`. */
  readonly mask: number;
  /** `IFLA_STATS_LINK_64`, if it was asked for. */
  readonly link: LinkStats | undefined;
  /** The attributes that this package does not decode. */
  readonly others: readonly RawAttribute[];
}

/** The bit of a mask of statistics that stands for an `IFLA_STATS_*`. C twin: `IFLA_STATS_FILTER_BIT`. */
export function statsBit(type: number): number {
  return 1 << (type - 1);
}

const LINK_COUNTERS = statsBit(IFLA_STATS_LINK_64);

/**
 * The request for a link's statistics. C twin: `RTM_GETSTATS`; `ip stats show dev`.
 *
 * @param index - the link's interface index
 * @param mask - which: bits from {@link statsBit}; by default the counters of 64 bits
 * @throws KernelError when it is run: `ENODEV`
 */
export function getStats(index: number, mask: number = LINK_COUNTERS): Request<StatsReport> {
  return {
    op: 'RTM_GETSTATS',
    type: RTM_GETSTATS,
    flags: 0,
    answerSize: 4096,
    encode: (writer) => putHeader(writer, integer('index', index, 1, 0x7fff_ffff), mask),
    accept: (message) => (message.type === RTM_NEWSTATS ? parseStats(message) : undefined),
  };
}

/**
 * The request for all links' statistics. C twin: `RTM_GETSTATS` with `NLM_F_DUMP`; `ip stats show`.
 *
 * @param mask - which: bits from {@link statsBit}; by default the counters of 64 bits
 */
export function dumpStats(mask: number = LINK_COUNTERS): DumpRequest<StatsReport> {
  return {
    op: 'RTM_GETSTATS',
    type: RTM_GETSTATS,
    answerType: RTM_NEWSTATS,
    encode: (writer) => putHeader(writer, 0, mask),
    accept: parseStats,
  };
}

/**
 * Reads statistics out of an `RTM_NEWSTATS`.
 *
 * @param message - any message that begins with a `struct if_stats_msg`
 * @returns `undefined` when it is too short for one
 */
export function parseStats(message: Message): StatsReport | undefined {
  if (message.payloadLength < if_stats_msg.SIZE) return undefined;
  const { view, payloadOffset } = message;
  let link: LinkStats | undefined;
  const others: RawAttribute[] = [];
  const cursor = attributesOf(message, if_stats_msg.SIZE);
  while (cursor.next()) {
    if (cursor.type === IFLA_STATS_LINK_64) link = readLinkStats(cursor.octets());
    else others.push({ type: cursor.type, bytes: cursor.octets() });
  }
  return { index: if_stats_msg.ifindex(view, payloadOffset), mask: if_stats_msg.filter_mask(view, payloadOffset), link, others };
}

/** The statistics of the links of a network namespace: what `ip stats` does. */
export class Stats {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * The statistics of one link. The kernel takes the index alone, so a name is looked up first.
   *
   * @param target - which
   * @param mask - which statistics: bits from {@link statsBit}
   * @defaultValue the counters of 64 bits
   * @throws KernelError `ENODEV`: no such link
   */
  show(target: LinkTarget, mask?: number): StatsReport {
    const index = typeof target === 'number' ? target : this.#requester.run(getLink(target)).index;
    return this.#requester.run(getStats(index, mask));
  }

  /**
   * The statistics of all links.
   *
   * @param mask - which statistics: bits from {@link statsBit}
   * @defaultValue the counters of 64 bits
   * @returns by ascending index; links without any of them are left out
   */
  list(mask?: number): StatsReport[] {
    return this.#requester.dump(dumpStats(mask));
  }
}

function putHeader(writer: MessageWriter, index: number, mask: number): void {
  const at = writer.reserve(if_stats_msg.SIZE);
  if_stats_msg.set_ifindex(writer.view, at, index);
  if_stats_msg.set_filter_mask(writer.view, at, mask);
}
