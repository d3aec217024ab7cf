import { NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, SO_RCVBUF, SOL_NETLINK, SOL_SOCKET } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import type { NetlinkSocket } from '@netdevkit/netlink';

// What iproute2 asks for; the kernel gives what it allows.
const RECEIVE_BUFFER = 1_048_576;

/**
 * Opens a socket for requests: bound, with extended acknowledgements and strict checking where the kernel has them.
 *
 * @param open - opens the socket
 */
export function openRequestSocket(open: () => NetlinkSocket): NetlinkSocket {
  return opened(open, (socket) => {
    tryOption(socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    tryOption(socket, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    tryOption(socket, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    socket.bind();
  });
}

/**
 * Opens a socket and sets it up; closes it again when that fails.
 *
 * @param open - opens the socket
 * @param setup - sets it up
 */
export function opened(open: () => NetlinkSocket, setup: (socket: NetlinkSocket) => void): NetlinkSocket {
  const socket = open();
  try {
    setup(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

/**
 * Sets an option that older kernels lack and nothing depends on.
 *
 * @param socket - the socket
 * @param level - `SOL_NETLINK` or `SOL_SOCKET`
 * @param name - the option
 * @param value - its value
 */
export function tryOption(socket: NetlinkSocket, level: number, name: number, value: number): void {
  try {
    socket.setOption(level, name, value);
  } catch (error) {
    if (!isKernelError(error)) throw error;
  }
}
