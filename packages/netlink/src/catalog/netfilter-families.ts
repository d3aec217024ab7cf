import { NETLINK_NETFILTER } from '@netdevkit/bindings';
import { raw, type FamilyEntry, type FilterTypes, type Loader } from './family-entry.ts';

/** The types of a subsystem: it is the upper octet. */
const of = (subsystem: number): readonly [number, number] => [subsystem << 8, (subsystem << 8) | 0xff];

const conntrack: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/conntrack.ts'), import('../families/ctnetlink.ts')]);
  return [base.conntrack, more.conntrackMessages, more.conntrackCorrections];
};

const nftables: Loader = async () => {
  const [base, more, expressions, objects] = await Promise.all([
    import('../generated/nftables.ts'),
    import('../families/nftables.ts'),
    import('../families/nftables-expressions.ts'),
    import('../families/nftables-objects.ts'),
  ]);
  return [base.nftables, more.nftablesMessages, more.nftablesCorrections, expressions.nftablesExpressions, objects.nftablesObjects];
};

const family = (name: string, types: FilterTypes, load: Loader): FamilyEntry => raw(name, NETLINK_NETFILTER, types, load);

/** The families of `NETLINK_NETFILTER`. From include/uapi/linux/netfilter/nfnetlink.h: `NFNL_SUBSYS_*`. */
export const netfilterFamilies: readonly FamilyEntry[] = [
  // The marks of a batch belong to no subsystem; nf_tables is what uses them.
  family('nftables', [[16, 17], of(10)], nftables),
  family('conntrack', [of(1)], conntrack),
  family('conntrack-expect', [of(2)], async () => [(await import('../families/ctnetlink-exp.ts')).conntrackExpect]),
  // Packets carry what is known of their connections.
  family('nfqueue', [of(3)], async () => [(await import('../families/nfnetlink-queue.ts')).nfqueue, ...(await conntrack())]),
  family('nflog', [of(4)], async () => [(await import('../families/nfnetlink-log.ts')).nflog, ...(await conntrack())]),
  family('osf', [of(5)], async () => [(await import('../families/nfnetlink-osf.ts')).osf]),
  family('ipset', [of(6)], async () => [(await import('../families/ipset.ts')).ipset]),
  family('nfacct', [of(7)], async () => [(await import('../families/nfnetlink-acct.ts')).nfacct]),
  family('cttimeout', [of(8)], async () => [(await import('../families/nfnetlink-cttimeout.ts')).cttimeout]),
  family('cthelper', [of(9)], async () => [(await import('../families/nfnetlink-cthelper.ts')).cthelper]),
  family('nft-compat', [of(11)], async () => [(await import('../families/nft-compat.ts')).nftCompat]),
  family('netfilter-hook', [of(12)], async () => [(await import('../families/nfnetlink-hook.ts')).netfilterHook]),
];
