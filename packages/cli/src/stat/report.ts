import { NETLINK_NAMES } from '@netdevkit/bindings';
import { printable } from '@netdevkit/netlink';
import { durationText } from '../print/duration-text.ts';
import { table } from '../print/table.ts';
import { bars } from './bars.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Traffic, TrafficRow } from './traffic.ts';

/** What is said of a capture as a whole. */
export interface CaptureFacts {
  readonly packets: number;
  /** Packets without netlink in them. */
  readonly others: number;
  /** Packets that were lost while it was made, as the capture says. */
  readonly dropped: bigint;
  /** Nanoseconds from the first packet to the last; absent without packets. */
  readonly duration?: number;
  /** When the first packet was captured, in UTC. */
  readonly start?: string;
}

const CHART_WIDTH = 40;

/** Two cells for each power of ten, from a microsecond to ten seconds; the first and the last take what is beyond. */
const BOUNDS: readonly number[] = Array.from({ length: 13 }, (_, index) => 10 ** (3.5 + index / 2));
const QUANTILES: readonly (readonly [string, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
];

/**
 * Statistics as a JSON object.
 *
 * @param facts - of the capture
 * @param traffic - what was counted
 */
export function jsonReport(facts: CaptureFacts, traffic: Traffic): string {
  const { packets, others, dropped, start, duration } = facts;
  const types = traffic.rows.map(({ protocol, type, messages, octets, errors, latency }) => ({
    protocol: protocolName(protocol),
    type,
    messages,
    octets,
    ...(errors.size === 0 ? {} : { errors: Object.fromEntries(errors) }),
    ...(latency.count === 0 ? {} : { latency: latencyOf(latency) }),
  }));
  const whole = {
    packets,
    ...(others === 0 ? {} : { others }),
    ...(dropped === 0n ? {} : { dropped: Number(dropped) }),
    ...(start === undefined ? {} : { start }),
    ...(duration === undefined ? {} : { duration }),
    messages: traffic.messages,
    octets: traffic.octets,
    ...traffic.counts,
    orphans: traffic.orphans,
    types,
  };
  return `${JSON.stringify(whole)}\n`;
}

/**
 * Statistics as a table.
 *
 * @param facts - of the capture
 * @param traffic - what was counted
 * @param isUnicode - whether block characters can be shown
 */
export function textReport(facts: CaptureFacts, traffic: Traffic, isUnicode: boolean): string {
  const { rows, counts, orphans } = traffic;
  const all = new LatencyHistogram();
  for (const { latency } of rows) all.merge(latency);
  const lines = [headline(facts, traffic), requestLine(counts, orphans)];
  if (rows.length > 0) lines.push('', ...table([HEADINGS, ...rows.map((row) => cellsOf(row, isUnicode))], LEFT));
  if (all.count > 0) lines.push('', ...chart(all, isUnicode));
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`;
}

const HEADINGS: readonly string[] = ['PROTOCOL', 'TYPE', 'MESSAGES', 'OCTETS', 'ANSWERED', 'P50', 'P90', 'P99', '1 µs … 10 s', 'ERRORS'];
const LEFT: ReadonlySet<number> = new Set([0, 1, 8, 9]);

function headline({ packets, others, dropped, start, duration }: CaptureFacts, { messages, octets }: Traffic): string {
  const parts = [`${String(packets)} packets, ${String(messages)} messages, ${String(octets)} octets`];
  if (others > 0) parts.push(`${String(others)} packets without netlink`);
  if (dropped > 0n) parts.push(`${String(dropped)} packets lost`);
  if (start !== undefined && duration !== undefined) parts.push(`${durationText(duration)} from ${start}`);
  return parts.join('; ');
}

function requestLine({ requests, answered, failed, interrupted }: Traffic['counts'], orphans: number): string | undefined {
  if (requests === 0 && orphans === 0) return undefined;
  const parts = [`${String(requests)} requests, ${String(answered)} answered, ${String(failed)} failed`];
  if (interrupted > 0) parts.push(`${String(interrupted)} dumps of what changed meanwhile`);
  if (orphans > 0) parts.push(`${String(orphans)} answers without their request`);
  return parts.join('; ');
}

function cellsOf({ protocol, type, messages, octets, errors, latency }: TrafficRow, isUnicode: boolean): string[] {
  const hasLatency = latency.count > 0;
  const frequent = [...errors].sort(([, a], [, b]) => b - a);
  return [
    protocolName(protocol).replace(/^NETLINK_/, ''),
    printable(type),
    String(messages),
    String(octets),
    hasLatency ? String(latency.count) : '',
    ...QUANTILES.map(([, share]) => (hasLatency ? durationText(latency.quantile(share)) : '')),
    hasLatency ? bars(latency.between(BOUNDS), isUnicode) : '',
    frequent.map(([name, count]) => `${name} ${String(count)}`).join(', '),
  ];
}

/** A bar for each power of ten that there is. */
function chart(all: LatencyHistogram, isUnicode: boolean): string[] {
  const decades = Array.from({ length: 8 }, (_, index) => 10 ** (3 + index));
  const counts = all.between(decades);
  const most = Math.max(...counts);
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const digits = String(most).length;
  const lines = counts.slice(first, last + 1).map((count, index) => {
    const bound = decades[first + index];
    const label = bound === undefined ? `from ${plainDuration(decades.at(-1) ?? 0)}` : `below ${plainDuration(bound)}`;
    const length = count === 0 ? 0 : Math.max(1, Math.round((count / most) * CHART_WIDTH));
    return `  ${label.padEnd('below 100 ms'.length)}  ${String(count).padStart(digits)}  ${(isUnicode ? '█' : '#').repeat(length)}`.trimEnd();
  });
  return ['latency of all requests', ...lines];
}

/** A power of ten without zeros behind the point. */
function plainDuration(nanoseconds: number): string {
  return durationText(nanoseconds).replace(/\.0+ /, ' ');
}

function latencyOf(latency: LatencyHistogram): Readonly<Record<string, number>> {
  return {
    count: latency.count,
    min: latency.least,
    ...Object.fromEntries(QUANTILES.map(([name, share]) => [name, Math.round(latency.quantile(share))])),
    max: latency.greatest,
  };
}

function protocolName(protocol: number): string {
  return NETLINK_NAMES[protocol] ?? `0x${protocol.toString(16).padStart(4, '0')}`;
}
