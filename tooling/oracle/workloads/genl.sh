# The controller of generic netlink, asked for families that both kernels have.
run 'genl ctrl get name nlctrl'
run 'genl -d ctrl get name nlctrl'
# Its number is another.
run 'genl ctrl get name ethtool | sed s/0x1[3-9a-f]/NUMBER/'
run 'genl ctrl get name nosuchfamily'
run 'genl ctrl get id 0x10'
run 'genl ctrl policy name nlctrl'
run 'genl ctrl policy name ethtool | sed s/0x1[3-9a-f]/NUMBER/'
run 'genl ctrl policy name nosuchfamily'
run 'genl ctrl get id 0x7fff'
