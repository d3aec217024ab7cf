import { rtRouteMessages, rtRouteMore } from '../../families/rt-route-more.ts';
import { rtRoute as base } from '../../generated/rt-route.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-route`. */
export const rtRoute: readonly Schema[] = [base, rtRouteMessages, rtRouteMore];
