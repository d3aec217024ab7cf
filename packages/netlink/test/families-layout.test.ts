import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { structSize } from '../src/schema/struct.ts';

/**
 * Octets as a compiler for x86-64 lays structures out: with the headers of Linux 6.12, a few of 6.1; of what ends in an array
 * without a length, what stands before it.
 */
const SIZES: Readonly<Record<string, number>> = {
  'audit-features': 16, 'audit-rule-data': 1040, 'audit-status': 44, 'audit-tty-status': 8, 'br-mcast-stats': 240,
  'br-mdb-entry': 28, 'br-port-msg': 8, 'br-vlan-msg': 8, 'bridge-stp-xstats': 48, 'bridge-vlan-info': 4,
  'bridge-vlan-xstats': 40, 'can-berr-counter': 4, 'can-bittiming': 32, 'can-bittiming-const': 48, 'can-ctrlmode': 8,
  'can-device-stats': 24, 'can-filter': 8, 'cee-pfc': 4, 'cee-pg': 20, cgroupstats: 40, 'cn-msg': 20,
  'crypto-user-alg': 208, 'dcb-app': 4, 'dcb-peer-app-info': 2, dcbmsg: 4, 'dcbnl-buffer': 44, 'fib-result-nl': 20,
  'ieee-ets': 59, 'ieee-maxrate': 64, 'ieee-pfc': 136, 'ieee-qcn': 360, 'ieee-qcn-stats': 96, ifaddrlblmsg: 12,
  'ifla-port-vsi': 8, 'ifla-rmnet-flags': 8, 'ifla-vf-vlan-info': 16, 'ifla-vxlan-port-range': 4, 'ioam6-trace-hdr': 8,
  'ip-vs-flags': 8, 'ipv6-rpl-sr-hdr': 8, 'ipv6-sr-hdr': 8, 'mpls-link-stats': 72, nduseroptmsg: 16, 'net-dm-alert-msg': 4,
  'net-dm-drop-point': 12, netconfmsg: 1, 'nexthop-grp': 8, nhmsg: 8, 'nl80211-pattern-support': 16,
  'nl80211-wowlan-tcp-data-seq': 12, 'nl80211-wowlan-tcp-data-token': 8, 'ovs-action-push-mpls': 8, 'ovs-flow-stats': 16,
  'ovs-key-ct-tuple-ipv4': 16, 'ovs-key-ct-tuple-ipv6': 40, 'ovs-zone-limit': 12, 'prefix-cacheinfo': 8, prefixmsg: 12,
  'rdma-ls-ip-resolve-header': 4, 'rdma-ls-resolve-header': 66, 'reg-genl-event': 40, 'rta-mfc-stats': 24, rtgenmsg: 1,
  'rtnl-hw-stats64': 72, 'scsi-nl-hdr': 8, 'selnl-msg-policyload': 4, 'selnl-msg-setenforce': 4, 'sock-filter': 8,
  'tc-act-bpf': 20, 'tc-cbq-fopt': 12, 'tc-cbq-lssopt': 20, 'tc-cbq-ovl': 8, 'tc-cbq-police': 4, 'tc-cbq-wrropt': 12,
  'tc-cbq-xstats': 16, 'tc-connmark': 24, 'tc-csum': 24, 'tc-ct': 20, 'tc-ctinfo': 20, 'tc-defact': 20, 'tc-drr-stats': 4,
  'tc-gate': 20, 'tc-hfsc-stats': 24, 'tc-htb-xstats': 20, 'tc-ife': 24, 'tc-mirred': 28, 'tc-nat': 36, 'tc-qfq-stats': 8,
  'tc-rsvp-pinfo': 28, 'tc-sample': 20, 'tc-service-curve': 12, 'tc-skbedit': 20, 'tc-skbmod': 32, 'tc-skbprio-qopt': 4,
  'tc-tunnel-key': 24, 'tc-u32-key': 16, tcamsg: 4, 'tcf-em-cmp': 12, 'tcf-em-nbyte': 4, 'tcf-em-text': 24,
  'tcf-ematch-hdr': 8, 'tcf-meta-hdr': 8, 'tcf-meta-val': 4, timespec: 16, 'tipc-genlmsghdr': 8, 'tunnel-msg': 8,
  'xt-set-info': 4,
}; // prettier-ignore

/** The sizes of all structures that hang on a value, by their names. */
function sizesIn(value: unknown, found: Map<string, Set<number>>, seen: Set<unknown>): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
  seen.add(value);
  if (typeof value === 'function') {
    // References without arguments are to what is declared further down.
    if (value.length === 0) sizesIn(Reflect.apply(value, undefined, []), found, seen);
    return;
  }
  if ('members' in value && 'name' in value && typeof value.name === 'string') {
    const sizes = found.get(value.name) ?? new Set<number>();
    // CAST: what has a name and members is a structure.
    sizes.add(structSize(value as Parameters<typeof structSize>[0]));
    found.set(value.name, sizes);
  }
  for (const inner of Object.values(value)) sizesIn(inner, found, seen);
}

describe('structures of families written by hand', () => {
  it('have the sizes that a compiler gives them', async () => {
    const found = new Map<string, Set<number>>();
    const seen = new Set<unknown>();
    for (const file of readdirSync(new URL('../src/families', import.meta.url))) {
      sizesIn(await import(`../src/families/${file.replace('.ts', '')}.ts`), found, seen);
    }
    const wrong = Object.entries(SIZES).filter(([name, size]) => found.get(name)?.has(size) !== true);
    expect(wrong.map(([name, size]) => [name, size, [...(found.get(name) ?? [])]])).toEqual([]);
    expect(Object.keys(SIZES).length).toBeGreaterThan(90);
  });
});
