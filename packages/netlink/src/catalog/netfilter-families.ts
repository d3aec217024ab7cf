import { NETLINK_NETFILTER } from '@netdevkit/bindings';
import { raw, type FamilyEntry, type FilterTypes, type Loader } from './family-entry.ts';

/** The types of a subsystem: it is the upper octet. */
const of = (subsystem: number): readonly [number, number] => [subsystem << 8, (subsystem << 8) | 0xff];

const family = (name: string, types: FilterTypes, load: Loader): FamilyEntry => raw(name, NETLINK_NETFILTER, types, load);

/** The families of `NETLINK_NETFILTER`. From include/uapi/linux/netfilter/nfnetlink.h: `NFNL_SUBSYS_*`. */
export const netfilterFamilies: readonly FamilyEntry[] = [
  // The marks of a batch belong to no subsystem; nf_tables is what uses them.
  family('nftables', [[16, 17], of(10)], async () => (await import('./family/nftables.ts')).nftables),
  family('conntrack', [of(1)], async () => (await import('./family/conntrack.ts')).conntrack),
  family('conntrack-expect', [of(2)], async () => (await import('./family/conntrack-expect.ts')).conntrackExpect),
  // Packets carry what is known of their connections.
  family('nfqueue', [of(3)], async () => (await import('./family/nfqueue.ts')).nfqueue),
  family('nflog', [of(4)], async () => (await import('./family/nflog.ts')).nflog),
  family('osf', [of(5)], async () => (await import('./family/osf.ts')).osf),
  family('ipset', [of(6)], async () => (await import('./family/ipset.ts')).ipset),
  family('nfacct', [of(7)], async () => (await import('./family/nfacct.ts')).nfacct),
  family('cttimeout', [of(8)], async () => (await import('./family/cttimeout.ts')).cttimeout),
  family('cthelper', [of(9)], async () => (await import('./family/cthelper.ts')).cthelper),
  family('nft-compat', [of(11)], async () => (await import('./family/nft-compat.ts')).nftCompat),
  family('netfilter-hook', [of(12)], async () => (await import('./family/netfilter-hook.ts')).netfilterHook),
];
