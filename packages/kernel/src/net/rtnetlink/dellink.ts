import { IFLA_GROUP } from '@netdevkit/bindings';
import type { net_device, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { Validation } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { ensureUniqueNetns, targetNet } from './link-netns.ts';
import type { LinkOps } from './link-ops.ts';
import type { LinkRequests } from './link-request.ts';
import { requesterOf } from './newlink.ts';

/**
 * RTM_DELLINK: deletes a link, or all links of a group. From net/core/rtnetlink.c:rtnl_dellink.
 */
export class DelLink {
  readonly #links: LinkOps;
  readonly #requests: LinkRequests;

  constructor(links: LinkOps, requests: LinkRequests) {
    this.#links = links;
    this.#requests = requests;
  }

  readonly handle = (request: NetlinkRequest, extack: netlink_ext_ack): number =>
    this.#requests.with((link) => {
      let error = link.parse(request, Validation.LIBERAL, extack);
      if (error === 0) error = ensureUniqueNetns(link.tb, true, extack);
      if (error < 0) return error;
      const namespace = targetNet(request.namespace, link.tb, request.socket);
      if (typeof namespace === 'number') return namespace;
      if (!link.named) {
        const group = link.tb.u32(IFLA_GROUP);
        return group === undefined ? -errno.EINVAL : this.#deleteGroup(namespace, group);
      }
      const dev = link.find(namespace);
      if (dev === undefined) return -errno.ENODEV;
      if (!this.#links.canDelete(dev)) return -errno.EOPNOTSUPP;
      this.#links.delete([dev], requesterOf(request));
      return 0;
    });

  // From net/core/rtnetlink.c:rtnl_group_dellink.
  #deleteGroup(namespace: Net, group: number): number {
    if (group === 0) return -errno.EPERM;
    const members: net_device[] = namespace.devices.filter((dev) => dev.group === group);
    if (members.length === 0) return -errno.ENODEV;
    if (!members.every((dev) => this.#links.canDelete(dev))) return -errno.EOPNOTSUPP;
    this.#links.delete(members, null);
    return 0;
  }
}
