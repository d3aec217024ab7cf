import { IFLA_INFO_DATA, IFLA_LINKINFO } from '@netdevkit/bindings';
import type { netlink_ext_ack, nlattr_table } from '@netdevkit/bindings/raw';
import { AttributeTable, Validation, parseAttributes } from '@netdevkit/netlink';
import type { AttributeDefinitions } from './attribute-definitions.ts';
import { definitionOf } from './attribute-limits.ts';
import { headerOffset, type KindAttributes } from './attributes.unsafe.ts';
import type { RequestScope } from './request-scope.ts';

/** From include/linux/netlink.h:NETLINK_MAX_FMTMSG_LEN, its NUL taken off. */
const MAX_MESSAGE = 79;
/** From include/linux/netlink.h:NETLINK_MAX_COOKIE_LEN. */
const MAX_COOKIE = 20;

/**
 * What the user is told beyond an errno: a sentence, and the attribute that is at fault or missing.
 *
 * C twin: `struct netlink_ext_ack` and the `NL_SET_*` macros (include/linux/netlink.h).
 *
 * @remarks
 * # Invariants
 *
 * While the scope is open, the raw record and the tables are those of the request being handled.
 */
export class ExtAck<A extends AttributeDefinitions> {
  readonly #raw: netlink_ext_ack;
  readonly #tb: nlattr_table;
  readonly #data: nlattr_table | null;
  readonly #kind: KindAttributes<A>;
  readonly #scope: RequestScope;

  /** @internal */
  constructor(raw: netlink_ext_ack, tb: nlattr_table, data: nlattr_table | null, kind: KindAttributes<A>, scope: RequestScope) {
    // INVARIANT: made with its context, whose scope ends before the request is over.
    this.#raw = raw;
    this.#tb = tb;
    this.#data = data;
    this.#kind = kind;
    this.#scope = scope;
  }

  /**
   * Sets the sentence. C twin: `NL_SET_ERR_MSG_FMT`.
   *
   * @param text - what exceeds 79 octets of UTF-8 is cut, as the kernel cuts what it formats, but between characters
   */
  setMessage(text: string): void {
    this.#live()._msg = cut(text, MAX_MESSAGE);
  }

  /**
   * Points at one of the kind's own attributes, and says what it should have been. C twin: `NL_SET_BAD_ATTR_POLICY`.
   *
   * @param name - the attribute; nothing is pointed at when it did not come
   * @param text - the sentence, if there is one to set
   */
  badAttribute(name: keyof A & string, text?: string): void {
    const raw = this.#live();
    const { id } = definitionOf(this.#kind.definitions, name);
    const at = this.#data === null ? -1 : headerOffset(this.#data, id);
    raw.bad_attr = at;
    raw.policy = at === -1 ? null : (this.#kind.compiled.policies[id] ?? null);
    if (text !== undefined) this.setMessage(text);
  }

  /**
   * Points at an attribute that any link may have. C twin: `NL_SET_BAD_ATTR`.
   *
   * @param attr - one of `LinkAttr`; nothing is pointed at when it did not come
   * @param text - the sentence, if there is one to set
   */
  badLinkAttr(attr: number, text?: string): void {
    const raw = this.#live();
    raw.bad_attr = headerOffset(this.#tb, attr);
    raw.policy = null;
    if (text !== undefined) this.setMessage(text);
  }

  /**
   * Names one of the kind's own attributes that should have come. C twin: `NL_SET_ERR_ATTR_MISS`.
   *
   * @param name - the attribute
   * @param text - the sentence, if there is one to set
   */
  missing(name: keyof A & string, text?: string): void {
    const raw = this.#live();
    raw.miss_type = definitionOf(this.#kind.definitions, name).id;
    raw.miss_nest = dataNest(this.#tb);
    if (text !== undefined) this.setMessage(text);
  }

  /**
   * Adds octets that the user's program understands. C twin: `nl_set_extack_cookie_u64`.
   *
   * @param cookie - 20 octets at most
   * @throws RangeError: there are more
   */
  setCookie(cookie: Uint8Array): void {
    if (cookie.length > MAX_COOKIE) throw new RangeError(`cookie: expected at most ${String(MAX_COOKIE)} octets, got ${String(cookie.length)}`);
    this.#live().cookie = cookie.slice();
  }

  #live(): netlink_ext_ack {
    this.#scope.check();
    return this.#raw;
  }
}

/** As much of a text as fits into so many octets of UTF-8, no character of it cut in two. */
function cut(text: string, octets: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    if (length > octets) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Where the header of IFLA_INFO_DATA starts, or of IFLA_LINKINFO where there is none, or -1. */
function dataNest(tb: nlattr_table): number {
  if (!tb.has(IFLA_LINKINFO)) return -1;
  const info = new AttributeTable(IFLA_INFO_DATA);
  parseAttributes(info, tb.bytes, tb.offset(IFLA_LINKINFO), tb.length(IFLA_LINKINFO), null, Validation.LIBERAL, null);
  const data = headerOffset(info, IFLA_INFO_DATA);
  return data === -1 ? headerOffset(tb, IFLA_LINKINFO) : data;
}
