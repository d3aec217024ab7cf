import type { Hint } from '../schema/index.ts';
import { readString, utf8Length, writeUtf8 } from '../utf8.ts';
import { ipv4Text, ipv6Text } from './address-text.ts';
import { EncodeError, parseIpv4, parseIpv6 } from './parse-text.ts';
import { isText, isZero, textEnd } from './text-octets.ts';

/** How octets are written that have a notation of their own. */
export interface Notation {
  /** Whether there can be as many octets. */
  fits(length: number): boolean;
  /** The text; `undefined` where octets say more than it can. */
  text(bytes: Uint8Array, view: DataView, at: number, length: number): string | undefined;
  /**
   * The octets of a text; `undefined` if it is not in this notation.
   *
   * @throws EncodeError: it is, and wrong
   */
  octets(text: string): Uint8Array | undefined;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCKADDR_IN_SIZE = 16;
const SOCKADDR_IN6_SIZE = 28;
/** Where the octets of `struct sockaddr_in` end that mean something. */
const SOCKADDR_IN_END = 8;

/** `192.0.2.1:80`, `[fe80::1%3]:80`: `struct sockaddr_in` and `sockaddr_in6`, which may stand in a larger buffer. */
const sockaddr: Notation = {
  fits: () => true,
  text: (bytes, view, at, length) => {
    if (length < SOCKADDR_IN_SIZE) return undefined;
    const family = view.getUint16(at, true);
    const port = String(view.getUint16(at + 2));
    if (family === AF_INET && isZero(bytes, at + SOCKADDR_IN_END, at + length)) return `${ipv4Text(bytes, at + 4)}:${port}`;
    // An address with flow information is octets: there is no text for it.
    if (family !== AF_INET6 || length < SOCKADDR_IN6_SIZE || view.getUint32(at + 4) !== 0) return undefined;
    if (!isZero(bytes, at + SOCKADDR_IN6_SIZE, at + length)) return undefined;
    const scope = view.getUint32(at + 24, true);
    return `[${ipv6Text(bytes, at + 8)}${scope === 0 ? '' : `%${String(scope)}`}]:${port}`;
  },
  octets: (text) => {
    const [, inner, outer, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
    if (digits === undefined) return undefined;
    const port = Number(digits);
    if (port > 0xffff) throw new EncodeError(`expected a port up to 65535, got "${text}"`);
    const octets = new Uint8Array(inner === undefined ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_SIZE);
    const view = new DataView(octets.buffer);
    view.setUint16(0, inner === undefined ? AF_INET : AF_INET6, true);
    view.setUint16(2, port);
    if (inner === undefined) {
      octets.set(parseIpv4(outer ?? ''), 4);
      return octets;
    }
    const [address = '', scope = '0'] = inner.split('%', 2);
    if (!/^\d{1,10}$/.test(scope) || Number(scope) > 0xffff_ffff) throw new EncodeError(`expected the index of an interface after "%", got "${text}"`);
    octets.set(parseIpv6(address), 8);
    view.setUint32(24, Number(scope), true);
    return octets;
  },
};

const LABEL_SIZE = 4;
const MAX_LABEL = 0xf_ffff;
/** The traffic class and the time to live, which have no place in the notation. */
const MPLS_OTHERS = 0xeff;
const MPLS_BOTTOM = 0x100;

/** `100/200`: a stack of MPLS labels, as `ip route` writes it. From include/uapi/linux/mpls.h: struct mpls_label. */
const mpls: Notation = {
  fits: (length) => length % LABEL_SIZE === 0,
  text: (_bytes, view, at, length) => {
    const labels: number[] = [];
    for (let label = at; label < at + length; label += LABEL_SIZE) {
      const entry = view.getUint32(label);
      const isLast = label + LABEL_SIZE === at + length;
      if ((entry & MPLS_OTHERS) !== 0 || ((entry & MPLS_BOTTOM) !== 0) !== isLast) return undefined;
      labels.push(entry >>> 12);
    }
    return labels.join('/');
  },
  octets: (text) => {
    // Eight digits without a stroke are octets: no label is as long.
    if (!/^\d{1,7}(?:\/\d{1,7})*$/.test(text)) return undefined;
    const labels = text.split('/').map(Number);
    const view = new DataView(new ArrayBuffer(labels.length * LABEL_SIZE));
    for (const [index, label] of labels.entries()) {
      if (label > MAX_LABEL) throw new EncodeError(`expected labels up to ${String(MAX_LABEL)}, got "${text}"`);
      view.setUint32(index * LABEL_SIZE, ((label << 12) | (index === labels.length - 1 ? MPLS_BOTTOM : 0)) >>> 0);
    }
    return new Uint8Array(view.buffer);
  },
};

const HANDLE_SIZE = 4;

/** Handles that stand for a place. From include/uapi/linux/pkt_sched.h: `TC_H_ROOT`, `TC_H_INGRESS`, which is `TC_H_CLSACT`, and its two ends. */
const HANDLES: readonly (readonly [handle: number, name: string])[] = [
  [0xffff_ffff, 'root'],
  [0xffff_fff1, 'ingress'],
  [0xffff_fff2, 'clsact-ingress'],
  [0xffff_fff3, 'clsact-egress'],
  [0, 'none'],
];

const NAMED_HANDLES: ReadonlyMap<number, string> = new Map(HANDLES);

/** `1:30`: two hexadecimal numbers, as `tc` writes the handles of queueing disciplines and classes. */
const tcHandle: Notation = {
  fits: (length) => length === HANDLE_SIZE,
  text: (_bytes, view, at) => {
    const handle = view.getUint32(at, true);
    const name = NAMED_HANDLES.get(handle);
    const minor = handle & 0xffff;
    return name ?? `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`;
  },
  octets: (text) => {
    const [, major, minor = ''] = /^([0-9a-f]{1,4}):([0-9a-f]{0,4})$/.exec(text) ?? [];
    const named = HANDLES.find(([, name]) => name === text)?.[0];
    if (major === undefined && named === undefined) return undefined;
    const view = new DataView(new ArrayBuffer(HANDLE_SIZE));
    view.setUint32(0, named ?? Number.parseInt(`${major ?? ''}${minor.padStart(4, '0')}`, 16), true);
    return new Uint8Array(view.buffer);
  },
};

/** Text up to its NUL, whatever stands behind it: some programs send a whole buffer. */
const cString: Notation = {
  fits: () => true,
  text: (bytes, _view, at, length) => {
    const end = textEnd(bytes, at, at + length);
    return isText(bytes, at, end) ? readString(bytes, at, end) : undefined;
  },
  octets: (text) => {
    const octets = new Uint8Array(utf8Length(text) + 1);
    octets.set(utf8Of(text));
    return octets;
  },
};

const BACKSLASH = 0x5c;

/** `name\x00`: octets that mostly are text, such as the names of wireless networks; what is no text is escaped. */
const escaped: Notation = {
  fits: () => true,
  text: (bytes, _view, at, length) => {
    const end = at + length;
    const isWhole = isText(bytes, at, end) && textEnd(bytes, at, end) === end;
    const text = isWhole ? readString(bytes, at, end) : Array.from(bytes.subarray(at, end), (octet) => String.fromCharCode(octet)).join('');
    return Array.from(text, (character) => escapedCharacter(character, isWhole)).join('');
  },
  octets: (text) => {
    const parts = text.split(/\\(\\|x[0-9a-f]{2})/);
    if (parts.some((part, index) => index % 2 === 0 && part.includes('\\'))) throw new EncodeError(`expected "\\\\" or "\\x" and two digits, got "${text}"`);
    const octets = parts.map((part, index) => {
      if (index % 2 === 1) return part === '\\' ? Uint8Array.of(BACKSLASH) : Uint8Array.of(Number.parseInt(part.slice(1), 16));
      return utf8Of(part);
    });
    return Uint8Array.from(octets.flatMap((part) => [...part]));
  },
};

/** A character as it is, if a terminal shows it; where the whole is no UTF-8 each octet above ASCII is escaped, too. */
function escapedCharacter(character: string, isText: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === BACKSLASH) return '\\\\';
  const isPlain = code >= 0x20 && (code < 0x7f || (isText && code >= 0xa0));
  if (isPlain) return character;
  const octets = isText ? utf8Of(character) : Uint8Array.of(code);
  return Array.from(octets, (octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');
}

function utf8Of(text: string): Uint8Array {
  const octets = new Uint8Array(utf8Length(text));
  writeUtf8(octets, 0, text);
  return octets;
}

/**
 * The notation that a hint asks for.
 *
 * @param hint - of the schema
 */
export function notationOf(hint: Hint | undefined): Notation | undefined {
  switch (hint) {
    case 'sockaddr':
      return sockaddr;
    case 'mpls':
      return mpls;
    case 'tc-handle':
      return tcHandle;
    case 'c-string':
      return cString;
    case 'escaped':
      return escaped;
    default:
      return undefined;
  }
}
