import { AF_NETLINK, CTRL_CMD_GETFAMILY, GENL_HDRLEN, GENL_ID_CTRL, NETLINK_GENERIC, SOCK_RAW, genlmsghdr } from '@netdevkit/bindings';
import type { GenericFamily } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import { Requester } from '@netdevkit/iproute';
import type { Host, HostNamespace } from '@netdevkit/linux';
import type { NetlinkSocket } from '@netdevkit/netlink';
import { familyIn } from '../input/family-message.ts';

/**
 * The generic families of a kernel.
 *
 * @param open - opens a NETLINK_GENERIC socket
 * @throws KernelError: what the kernel answered
 */
export function genericFamilies(open: () => NetlinkSocket): GenericFamily[] {
  using requester = new Requester(open);
  return requester.dump({
    op: 'CTRL_CMD_GETFAMILY',
    type: GENL_ID_CTRL,
    answerType: GENL_ID_CTRL,
    encode(writer) {
      const at = writer.reserve(GENL_HDRLEN);
      genlmsghdr.set_cmd(writer.view, at, CTRL_CMD_GETFAMILY);
      genlmsghdr.set_version(writer.view, at, 1);
    },
    accept: familyIn,
  });
}

/**
 * The generic families of the host's kernel; none where it has no generic netlink.
 *
 * @param host - the kernel
 * @param namespace - where to ask
 */
export function familiesOf(host: Host, namespace: HostNamespace | undefined): GenericFamily[] {
  try {
    return genericFamilies(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC, namespace === undefined ? {} : { namespace }));
  } catch (error) {
    if (isKernelError(error, 'EPROTONOSUPPORT')) return [];
    throw error;
  }
}
