// C: struct cmsghdr { size_t cmsg_len; int cmsg_level; int cmsg_type; }, then the data; each starts at a multiple of 8.
const CMSGHDR = { LEN: 0, LEVEL: 8, TYPE: 12, SIZE: 16 } as const;
const ALIGNMENT = 8;

/**
 * Takes one control message.
 *
 * @param level - such as `SOL_NETLINK`
 * @param type - such as `NETLINK_PKTINFO`
 * @param offset - where its data starts in the view
 * @param length - how many octets
 */
export type ControlMessageHandler = (level: number, type: number, offset: number, length: number) => void;

/**
 * Finds the control messages that `recvmsg` left.
 *
 * C twin: `CMSG_FIRSTHDR`, `CMSG_NXTHDR`.
 *
 * @param view - what they are in
 * @param start - where the first starts
 * @param length - octets of all of them
 * @param handler - told of each that is whole
 */
export function controlMessages(view: DataView, start: number, length: number, handler: ControlMessageHandler): void {
  const end = start + length;
  for (let at = start; at + CMSGHDR.SIZE <= end; ) {
    const size = Number(view.getBigUint64(at + CMSGHDR.LEN, true));
    if (size < CMSGHDR.SIZE || at + size > end) return;
    handler(view.getInt32(at + CMSGHDR.LEVEL, true), view.getInt32(at + CMSGHDR.TYPE, true), at + CMSGHDR.SIZE, size - CMSGHDR.SIZE);
    at += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
}
