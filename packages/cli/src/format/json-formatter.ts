import { NETLINK_GENERIC, NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN } from '@netdevkit/bindings';
import { attributesOf, MessageCursor } from '@netdevkit/netlink';
import { attributeValues, structValues, type JsonValue } from './attribute-values.ts';
import { errorReport } from './error-report.ts';
import type { Formatter, Frame } from './frame.ts';
import { GenericFamilies } from './generic-families.ts';
import { isoTime } from './frame-time.ts';
import { messageFlagNames } from './message-flags.ts';
import { messageTypeName, protocolName } from './message-kind.ts';
import { hex } from './printable.ts';

type Line = Record<string, JsonValue>;

// Netlink protocols are below 32; other packets of a nlmon were sent into it.
const PROTOCOLS = 32;

/**
 * Lines of JSON: one object for each message.
 *
 * `frame`, `time`, `interface`, `protocol`, `family`, `command`, `version`, `type`, `typeId`, `flags`, `flagsId`, `seq`, `pid`,
 * `len`, `header`, `attrs`, `error`: what a message does not have, or this formatter does not know, is an absent key.
 * What it cannot take apart is there as octets in hexadecimal: `payload`, and `trailing` for octets that are no message.
 */
export class JsonFormatter implements Formatter {
  readonly #families = new GenericFamilies();
  readonly #cursor = new MessageCursor();

  /** The lines of a frame. */
  format(frame: Frame): string {
    const cursor = this.#cursor;
    const { bytes, offset, length, protocol } = frame;
    const common: Line = {
      frame: frame.number,
      time: isoTime(frame.seconds, frame.nanoseconds),
      interface: frame.interface,
      protocol: protocolName(protocol),
    };
    if (protocol >= PROTOCOLS) return write({ ...common, len: length, payload: hex(bytes, offset, length) });

    let text = '';
    cursor.reset(bytes, offset, offset + length);
    while (cursor.next()) {
      this.#families.learn(protocol, cursor);
      text += write({ ...common, ...this.#message(protocol, cursor) });
    }
    const start = offset + length - cursor.rest;
    // Programs pad some requests with zeros.
    if (text === '' || bytes.subarray(start, offset + length).some((octet) => octet !== 0)) {
      text += write({ ...common, len: cursor.rest, trailing: hex(bytes, start, cursor.rest) });
    }
    return text;
  }

  #message(protocol: number, cursor: MessageCursor): Line {
    const { type, flags, seq, pid, length } = cursor;
    const generic = protocol === NETLINK_GENERIC && type > NLMSG_DONE ? this.#families.describe(cursor) : undefined;
    const name = messageTypeName(protocol, type);
    const line: Line = {};
    if (generic?.family !== undefined) line['family'] = generic.family;
    if (generic !== undefined) {
      line['command'] = generic.command;
      line['version'] = generic.version;
    }
    if (name !== undefined) line['type'] = name;
    return Object.assign(line, { typeId: type, flags: messageFlagNames(protocol, type, flags), flagsId: flags, seq, pid, len: length }, inside(protocol, cursor, this.#families));
  }
}

/** What stands behind a message's header. */
function inside(protocol: number, cursor: MessageCursor, families: GenericFamilies): Line {
  const { type, length, bytes, view, offset } = cursor;
  const payload = length - NLMSG_HDRLEN;
  if (type === NLMSG_ERROR || type === NLMSG_DONE) {
    const report = errorReport(protocol, cursor, families);
    if (report !== undefined) {
      const { errno, name, msg, attr, missing } = report;
      return { error: { errno, ...present({ name, msg, attr, missing }) } };
    }
  }
  if (payload === 0) return {};
  const kind = families.kind(protocol, type);
  if (kind === undefined || payload < kind.headerLength) return { payload: hex(bytes, offset + NLMSG_HDRLEN, payload) };
  const header = kind.header === undefined ? {} : { header: structValues(view, offset + NLMSG_HDRLEN, kind.header) };
  return { ...header, attrs: attributeValues(attributesOf(cursor, kind.headerLength), kind.attributes) };
}

function present(members: Readonly<Record<string, string | undefined>>): Line {
  const line: Line = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) line[key] = value;
  return line;
}

/** One line. What a terminal would obey is escaped, which JSON allows everywhere in a string. */
function write(line: Line): string {
  return `${JSON.stringify(line).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
