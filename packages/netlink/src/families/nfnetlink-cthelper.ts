import { attributes, be16, be32, enumeration, nest, string, u8, type AttributeSet, type Names, type RawFamily } from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages, netfilterProtocols } from './nfnetlink.ts';
import { ipProtocols } from './route-names.ts';

/** `cthelper-status`. C twins: `NFCT_HELPER_STATUS_*`. */
export const cthelperStatusNames: Names = enumeration('cthelper-status', ['disabled', 'enabled']);

/** `cthelper-tuple-attrs`. C twins: `NFCTH_TUPLE_*`. */
export const cthelperTupleAttrsSet: AttributeSet = attributes('cthelper-tuple-attrs', {
  1: be16('l3protonum', { names: netfilterProtocols }),
  2: u8('l4protonum', { names: ipProtocols }),
});

/** `cthelper-policy-attrs`. C twins: `NFCTH_POLICY_*`. */
export const cthelperPolicyAttrsSet: AttributeSet = attributes('cthelper-policy-attrs', {
  1: string('name'),
  2: be32('expect-max'),
  3: be32('expect-timeout'),
});

/** `cthelper-policy-set-attrs`. C twins: `NFCTH_POLICY_SET*`. */
export const cthelperPolicySetAttrsSet: AttributeSet = attributes('cthelper-policy-set-attrs', {
  1: be32('num'),
  2: nest('set1', cthelperPolicyAttrsSet),
  3: nest('set2', cthelperPolicyAttrsSet),
  4: nest('set3', cthelperPolicyAttrsSet),
  5: nest('set4', cthelperPolicyAttrsSet),
});

/** `cthelper-attrs`. C twins: `NFCTH_*`, `linux/netfilter/nfnetlink_cthelper.h`. */
export const cthelperAttrsSet: AttributeSet = attributes('cthelper-attrs', {
  1: string('name'),
  2: nest('tuple', cthelperTupleAttrsSet),
  3: be32('queue-num'),
  4: nest('policy', cthelperPolicySetAttrsSet),
  5: be32('priv-data-len'),
  6: be32('status', { names: cthelperStatusNames }),
});

/** Helpers of connection tracking in user space. C twin: `linux/netfilter/nfnetlink_cthelper.h`. */
export const cthelper: RawFamily = {
  name: 'cthelper',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.CTHELPER, {
    0: { name: 'NFNL_MSG_CTHELPER_NEW', attributes: cthelperAttrsSet },
    1: { name: 'NFNL_MSG_CTHELPER_GET', attributes: cthelperAttrsSet },
    2: { name: 'NFNL_MSG_CTHELPER_DEL', attributes: cthelperAttrsSet },
  }),
  groups: NETFILTER_GROUPS,
};
