/**
 * `thermal`: thermal zones and what cools them. C twin: `linux/thermal.h`.
 *
 * @packageDocumentation
 */

import { attributes, enumeration, many, nest, s32, string, u32, type Field, type GenericFamily } from '../schema/index.ts';

/** Temperatures are in thousandths of a degree. */
const fields: Readonly<Record<number, Field>> = {
  2: u32('tz-id'),
  3: s32('tz-temp'),
  5: u32('tz-trip-id'),
  6: u32('tz-trip-type', { names: enumeration('thermal-trip-type', ['active', 'passive', 'hot', 'critical']) }),
  7: s32('tz-trip-temp'),
  8: s32('tz-trip-hyst'),
  9: u32('tz-mode', { names: enumeration('thermal-device-mode', ['disabled', 'enabled']) }),
  10: string('tz-name'),
  11: u32('tz-cdev-weight'),
  13: string('tz-gov-name'),
  15: u32('cdev-id'),
  16: u32('cdev-cur-state'),
  17: u32('cdev-max-state'),
  18: string('cdev-name'),
  19: string('gov-name'),
  21: u32('cpu-capability-id'),
  22: u32('cpu-capability-performance'),
  23: u32('cpu-capability-efficiency'),
};

/** A list of things is a run of their attributes: each comes as often as there are things. */
const listed = attributes(
  'thermal-list-attrs',
  Object.fromEntries(Object.entries(fields).map(([type, field]) => [type, many(field)])),
);

const thermalAttrs = attributes('thermal-attrs', {
  ...fields,
  1: nest('tz', listed),
  4: nest('tz-trip', listed),
  12: nest('tz-gov', listed),
  14: nest('cdev', listed),
  20: nest('cpu-capability', listed),
  // After 6.12.
  24: s32('tz-prev-temp'),
});

/** Thermal zones and what cools them. */
export const thermal: GenericFamily = {
  name: 'thermal',
  generic: true,
  version: 1,
  requests: {
  1: { name: 'tz-get-id', attributes: thermalAttrs },
  2: { name: 'tz-get-trip', attributes: thermalAttrs },
  3: { name: 'tz-get-temp', attributes: thermalAttrs },
  4: { name: 'tz-get-gov', attributes: thermalAttrs },
  5: { name: 'tz-get-mode', attributes: thermalAttrs },
  6: { name: 'cdev-get', attributes: thermalAttrs },
  },
  // Events and samples have numbers of their own: what the kernel sends may be either, and only its group would tell.
  replies: {
    0: { name: 'sampling-temp', kind: 'other', attributes: thermalAttrs },
    1: { name: 'tz-get-id|event-tz-create', kind: 'other', attributes: thermalAttrs },
    2: { name: 'tz-get-trip|event-tz-delete', kind: 'other', attributes: thermalAttrs },
    3: { name: 'tz-get-temp|event-tz-disable', kind: 'other', attributes: thermalAttrs },
    4: { name: 'tz-get-gov|event-tz-enable', kind: 'other', attributes: thermalAttrs },
    5: { name: 'tz-get-mode|event-tz-trip-up', kind: 'other', attributes: thermalAttrs },
    6: { name: 'cdev-get|event-tz-trip-down', kind: 'other', attributes: thermalAttrs },
    7: { name: 'event-tz-trip-change', kind: 'other', attributes: thermalAttrs },
    8: { name: 'event-tz-trip-add', kind: 'other', attributes: thermalAttrs },
    9: { name: 'event-tz-trip-delete', kind: 'other', attributes: thermalAttrs },
    10: { name: 'event-cdev-add', kind: 'other', attributes: thermalAttrs },
    11: { name: 'event-cdev-delete', kind: 'other', attributes: thermalAttrs },
    12: { name: 'event-cdev-state-update', kind: 'other', attributes: thermalAttrs },
    13: { name: 'event-tz-gov-change', kind: 'other', attributes: thermalAttrs },
    14: { name: 'event-cpu-capability-change', kind: 'other', attributes: thermalAttrs },
  },
  groups: { 0: 'sampling', 1: 'event' },
};
