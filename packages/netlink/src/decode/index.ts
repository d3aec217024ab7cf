export { DecodeContext, type DecodeOptions, type PacketInfo } from './context.ts';
export {
  ConversationTracker,
  type Conversation,
  type ConversationEnd,
  type ConversationRole,
} from './conversation.ts';
export { decode, decodeStep, ObjectDecoder } from './decode.ts';
export type { DecodedError, DecodedLine, DecodedMessage, DecodedRequest } from './decoded.ts';
export { directionOf, type Direction } from './direction.ts';
export { encode, layoutOf, type MessageLayout } from './encode.ts';
export type { FormCompiler } from './form-plan.ts';
export { JsonLineWriter } from './json-line.ts';
export { printable, valueText } from './line-text.ts';
export { errorText, outcomeText, requestName } from './outcome-text.ts';
export { plainSummary, type SummaryPart, type SummaryStyle } from './summary-style.ts';
export { SummaryWriter, type SummaryOptions } from './summary-writer.ts';
export { TextWriter, type TextOptions } from './text-writer.ts';
export { plainStyle, type TextStyle } from './text-style.ts';
export { isJsonList, isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
export type { AttributeLayout, LevelLayout } from './layout.ts';
export { EncodeError } from './parse-text.ts';
export { PacketCursor, type Packet } from './packet-cursor.ts';
export { PayloadReader, type Interest, type PayloadVisitor } from './payload-reader.ts';
export type { MessageSpan } from './span.ts';
export { spotsOf, type Spot } from './spots.ts';
