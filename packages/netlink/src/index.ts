/**
 * The netlink wire format: messages, attributes and policies; and the socket that carries them.
 *
 * @packageDocumentation
 */

export { align } from './align.ts';
export { AttributeCursor, attributesOf } from './attribute-cursor.ts';
export { AttributeTable } from './attribute-table.ts';
export {
  parseDone,
  parseError,
  type DoneMessage,
  type ErrorMessage,
  type RequestHeader,
} from './error-message.ts';
export { Message, MessageCursor, MessageList, messages } from './message.ts';
export { MessageWriter } from './message-writer.ts';
export { parseAttributes, parseMessageAttributes } from './parse.ts';
export { strictFrom, type ExtendedPolicy } from './policy.ts';
export { PolicyDump, writePolicy } from './policy-writer.ts';
export {
  type AbortSignalLike,
  type NetlinkSocket,
  type ReceiveOptions,
  type ReceivedMessage,
  type SendOptions,
  type SockaddrNl,
} from './socket.ts';
export { Validation } from './validation.ts';
