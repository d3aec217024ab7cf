import { rtLinkBridge } from '../../families/rt-link-bridge.ts';
import { rtLinkCan } from '../../families/rt-link-can.ts';
import { rtLinkKinds } from '../../families/rt-link-kinds.ts';
import { rtLinkMore, rtLinkProp } from '../../families/rt-link-more.ts';
import { rtLinkTunnels } from '../../families/rt-link-tunnels.ts';
import { rtMulticastTables } from '../../families/rt-mroute.ts';
import { rtLink as base } from '../../generated/rt-link.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `rt-link`. */
export const rtLink: readonly Schema[] = [
  base,
  rtLinkMore,
  rtLinkProp,
  rtLinkKinds,
  rtLinkBridge,
  rtLinkCan,
  rtLinkTunnels,
  rtMulticastTables,
];
