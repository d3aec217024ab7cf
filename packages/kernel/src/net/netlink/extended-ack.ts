import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import type { ExtendedAck } from '@netdevkit/errno';
import { readPolicy } from '@netdevkit/netlink';

/**
 * Has an extended acknowledgement say what another said.
 *
 * @param offset - where the request starts, in the octets that the record's offsets are into
 */
export function putExtendedAck(extack: netlink_ext_ack, { message, offset: at, missingType, missingNest, policy, cookie }: ExtendedAck, offset: number): void {
  extack._msg = message ?? null;
  extack.bad_attr = at === undefined ? -1 : offset + at;
  extack.miss_type = missingType ?? null;
  extack.miss_nest = missingNest === undefined ? -1 : offset + missingNest;
  extack.policy = policy === undefined ? null : (readPolicy(policy) ?? null);
  extack.cookie = cookie ?? null;
}
