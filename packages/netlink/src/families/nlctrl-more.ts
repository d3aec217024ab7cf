/**
 * The controller of generic netlink: notifications, and the mask of a policy, which stands behind the padding.
 * C twins: `linux/genetlink.h`, `linux/netlink.h` (`enum netlink_policy_type_attr`).
 *
 * @packageDocumentation
 */

import { ctrlAttrsSet, policyAttrsSet } from '../generated/nlctrl.ts';
import { pad, u64, type Extension, type GenericFamily } from '../schema/index.ts';

/** What the specification leaves out. */
export const nlctrlMore: GenericFamily = {
  name: 'nlctrl',
  generic: true,
  version: 2,
  requests: {},
  replies: {
    2: { name: 'delfamily', attributes: ctrlAttrsSet },
    7: { name: 'newmcast-grp', attributes: ctrlAttrsSet },
    8: { name: 'delmcast-grp', attributes: ctrlAttrsSet },
  },
};

/** Policies. */
export const nlctrlPolicies: Extension = { sets: [[policyAttrsSet, { 11: pad(), 12: u64('mask', { hint: 'hex' }) }]] };
