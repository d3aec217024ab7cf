/**
 * Rounds a length up to the alignment of messages and attributes: a multiple of 4.
 *
 * C twins: `NLMSG_ALIGN` (include/uapi/linux/netlink.h) and `NLA_ALIGN`, which agree.
 *
 * @param length - octets, not negative
 */
export function align(length: number): number {
  // Not `(length + 3) & ~3`: an nlmsg_len of 2 GiB or more would turn negative.
  return length + (-length & 3);
}
