/**
 * Constants that Linux got after the release whose headers the generated files come from (6.1). Written by hand; each
 * group names the kernel that brought it. The generator leaves these names out of what it writes.
 *
 * @packageDocumentation
 */

// 6.2, linux/if_link.h.
export const IFLA_DEVLINK_PORT = 62;

// 6.3, linux/if_link.h.
export const IFLA_GSO_IPV4_MAX_SIZE = 63;
export const IFLA_GRO_IPV4_MAX_SIZE = 64;

// 6.7, linux/if_link.h.
export const IFLA_DPLL_PIN = 65;

// The highest attribute of the reference kernel, 6.12: what is above is newer still.
export const IFLA_MAX = 65;

// 6.13, linux/if_link.h.
export const IFLA_MAX_PACING_OFFLOAD_HORIZON = 66;

// 6.15, linux/if_link.h.
export const IFLA_NETNS_IMMUTABLE = 67;

// 6.16, linux/if_link.h.
export const IFLA_HEADROOM = 68;
export const IFLA_TAILROOM = 69;

// 6.7, linux/netlink.h.
export const NL_ATTR_TYPE_SINT = 16;
export const NL_ATTR_TYPE_UINT = 17;
