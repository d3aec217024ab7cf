import { ovsAttributes, ovsCtLimit, ovsDatapathMore, ovsFlowMore, ovsMeter, ovsVportMore } from '../../families/ovs-more.ts';
import { ovsDatapath } from '../../generated/ovs-datapath.ts';
import { ovsFlow as base } from '../../generated/ovs-flow.ts';
import { ovsPacket } from '../../generated/ovs-packet.ts';
import { ovsVport } from '../../generated/ovs-vport.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ovs_flow`. */
export const ovsFlow: readonly Schema[] = [
  ovsDatapath,
  base,
  ovsPacket,
  ovsVport,
  ovsAttributes,
  ovsCtLimit,
  ovsDatapathMore,
  ovsFlowMore,
  ovsMeter,
  ovsVportMore,
];
