import { NETLINK_GENERIC, NETLINK_ROUTE } from '@netdevkit/bindings';
import { DecodeContext, JsonLineWriter, PacketCursor, decodeStep, type DecodedLine, type JsonObject } from '../src/decode/index.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { AttributeSet, Extension, Field, RawFamily, Schema, Struct } from '../src/schema/index.ts';
import { attributes } from '../src/schema/index.ts';

/** The type of the toy family's messages. */
export const TOY = 200;

/** A family with one message, for tests of what schemas can say. */
export function toy(set: AttributeSet, header?: Struct): RawFamily {
  const operation = { name: 'RTM_NEWTOY', attributes: set };
  return { name: 'toy', protocol: NETLINK_ROUTE, requests: { [TOY]: header === undefined ? operation : { ...operation, header } } };
}

/** What is decoded of a message: as an object, after the JSON line was found to say the same. */
export function decodeBoth(bytes: Uint8Array, families: readonly Schema[], protocol: number = NETLINK_ROUTE, genlFamilies: Record<number, string> = {}): DecodedLine {
  const context = new DecodeContext({ families, genlFamilies });
  const cursor = new PacketCursor(context);
  cursor.reset({ protocol, bytes });
  if (!cursor.next()) throw new Error('nothing to decode');
  const decoded = decodeStep(cursor);
  const lines = new JsonLineWriter(context, 16);
  lines.write(cursor);
  const line = new TextDecoder().decode(lines.bytes);
  if (line !== `${JSON.stringify(decoded)}\n`) throw new Error(`the line says otherwise: ${line}`);
  return decoded;
}

/** A message of the toy family. */
export function toyMessage(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(TOY, 0, 1, 0);
  write(writer);
  writer.end();
  return writer.toBytes();
}

/** The attributes of a message of the toy family, decoded with a set. */
export function toyAttributes(set: AttributeSet, write: (writer: MessageWriter) => void, extension?: Extension): JsonObject {
  const families: Schema[] = [toy(set)];
  if (extension !== undefined) families.push(extension);
  return decodeBoth(toyMessage(write), families).attrs ?? {};
}

/** What one attribute, number 1, decodes to. */
export function toyValue(field: Field, payload: readonly number[], extension?: Extension): JsonObject {
  return toyAttributes(attributes('toy-attrs', { 1: field }), (writer) => writer.putBytes(1, Uint8Array.from(payload)), extension);
}

/** A message of generic netlink. */
export function genericMessage(id: number, flags: number, command: number, write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(id, flags, 1, 0);
  writer.append(Uint8Array.of(command, 1, 0, 0));
  write(writer);
  writer.end();
  return writer.toBytes();
}

export { NETLINK_GENERIC };
