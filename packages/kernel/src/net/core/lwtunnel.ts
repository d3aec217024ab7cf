import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { refuse } from '../rtnetlink/link-request.ts';

/** LWTUNNEL_ENCAP_MAX (linux/lwtunnel.h). */
const MOST = 10;

/**
 * Refuses a route's encapsulation, of which there are none: net/core/lwtunnel.c:lwtunnel_valid_encap_type without the modules.
 *
 * @param type - LWTUNNEL_ENCAP_*
 */
export function refuseEncapsulation(type: number, extack: netlink_ext_ack | null): number {
  if (type === 0 || type > MOST) return refuse(extack, 'EINVAL', 'Unknown lwt encapsulation type');
  return refuse(extack, 'EOPNOTSUPP', 'lwt encapsulation type not supported');
}
