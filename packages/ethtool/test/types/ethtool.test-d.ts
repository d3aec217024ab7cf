import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type { Channels, CoalesceParameter, EthtoolOperations } from '../../src/index.ts';

// The raw side is not of this entry point.
expectTypeOf<keyof typeof api>().toEqualTypeOf<'COALESCE_PARAMETERS' | 'SOFTWARE_TIMESTAMPING' | 'Timestamping'>();

// A setter gets every value.
type Set = NonNullable<EthtoolOperations<string, object>['setChannels']>;
expectTypeOf<Parameters<Set>[1]>().toEqualTypeOf<Required<Channels>>();

export const good: EthtoolOperations<string, { readonly on: boolean }> = {
  coalesceParameters: ['rxUsecs'],
  getLink: (dev, state) => dev.length > 0 && state.on,
};
// @ts-expect-error: there is no such parameter
export const unknown: EthtoolOperations<string, object> = { coalesceParameters: ['rxUsec'] };
// @ts-expect-error: counters have 64 bits
export const narrow: EthtoolOperations<string, object> = { getStatistics: () => new Map([['a', 1]]) };
// @ts-expect-error: an answer, not a promise of one
export const late: EthtoolOperations<string, object> = { getLink: async () => true };
expectTypeOf<CoalesceParameter>().toExtend<string>();
