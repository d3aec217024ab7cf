# nlmon0 among files.
files='for f in addr_assign_type addr_len address broadcast carrier_changes carrier_down_count carrier_up_count dev_id dev_port flags gro_flush_timeout ifalias ifindex iflink link_mode mtu name_assign_type netdev_group operstate proto_down tx_queue_len type uevent statistics/rx_bytes statistics/rx_packets statistics/tx_dropped; do printf "%s: " $f; cat /sys/class/net/nlmon0/$f; echo; done'
run 'ip link add nlmon0 type nlmon'
run "$files"
run 'ip link set nlmon0 up'
run "$files"
run 'ip link set nlmon0 alias x; ip link add type nlmon; for f in ifalias carrier dormant testing name_assign_type; do cat /sys/class/net/nlmon0/$f; done; cat /sys/class/net/nlmon1/name_assign_type'
run 'cat /proc/net/dev_mcast /proc/net/if_inet6; ls /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf'
run 'for f in accept_dad accept_ra addr_gen_mode autoconf dad_transmits disable_ipv6 forwarding hop_limit mtu router_solicitations use_tempaddr; do echo $f $(cat /proc/sys/net/ipv6/conf/nlmon0/$f); done'
run 'echo 15 >/sys/class/net/nlmon0/mtu; echo 5000 >/sys/class/net/nlmon0/mtu; cat /sys/class/net/nlmon0/mtu; echo 1 >/sys/class/net/nlmon0/carrier; echo x >/sys/class/net/nlmon0/ifalias; cat /sys/class/net/nlmon0/ifalias'
run 'ip link set nlmon0 down; ip link del nlmon0; ls /sys/class/net'
