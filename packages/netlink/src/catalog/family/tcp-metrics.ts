import { tcpMetrics as base } from '../../generated/tcp-metrics.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `tcp_metrics`. */
export const tcpMetrics: readonly Schema[] = [base];
