import { ovsAttributes, ovsCtLimit as base, ovsDatapathMore, ovsFlowMore, ovsMeter, ovsVportMore } from '../../families/ovs-more.ts';
import { ovsDatapath } from '../../generated/ovs-datapath.ts';
import { ovsFlow } from '../../generated/ovs-flow.ts';
import { ovsPacket } from '../../generated/ovs-packet.ts';
import { ovsVport } from '../../generated/ovs-vport.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `ovs_ct_limit`. */
export const ovsCtLimit: readonly Schema[] = [
  ovsDatapath,
  ovsFlow,
  ovsPacket,
  ovsVport,
  ovsAttributes,
  base,
  ovsDatapathMore,
  ovsFlowMore,
  ovsMeter,
  ovsVportMore,
];
