import {
  IFLA_ALT_IFNAME,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_MAX,
  IFLA_LINKINFO,
  IFLA_MAX,
  ifinfomsg,
  NLMSG_HDRLEN,
} from '@netdevkit/bindings';
import { ALTIFNAMSIZ, IFNAMSIZ, type net_device, type netlink_ext_ack, type rtnl_link_ops } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseAttributes, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import { byteLength } from '../core/dev-name.ts';
import type { Net } from '../core/net-namespace.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { IFLA_INFO_POLICY, IFLA_POLICY } from './link-policy.ts';

/** The longest kind, in octets with its NUL: MODULE_NAME_LEN. */
const KIND_SIZE = 56;

/** What U+FFFD stands for: octets that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * A string attribute as C's `nla_strscpy` takes it: up to its first NUL, cut to a buffer.
 *
 * @param size - the buffer's, in octets with the NUL
 */
export function cutString(table: AttributeTable, type: number, size: number): string | undefined {
  let text = table.string(type);
  if (text === undefined || table.length(type) < size) return text;
  // Characters first: what is left of one that is cut in two would name nothing.
  text = text.slice(0, size);
  while (byteLength(text) >= size) text = text.slice(0, -1);
  return text;
}

/**
 * Whether a name can be kept. Unlike Linux, whose names are octets, only UTF-8 can: what is not is refused rather than changed.
 */
export function isText(name: string): boolean {
  return !name.includes(REPLACEMENT);
}

/**
 * One request about a link, parsed: a record that serves request after request.
 */
export class LinkRequest {
  /** The `IFLA_*`. */
  readonly tb: AttributeTable = new AttributeTable(IFLA_MAX);
  /** The `IFLA_INFO_*` of `IFLA_LINKINFO`. */
  readonly info: AttributeTable = new AttributeTable(IFLA_INFO_MAX);
  /** Tables for the own attributes of kinds, by their greatest type. */
  readonly #data: (AttributeTable | undefined)[] = [];
  /** `ifi_index`. */
  index = 0;
  /** `ifi_flags`. */
  flags = 0;
  /** `ifi_change`. */
  change = 0;

  /** Parses the header and the attributes: 0, or a negative errno. */
  parse(request: NetlinkRequest, mode: number, extack: netlink_ext_ack): number {
    const { bytes, offset, view } = request;
    this.info.clear();
    const error = parseMessageAttributes(this.tb, bytes, offset, ifinfomsg.SIZE, IFLA_POLICY, mode, extack);
    if (error < 0) return error;
    const at = offset + NLMSG_HDRLEN;
    this.index = ifinfomsg.ifi_index(view, at);
    this.flags = ifinfomsg.ifi_flags(view, at);
    this.change = ifinfomsg.ifi_change(view, at);
    return 0;
  }

  /** Whether the request says which link it means. */
  get named(): boolean {
    return this.index > 0 || this.tb.has(IFLA_IFNAME) || this.tb.has(IFLA_ALT_IFNAME);
  }

  /** The link that it means: by index, else by name, else by alternative name. */
  find(namespace: Net): net_device | undefined {
    if (this.index > 0) return namespace.byIndex(this.index);
    const name = cutString(this.tb, IFLA_IFNAME, IFNAMSIZ) ?? cutString(this.tb, IFLA_ALT_IFNAME, ALTIFNAMSIZ);
    return name === undefined ? undefined : namespace.byName(name);
  }

  /** The name to give, or `undefined` when there is none; an empty one asks for nothing. */
  get ifname(): string | undefined {
    const name = cutString(this.tb, IFLA_IFNAME, IFNAMSIZ);
    return name === '' ? undefined : name;
  }

  /** Parses `IFLA_LINKINFO`. */
  parseInfo(): number {
    // From net/core/rtnetlink.c:__rtnl_newlink: what is wrong in there gets no words.
    return this.tb.nested(IFLA_LINKINFO, this.info, IFLA_INFO_POLICY, Validation.LIBERAL, null);
  }

  /** The kind that the request names; empty for none. */
  get kind(): string {
    return cutString(this.info, IFLA_INFO_KIND, KIND_SIZE) ?? '';
  }

  /** The kind's own attributes; `null` when there are none, a negative errno when they are wrong. */
  parseData(ops: rtnl_link_ops, extack: netlink_ext_ack): AttributeTable | null | number {
    if (ops.maxtype === 0 || !this.info.has(IFLA_INFO_DATA)) return null;
    const table = (this.#data[ops.maxtype] ??= new AttributeTable(ops.maxtype));
    const error = this.info.nested(IFLA_INFO_DATA, table, ops.policy, Validation.LIBERAL, extack);
    return error < 0 ? error : table;
  }
}

/**
 * Requests at hand, innermost last. A handler may run another request before it is done: a driver's callback that sends one.
 */
export class LinkRequests {
  readonly #pool: LinkRequest[] = [];
  #depth = 0;

  /** Runs a handler with a request of its own. */
  with<T>(handler: (link: LinkRequest) => T): T {
    const link = (this.#pool[this.#depth] ??= new LinkRequest());
    this.#depth++;
    try {
      return handler(link);
    } finally {
      this.#depth--;
    }
  }
}

/** Says why a request is refused, and gives the errno. */
export function refuse(extack: netlink_ext_ack | null, code: keyof typeof errno, message: string): number {
  if (extack !== null) extack._msg = message;
  return -errno[code];
}

/** The attributes behind an ifinfomsg inside another message. From net/core/rtnetlink.c:rtnl_nla_parse_ifinfomsg. */
export function parseIfinfomsg(bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack): AttributeTable | number {
  const tb = new AttributeTable(IFLA_MAX);
  const rest = length - ifinfomsg.SIZE;
  if (rest < 0) return -errno.EINVAL;
  const error = parseAttributes(tb, bytes, offset + ifinfomsg.SIZE, rest, IFLA_POLICY, Validation.LIBERAL, extack);
  return error < 0 ? error : tb;
}
