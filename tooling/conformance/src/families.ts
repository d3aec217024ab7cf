import type { DecodeOptions } from '@netdevkit/netlink';
import { ethtool } from '@netdevkit/netlink/families/ethtool';
import { nlctrl } from '@netdevkit/netlink/families/nlctrl';
import { rtAddr } from '@netdevkit/netlink/families/rt-addr';
import { rtAddrlabel } from '@netdevkit/netlink/families/rt-addrlabel';
import { rtLink } from '@netdevkit/netlink/families/rt-link';
import { rtLinkprop } from '@netdevkit/netlink/families/rt-linkprop';
import { rtMaddr } from '@netdevkit/netlink/families/rt-maddr';
import { rtNd } from '@netdevkit/netlink/families/rt-nd';
import { rtNeigh } from '@netdevkit/netlink/families/rt-neigh';
import { rtNetconf } from '@netdevkit/netlink/families/rt-netconf';
import { rtNexthop } from '@netdevkit/netlink/families/rt-nexthop';
import { rtNsid } from '@netdevkit/netlink/families/rt-nsid';
import { rtRoute } from '@netdevkit/netlink/families/rt-route';
import { rtRule } from '@netdevkit/netlink/families/rt-rule';
import { rtStats } from '@netdevkit/netlink/families/rt-stats';
import { sockDiag } from '@netdevkit/netlink/families/sock-diag';
import { tc } from '@netdevkit/netlink/families/tc';

/** What the scenarios talk about. */
export const FAMILIES: DecodeOptions['families'] = [
  ethtool, nlctrl, rtAddr, rtAddrlabel, rtLink, rtLinkprop, rtMaddr, rtNd, rtNeigh, rtNetconf, rtNexthop, rtNsid, rtRoute, rtRule, rtStats, sockDiag, tc,
];
