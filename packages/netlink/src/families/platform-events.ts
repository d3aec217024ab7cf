/**
 * Events of the machine: `acpi_event` and `reg_event`. C twins: `drivers/acpi/event.c`, `regulator/regulator.h`.
 *
 * @packageDocumentation
 */

import { attributes, pad, record, string, struct, u32, u64, type GenericFamily } from '../schema/index.ts';

const acpiEvent = struct('acpi-genl-event', [string('device-class', 20), string('bus-id', 15), pad(1), u32('type'), u32('data')]);

/** Events of ACPI. */
export const acpiEvents: GenericFamily = {
  name: 'acpi_event',
  generic: true,
  version: 1,
  requests: {
    1: { name: 'event', attributes: attributes('acpi-event-attrs', { 1: record('event', acpiEvent) }) },
  },
  groups: { 0: 'acpi_mc_group' },
};

const regulatorEvent = struct('reg-genl-event', [string('reg-name', 32), u64('event', { hint: 'hex' })]);

/** Events of regulators. */
export const regulatorEvents: GenericFamily = {
  name: 'reg_event',
  generic: true,
  version: 1,
  requests: {
    1: { name: 'event', attributes: attributes('reg-event-attrs', { 1: record('event', regulatorEvent) }) },
  },
  groups: { 0: 'reg_mc_group' },
};
