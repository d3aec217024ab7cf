import { ovsAttributes, ovsCtLimit, ovsDatapathMore, ovsFlowMore, ovsMeter, ovsVportMore } from '../../families/ovs-more.ts';
import { ovsDatapath } from '../../generated/ovs-datapath.ts';
import { ovsFlow } from '../../generated/ovs-flow.ts';
import { ovsPacket as base } from '../../generated/ovs-packet.ts';
import { ovsVport } from '../../generated/ovs-vport.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ovs_packet`. */
export const ovsPacket: readonly Schema[] = [
  ovsDatapath,
  ovsFlow,
  base,
  ovsVport,
  ovsAttributes,
  ovsCtLimit,
  ovsDatapathMore,
  ovsFlowMore,
  ovsMeter,
  ovsVportMore,
];
