import {
  IF_OPER_DORMANT,
  IF_OPER_TESTING,
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFF_ALLMULTI,
  IFF_PROMISC,
} from '@netdevkit/bindings';
import { LINK_STATE, type net_device } from '@netdevkit/bindings/raw';
import { testState } from '../core/link-watch.ts';

/**
 * The flags that a request leaves a device with. From net/core/rtnetlink.c:rtnl_dev_combine_flags.
 *
 * @param request - its `ifi_flags`, and in `ifi_change` which of them count; none stands for all
 */
export function combineFlags(dev: net_device, request: { readonly flags: number; readonly change: number }): number {
  if (request.change === 0) return request.flags;
  const users = IFF_PROMISC | IFF_ALLMULTI;
  const present = (dev.flags & ~users) | (dev.gflags & users);
  return (request.flags & request.change) | (present & ~request.change);
}

/**
 * Takes a step in the RFC 2863 state of a device, if it is one that user space may ask for: up from waiting, or into
 * waiting or testing from up. From net/core/rtnetlink.c:set_operstate.
 *
 * @returns whether the state moved
 */
export function setOperstate(dev: net_device, wanted: number): boolean {
  const { operstate } = dev;
  const isUp = operstate === IF_OPER_UP || operstate === IF_OPER_UNKNOWN;
  const isWaiting = operstate === IF_OPER_DORMANT || operstate === IF_OPER_TESTING || operstate === IF_OPER_UNKNOWN;
  const isHeld = testState(dev, LINK_STATE.DORMANT) || testState(dev, LINK_STATE.TESTING);
  let next = operstate;
  if (wanted === IF_OPER_UP && isWaiting && !isHeld) next = IF_OPER_UP;
  else if ((wanted === IF_OPER_TESTING || wanted === IF_OPER_DORMANT) && isUp) next = wanted;
  if (next === operstate) return false;
  dev.operstate = next;
  return true;
}
