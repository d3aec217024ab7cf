/**
 * The netlink wire format: messages, attributes and policies; and the socket that carries them.
 *
 * @packageDocumentation
 */

export {
  type AbortSignalLike,
  type NetlinkSocket,
  type ReceiveOptions,
  type ReceivedMessage,
  type SendOptions,
  type SockaddrNl,
} from './socket.ts';
