/** What has no name in the goldens, by workload and place, each with its reason. */
export const UNNAMED: Readonly<Record<string, string>> = {
  'errors NETLINK_ROUTE #999': 'a request of a type that does not exist, made to be refused',
  'errors NETLINK_ROUTE #200': 'a request of a type that does not exist, made to be refused',
  'errors NETLINK_ROUTE RTM_GETLINK attrs.#500': 'an attribute that does not exist, made to be refused',
  'errors NETLINK_ROUTE RTM_NEWLINK attrs.#4': 'an IFLA_MTU of two octets, made to be refused',
  'errors NETLINK_ROUTE RTM_NEWLINK attrs.linkinfo.data.#1': 'data for a link of a kind that has none',
  'errors NETLINK_ROUTE NLMSG_ERROR error.request.attrs.#4': 'the same request, repeated by its answer',
  'errors NETLINK_GENERIC #1': 'a request to a family that does not exist, made to be refused',
  'errors NETLINK_GENERIC nlctrl #99': 'a command that does not exist, made to be refused',
  'errors NETLINK_GENERIC nlctrl getfamily attrs.#1': 'a CTRL_ATTR_FAMILY_ID of the wrong length, made to be refused',
  'errors NETLINK_GENERIC NLMSG_ERROR error.request.attrs.#1': 'the same request, repeated by its answer',
  'errors NETLINK_NETFILTER #32512': 'a request to a subsystem that does not exist, made to be refused',
  'errors NETLINK_XFRM #80': 'a request of a type that does not exist, made to be refused',
  'families NETLINK_GENERIC #97': 'octets of no meaning, sent to every protocol',
  'nlmon-inject NETLINK_ROUTE #23130': 'octets of no meaning, sent into the capture device',
  'nlmon-inject NETLINK_GENERIC #23130': 'octets of no meaning, sent into the capture device',
  'nlmon-inject NETLINK_GENERIC #90': 'octets of no meaning, sent into the capture device',
};
