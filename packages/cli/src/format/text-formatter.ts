import { MessageCursor } from '@netdevkit/netlink';
import { directionOf, type Direction } from './direction.ts';
import type { Formatter, Frame } from './frame.ts';
import { clockTime } from './frame-time.ts';
import { GenericFamilies } from './generic-families.ts';
import { messageFlagNames } from './message-flags.ts';
import { messageGist } from './message-gist.ts';
import { protocolName } from './message-kind.ts';
import { hex, printable } from './printable.ts';

/** What a part of a line is, for its colour. */
export type Part = 'time' | Direction | 'type' | 'detail' | 'error';

/** Colours a part of a line, or leaves it as it is. */
export type Paint = (part: Part, text: string) => string;

const PROTOCOLS = 32;
const SHOWN = 32;

/**
 * Lines of text, one for each message: when, on which interface, request, answer or event, protocol and type, flags, sequence
 * number, length, and what it is about.
 */
export class TextFormatter implements Formatter {
  readonly #paint: Paint;
  readonly #families = new GenericFamilies();
  readonly #cursor = new MessageCursor();

  /**
   * @param paint - colours the parts of a line
   */
  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** The lines of a frame. */
  format(frame: Frame): string {
    const { bytes, offset, length, protocol } = frame;
    const cursor = this.#cursor;
    const paint = this.#paint;
    const start = `${paint('time', clockTime(frame.seconds, frame.nanoseconds))} ${printable(frame.interface)}`;
    if (protocol >= PROTOCOLS) {
      return `${start} ${paint('detail', `ethertype 0x${protocol.toString(16).padStart(4, '0')} len ${String(length)} ${hex(bytes, offset, length, SHOWN)}`)}\n`;
    }

    let text = '';
    cursor.reset(bytes, offset, offset + length);
    while (cursor.next()) {
      this.#families.learn(protocol, cursor);
      text += `${start} ${this.#message(protocol, cursor)}\n`;
    }
    const { rest } = cursor;
    const from = offset + length - rest;
    // Programs pad some requests with zeros.
    if (text === '' || bytes.subarray(from, from + rest).some((octet) => octet !== 0)) {
      text += `${start} ${shortName(protocol)} ${paint('error', 'no message')} len ${String(rest)} ${hex(bytes, from, rest, SHOWN)}\n`;
    }
    return text;
  }

  #message(protocol: number, cursor: MessageCursor): string {
    const { type, flags, seq, pid, length } = cursor;
    const paint = this.#paint;
    const direction = directionOf(cursor);
    const gist = messageGist(protocol, cursor, direction, this.#families);
    const typeName = this.#families.typeText(protocol, type);
    const flagText = messageFlagNames(protocol, type, flags)
      .map((name) => name.replace(/^NLM_F_/, ''))
      .join('|');
    const details = [flagText, `seq ${String(seq)}`, pid === 0 ? '' : `pid ${String(pid)}`, `len ${String(length)}`];
    return [
      paint(direction, direction.padEnd('request'.length)),
      shortName(protocol),
      paint('type', printable(typeName).padEnd('RTM_NEWLINK'.length)),
      paint('detail', details.filter((part) => part !== '').join(' ')),
      gist.isError ? paint('error', gist.text) : gist.text,
    ].join(' ').trimEnd();
  }
}

function shortName(protocol: number): string {
  return protocolName(protocol).replace(/^NETLINK_/, '');
}
