/**
 * `team`: lists, and values of options by the type that stands beside them. C twin: `linux/if_team.h`.
 *
 * @packageDocumentation
 */

import { attrOptionSet, attrPortSet, itemOptionSet, itemPortSet } from '../generated/team.ts';
import { binary, choice, flag, many, nest, s32, string, subMessage, u32, type Extension } from '../schema/index.ts';

/** By `NLA_*`. */
const values = choice('team-option-data-msg', {
  3: { body: u32('u32') },
  5: { body: string('string') },
  6: { body: flag('flag') },
  11: { body: binary('binary') },
  14: { body: s32('s32') },
});

/** Options and ports of teams. */
export const teamMore: Extension = {
  sets: [
    [itemOptionSet, { 1: many(nest('option', attrOptionSet)) }],
    [itemPortSet, { 1: many(nest('port', attrPortSet)) }],
    [attrOptionSet, { 4: subMessage('data', values, 'type') }],
  ],
};
