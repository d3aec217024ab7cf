import {
  RTA_METRICS,
  RTAX_ADVMSS,
  RTAX_CC_ALGO,
  RTAX_CWND,
  RTAX_FEATURE_MASK,
  RTAX_FEATURES,
  RTAX_HOPLIMIT,
  RTAX_LOCK,
  RTAX_MAX,
  RTAX_MTU,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { AttributeCursor, type MessageWriter } from '@netdevkit/netlink';
import { refuse } from '../rtnetlink/link-request.ts';

/** RTAX_FEATURE_TCP_USEC_TS came after the headers that the constants are from. */
const FEATURES = RTAX_FEATURE_MASK | 0x10;
const MOST_ADVMSS = 65_535 - 40;
const MOST_MTU = 65_535 - 15;
/** The congestion controls that are known, as in a kernel with no modules for others. */
const CONGESTION_CONTROLS: readonly string[] = ['reno', 'cubic'];
const CC_NAME_MAX = 16;

/** `struct dst_metrics`: the metrics of a route. */
export class RouteMetrics {
  /** By `RTAX_*`, from 1. */
  readonly values: Uint32Array = new Uint32Array(RTAX_MAX + 1);
  /** `RTAX_CC_ALGO`. */
  congestion: string | null = null;

  /** Whether one is not to change by itself: `dst_metric_locked`. */
  isLocked(metric: number): boolean {
    return ((this.values[RTAX_LOCK] ?? 0) & (1 << metric)) !== 0;
  }

  /** Whether two routes have the same metrics; `null` are none at all. */
  static equal(a: RouteMetrics | null, b: RouteMetrics | null): boolean {
    return signatureOf(a) === signatureOf(b);
  }
}

/** A text by which metrics can be compared: equal for equal ones. */
export function signatureOf(metrics: RouteMetrics | null): string {
  return metrics === null || (metrics.congestion === null && metrics.values.every((value) => value === 0))
    ? ''
    : `${metrics.values.join()},${metrics.congestion ?? ''}`;
}

/** Where attributes stand. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads `RTA_METRICS`. From net/ipv4/metrics.c:ip_metrics_convert.
 *
 * @returns -EINVAL for what is none
 */
export function readMetrics({ bytes, offset, length }: Span, extack: netlink_ext_ack | null): RouteMetrics | number {
  const metrics = new RouteMetrics();
  const { values } = metrics;
  const cursor = new AttributeCursor();
  cursor.reset(bytes, offset, offset + length);
  while (cursor.next()) {
    const { type } = cursor;
    if (type === 0) continue;
    if (type > RTAX_MAX) return refuse(extack, 'EINVAL', 'Invalid metric type');
    if (type === RTAX_CC_ALGO) {
      const name = cursor.string().slice(0, CC_NAME_MAX - 1);
      if (!CONGESTION_CONTROLS.includes(name)) return refuse(extack, 'EINVAL', 'Unknown tcp congestion algorithm');
      metrics.congestion = name;
      continue;
    }
    const value = cursor.length === 4 ? cursor.u32() : undefined;
    if (value === undefined) {
      if (extack !== null) extack.bad_attr = cursor.offset - 4;
      return refuse(extack, 'EINVAL', 'Invalid attribute in metrics');
    }
    if (type === RTAX_FEATURES && (value & ~FEATURES) !== 0) {
      return refuse(extack, 'EINVAL', 'Unknown flag set in feature mask in metrics attribute');
    }
    values[type] = limited(type, value);
  }
  if (((values[RTAX_LOCK] ?? 0) & (1 << RTAX_CWND)) !== 0 && values[RTAX_CWND] === 0) {
    return refuse(extack, 'EINVAL', 'Locked cwnd metric must be non zero');
  }
  return metrics;
}

/**
 * Whether a route has the metrics that a request names. From net/ipv4/fib_semantics.c:fib_metrics_match.
 */
export function metricsMatch({ bytes, offset, length }: Span, metrics: RouteMetrics | null): boolean {
  const cursor = new AttributeCursor();
  cursor.reset(bytes, offset, offset + length);
  while (cursor.next()) {
    const { type } = cursor;
    if (type === 0) continue;
    if (type > RTAX_MAX) return false;
    if (type === RTAX_CC_ALGO) {
      // One that is not known is as good as none.
      const name = cursor.string();
      if ((CONGESTION_CONTROLS.includes(name) ? name : '') !== (metrics?.congestion ?? '')) return false;
    } else if (cursor.length !== 4 || cursor.u32() !== (metrics?.values[type] ?? 0)) {
      return false;
    }
  }
  return true;
}

/** Writes `RTA_METRICS`, unless there are none. From net/core/rtnetlink.c:rtnetlink_put_metrics. */
export function putMetrics(writer: MessageWriter, metrics: RouteMetrics | null): void {
  if (signatureOf(metrics) === '' || metrics === null) return;
  const nest = writer.nestStart(RTA_METRICS);
  for (let type = 1; type <= RTAX_MAX; type++) {
    const value = metrics.values[type] ?? 0;
    if (type === RTAX_CC_ALGO && metrics.congestion !== null) writer.putString(type, metrics.congestion);
    else if (value !== 0) writer.putU32(type, value);
  }
  writer.nestEnd(nest);
}

function limited(type: number, value: number): number {
  if (type === RTAX_ADVMSS) return Math.min(value, MOST_ADVMSS);
  if (type === RTAX_MTU) return Math.min(value, MOST_MTU);
  return type === RTAX_HOPLIMIT ? Math.min(value, 255) : value;
}
