/**
 * The netlink wire format: messages, attributes and policies; and the socket that carries them.
 *
 * @packageDocumentation
 */

export { align } from './align.ts';
export { AttributeCursor, attributesOf } from './attribute-cursor.ts';
export { AttributeTable } from './attribute-table.ts';
export { families, FamilyLoader, familySize, type FamilyEntry, type FamilySize } from './catalog/index.ts';
export {
  ConversationTracker,
  decode,
  DecodeContext,
  decodeStep,
  directionOf,
  encode,
  EncodeError,
  errorText,
  JsonLineWriter,
  layoutOf,
  ObjectDecoder,
  outcomeText,
  PacketCursor,
  PayloadReader,
  plainStyle,
  plainSummary,
  printable,
  requestName,
  spotsOf,
  SummaryWriter,
  TextWriter,
  valueText,
  type Conversation,
  type ConversationEnd,
  type ConversationRole,
  type DecodedError,
  type DecodedLine,
  type DecodedMessage,
  type DecodedRequest,
  type DecodeOptions,
  type FormCompiler,
  type Direction,
  type Interest,
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type AttributeLayout,
  type LevelLayout,
  type MessageLayout,
  type MessageSpan,
  type Packet,
  type PacketInfo,
  type PayloadVisitor,
  type Spot,
  type SummaryOptions,
  type SummaryPart,
  type SummaryStyle,
  type TextOptions,
  type TextStyle,
} from './decode/index.ts';
export {
  parseDone,
  parseError,
  type DoneMessage,
  type ErrorMessage,
  type RequestHeader,
} from './error-message.ts';
export {
  compileFilter,
  FieldReader,
  Filter,
  FilterError,
  isRange,
  parseFilter,
  printFilter,
  type Combination,
  type Comparison,
  type Expression,
  type FieldChoice,
  type FieldComparison,
  type FieldMember,
  type FieldName,
  type FieldPattern,
  type FilterFamily,
  type FilterNeeds,
  type FilterOptions,
  type Literal,
  type Negation,
  type Range,
  type Word,
} from './filter/index.ts';
export { Message, MessageCursor, MessageList, messages } from './message.ts';
export { MessageWriter } from './message-writer.ts';
export { parseAttributes, parseMessageAttributes } from './parse.ts';
export { strictFrom, type ExtendedPolicy } from './policy.ts';
export { readPolicy } from './policy-reader.ts';
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
export { AttributeView } from './view/attribute-view.ts';
