import { isJsonObject, type DecodedMessage, type Spot } from '@netdevkit/netlink';
import { isMessage } from '../capture.ts';
import { commandName } from '../decoding.ts';
import { valueAt } from '../spots.ts';
import { align, attributesOf, startOf, type PrintedAttribute } from './attributes.ts';
import type { Expression, Member } from './expression.ts';
import type { Pair } from './match.ts';
import { areSameNames, constantOf } from './names.ts';
import { isSameValue, type Devices } from './values.ts';

/** Something that strace says and the decoder does not. */
export interface Difference {
  /** What it is: names from the outside in. */
  readonly path: string;
  /** What strace says. */
  readonly theirs: string;
  /** What the decoder says. */
  readonly ours: string;
}

/** What came of comparing a message. */
export interface Result {
  /** How many names and values are equal. */
  equal: number;
  /** How many values strace shows as octets. */
  opaque: number;
  readonly differences: Difference[];
}

/** Compares a message as strace prints it with what it decodes to. */
export class MessageComparison {
  readonly #pair: Pair;
  readonly #decoded: DecodedMessage;
  readonly #devices: Devices;
  readonly #headers: Map<number, Spot> = new Map();
  readonly #result: Result = { equal: 0, opaque: 0, differences: [] };

  /**
   * @param pair - the message
   * @param devices - numbers of devices by name
   */
  constructor(pair: Pair, devices: Devices) {
    const { decoded } = pair.message;
    if (!isMessage(decoded)) throw new TypeError('octets that are no message have nothing to compare');
    this.#pair = pair;
    this.#decoded = decoded;
    this.#devices = devices;
    for (const spot of pair.message.spots) if (spot.hasHeader) this.#headers.set(spot.at - 4, spot);
  }

  /** Compares all that there is. */
  run(): Result {
    const { printed, message } = this.#pair;
    this.#header(printed.header, this.#decoded, 'header');
    const { error } = this.#decoded;
    for (const part of printed.parts) {
      const attributes = attributesOf(part);
      if (attributes !== undefined) this.#attributes(attributes, startOf(attributes, message.offset + message.length), '');
      else if (part.kind === 'text') this.#octets(part.octets, message.offset + 16);
      else if (this.#decoded.type === 'NLMSG_DONE') this.#check('done', part, error?.errno ?? 0);
      else if (this.#decoded.type === 'NLMSG_ERROR') this.#error(part);
      else this.#fixedHeader(part);
    }
    return this.#result;
  }

  #check(path: string, theirs: Expression, ours: unknown): void {
    if (isSameValue(theirs, ours, this.#devices)) this.#result.equal++;
    else this.#differ(path, theirs, ours);
  }

  #differ(path: string, theirs: Expression | string, ours: unknown): void {
    this.#result.differences.push({ path, theirs: typeof theirs === 'string' ? theirs : show(theirs), ours: JSON.stringify(ours) ?? 'nothing' });
  }

  #header(header: Expression, ours: Pick<DecodedMessage, 'len' | 'type' | 'typeId' | 'flags' | 'flagsId' | 'seq' | 'pid'>, path: string): void {
    const members = header.kind === 'struct' ? header.members : [];
    for (const { name, value } of members) {
      const text = value.kind === 'atom' ? value.text : '';
      const at = `${path}.${name}`;
      if (name === 'nlmsg_len') this.#check(at, value, ours.len);
      else if (name === 'nlmsg_seq') this.#check(at, value, ours.seq);
      else if (name === 'nlmsg_pid') this.#check(at, value, ours.pid);
      else if (name === 'nlmsg_flags') this.#check(at, value, ours.flags);
      else if (name === 'nlmsg_type') {
        const isNumber = Number(text) === ours.typeId || constantOf(text) === ours.typeId;
        // nfnetlink: `NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_NEWTABLE`.
        if (isNumber || text === ours.type || text.endsWith(`<<8|${ours.type}`)) this.#result.equal++;
        else this.#differ(at, value, ours.type);
      } else this.#differ(at, value, undefined);
    }
  }

  #error(part: Expression): void {
    const members = part.kind === 'struct' ? part.members : [];
    for (const { name, value } of members) {
      if (name === 'error') this.#check('error', value, this.#decoded.error?.name ?? this.#decoded.error?.errno);
      else if (name === 'msg' && this.#decoded.error?.request !== undefined) {
        const [header = value] = value.kind === 'list' ? value.items.map((item) => item.value) : [];
        this.#header(header, this.#decoded.error.request, 'error.msg');
      } else this.#differ(`error.${name}`, value, undefined);
    }
  }

  #fixedHeader(part: Expression): void {
    if (part.kind !== 'struct') {
      this.#differ('header', part, this.#decoded.header);
      return;
    }
    const { command, version, header, attrs } = this.#decoded;
    const socket = attrs?.['socket'];
    // What follows the header of sock_diag is decoded as a part of its own.
    const ours = { ...header, ...(isJsonObject(socket) ? socket : {}) };
    if (command === undefined) this.#members(part.members, ours, 'header');
    else this.#genericHeader(part.members, command, version);
  }

  #genericHeader(members: readonly Member[], command: string, version: number | undefined): void {
    const { family, flags } = this.#decoded;
    for (const { name, value } of members) {
      const number = value.kind === 'atom' ? Number(value.text) : Number.NaN;
      if (name !== 'cmd') this.#check(`header.${name}`, value, version);
      else if (!Number.isNaN(number) && command === commandName(family, number, flags.includes('NLM_F_REQUEST'))) this.#result.equal++;
      else this.#check('header.cmd', value, command);
    }
  }

  #members(members: readonly Member[], ours: object, path: string): void {
    for (const { name, value } of members) {
      const called = name === '' ? nameInCall(value) : name;
      const at = `${path}.${called}`;
      if (value.kind === 'struct' && !Object.keys(ours).some((key) => areSameNames(called, key))) {
        this.#members(value.members, ours, at);
        continue;
      }
      const entry = Object.entries(ours).find(([key]) => areSameNames(called, key));
      const inner: unknown = entry?.[1];
      if (value.kind === 'struct' && typeof inner === 'object' && inner !== null) this.#members(value.members, inner, at);
      else if (entry === undefined) this.#differ(at, value, undefined);
      else if (typeof inner !== 'number' && this.#isHeaderNumber(value, entry[0])) this.#result.equal++;
      else this.#check(at, value, inner);
    }
  }

  #attributes(attributes: readonly PrintedAttribute[], start: number, path: string): void {
    let at = start;
    for (const attribute of attributes) {
      this.#attribute(attribute, at, path);
      at += align(attribute.length);
    }
  }

  #attribute({ length, type, value }: PrintedAttribute, at: number, path: string): void {
    const spot = this.#headers.get(at);
    const name = type.replace(/NLA_F_[A-Z_]+\|/g, '');
    const here = `${path}/${name}`;
    if (spot === undefined) {
      this.#differ(here, `${String(length)} octets at ${String(at)}`, undefined);
      return;
    }
    if (spot.length + 4 !== length) this.#differ(here, `${String(length)} octets`, spot.length + 4);
    else if (!this.#isSameType(name, spot, at)) this.#differ(here, name, spot.name);
    else this.#result.equal += 2;
    if (value !== undefined) this.#value(value, spot, here);
  }

  #isSameType(name: string, spot: Spot, at: number): boolean {
    const { bytes } = this.#pair.packet;
    const type = ((bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8)) & 0x3fff;
    if (/^(?:0x[0-9a-f]+|\d+)$/.test(name)) return Number(name) === type;
    const number = constantOf(name);
    return (number === undefined || number === type) && areSameNames(name, spot.name);
  }

  #value(value: Expression, spot: Spot, path: string): void {
    const attributes = attributesOf(value);
    if (attributes !== undefined) {
      this.#attributes(attributes, spot.at, path);
      return;
    }
    const ours = valueAt(this.#pair.message.decoded, spot);
    const isRecord = typeof ours === 'object' && ours !== null && !Array.isArray(ours);
    if (value.kind === 'struct' && isRecord) this.#members(value.members, ours, path);
    else if (value.kind === 'text' && (spot.isNest || !isSameValue(value, ours, this.#devices))) this.#octets(value.octets, spot.at);
    else if (typeof ours === 'string' && this.#isNumberAt(value, spot)) this.#result.equal++;
    else this.#check(path, value, ours);
  }

  /** Whether strace has a number for what is more than one in the message's header. */
  #isHeaderNumber(value: Expression, key: string): boolean {
    const spot = this.#pair.message.spots.find(({ path }) => path.length === 2 && path[0] === 'header' && path[1] === key);
    return spot !== undefined && this.#isNumberAt(value, spot);
  }

  /** Whether strace has a number for what has a name here: that of the octets. */
  #isNumberAt(value: Expression, { at, length }: Spot): boolean {
    if (value.kind !== 'atom' || !/^(?:0x[0-9a-f]+|\d+)$/.test(value.text) || length > 4) return false;
    const octets = this.#pair.packet.bytes.subarray(at, at + length);
    return octets.reduceRight((sum, octet) => sum * 256 + octet, 0) === Number(value.text);
  }

  /** What strace does not decode. It shows where in the packet it is. */
  #octets(octets: string, at: number): void {
    const { bytes } = this.#pair.packet;
    for (let i = 0; i < octets.length; i++) {
      if (octets.charCodeAt(i) === bytes[at + i]) continue;
      this.#differ('octets', octets.slice(i, i + 16), bytes.subarray(at + i, at + i + 16));
      return;
    }
    this.#result.opaque++;
  }
}

/** `inet_pton(AF_INET6, "::", &idiag_src)` names what it is for. */
function nameInCall(value: Expression): string {
  return value.kind === 'atom' ? (/&(\w+)\)$/.exec(value.text)?.[1] ?? '') : '';
}

function show(value: Expression): string {
  switch (value.kind) {
    case 'atom':
      return value.text;
    case 'text':
      return JSON.stringify(value.octets);
    case 'list':
      return `[${value.items.map(member).join(', ')}]`;
    case 'struct':
      return `{${value.members.map(member).join(', ')}}`;
  }
}

function member({ name, value }: Member): string {
  return name === '' ? show(value) : `${name}=${show(value)}`;
}
