/** Why cases of scripts do not pass on the embedded kernel. */
export interface Reason {
  readonly scripts: RegExp;
  readonly cases: RegExp;
  readonly why: string;
}

const NO_VRF = 'VRF devices';
const NO_BRIDGE = 'bridges';
const NO_VXLAN = 'VXLAN devices';
const NO_TC = 'traffic control';
const NO_ROUTING = 'packets are not routed: ping and the like reach nobody';

/** What is known; the first that fits counts. */
export const REASONS: readonly Reason[] = [
  // iproute2's.
  { scripts: /^bridge\//, cases: /./, why: `${NO_BRIDGE}, ${NO_VXLAN}` },
  { scripts: /add_type_bareudp/, cases: /./, why: 'BareUDP devices' },
  { scripts: /add_type_xfrm/, cases: /./, why: 'XFRM interfaces' },
  { scripts: /show_dev_wo_vf_rate/, cases: /./, why: 'not a matter of the kernel: a file that its Makefile makes first' },
  { scripts: /add_tunnel/, cases: /./, why: 'tunnels' },
  { scripts: /^tc\//, cases: /./, why: NO_TC },
  // The kernel's.
  { scripts: /^test_bridge_backup_port|_torture$|mpath_list$/, cases: /./, why: 'not a matter of the kernel: mausezahn is not installed' },
  { scripts: /^fdb_flush/, cases: /./, why: 'not a matter of the kernel: iproute2 6.1 is too old for it' },
  { scripts: /kci_test_address_proto/, cases: /./, why: 'not a matter of the kernel: iproute2 6.1 is too old for it' },
  { scripts: /^fib_nexthops.*ipv6_(?:res_)?grp_fcnal/, cases: /./, why: 'not a matter of the kernel: iproute2 6.1 is too old for 16-bit weights' },
  { scripts: /^fib_nexthops.*fdb_grp/, cases: /./, why: `${NO_VXLAN} and their forwarding tables` },
  { scripts: /mpath_select/, cases: /./, why: 'neighbours do not matter to which of several ways is taken' },
  { scripts: /_mangle/, cases: /./, why: 'not a matter of the kernel: socat is not installed' },
  { scripts: /fib6_gc_test/, cases: /./, why: 'not a matter of the kernel: ra6 is not installed' },
  { scripts: /^veth\.sh/, cases: /./, why: 'not a matter of the kernel: a BPF program that its Makefile makes first' },
  { scripts: /^netns-sysctl/, cases: /./, why: 'settings of sockets cannot be changed' },
  { scripts: /^rps_default_mask/, cases: /./, why: 'not a matter of the kernel: it wants more processors' },
  { scripts: /^test_blackhole_dev/, cases: /./, why: 'a module that tests a device of the kernel’s own' },
  { scripts: /_datapath|metadata_and|vxlan_/, cases: /./, why: NO_VXLAN },
  { scripts: /^(?:fib-onlink|vrf_strict_mode)|kci_test_vrf/, cases: /./, why: NO_VRF },
  { scripts: /^fib_tests.*-t (?:nexthop|ipv[46]_notify|ipv[46]_del_addr)$/, cases: /./, why: NO_VRF },
  { scripts: /^fib_tests.*ipv4_rt$/, cases: /VRF/, why: NO_VRF },
  { scripts: /^fib_tests.*rp_filter/, cases: /./, why: NO_TC },
  { scripts: /^icmp_redirect/, cases: /./, why: NO_BRIDGE },
  { scripts: /^ndisc_unsolicited_na_test|ndisc$/, cases: /./, why: NO_TC },
  { scripts: /^(?:arp_ndisc|unicast_extensions|fib_nexthop_multiprefix|fib_nexthop_nongw)/, cases: /./, why: NO_ROUTING },
  { scripts: /^fib_nexthops.*_runtime/, cases: /./, why: NO_ROUTING },
  { scripts: /^fib_rule_tests.*_connect/, cases: /./, why: NO_ROUTING },
  { scripts: /^fib_tests/, cases: /Using route with mtu metric|ping$/, why: NO_ROUTING },
  { scripts: /kci_test_tc/, cases: /./, why: NO_TC },
  { scripts: /kci_test_(?:gre|gretap|ip6gretap|erspan|ip6erspan)$/, cases: /./, why: 'tunnels' },
  { scripts: /kci_test_(?:bridge|fdb_get)$/, cases: /./, why: NO_BRIDGE },
  { scripts: /kci_test_encap/, cases: /./, why: 'VXLAN and foo-over-UDP' },
  { scripts: /kci_test_macsec$/, cases: /./, why: 'MACsec devices' },
  { scripts: /kci_test_ipsec$/, cases: /./, why: 'XFRM' },
  { scripts: /kci_test_(?:macsec_offload|ipsec_offload|bridge_parent_id)/, cases: /./, why: 'netdevsim devices' },
  { scripts: /kci_test_enslave_bonding|^vlan_hw_filter/, cases: /./, why: 'bonds' },
];
