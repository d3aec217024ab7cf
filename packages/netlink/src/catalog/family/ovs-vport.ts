import { ovsAttributes, ovsCtLimit, ovsDatapathMore, ovsFlowMore, ovsMeter, ovsVportMore } from '../../families/ovs-more.ts';
import { ovsDatapath } from '../../generated/ovs-datapath.ts';
import { ovsFlow } from '../../generated/ovs-flow.ts';
import { ovsPacket } from '../../generated/ovs-packet.ts';
import { ovsVport as base } from '../../generated/ovs-vport.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ovs_vport`. */
export const ovsVport: readonly Schema[] = [
  ovsDatapath,
  ovsFlow,
  ovsPacket,
  base,
  ovsAttributes,
  ovsCtLimit,
  ovsDatapathMore,
  ovsFlowMore,
  ovsMeter,
  ovsVportMore,
];
