import { IFLA_INFO_DATA, IFLA_LINKINFO } from '@netdevkit/bindings';
import type { netlink_ext_ack, nlattr_table } from '@netdevkit/bindings/raw';
import { AttributeTable, Validation, parseAttributes } from '@netdevkit/netlink';
import type { AttributeDefinitions } from './attribute-definitions.ts';
import { headerOffset, type CompiledAttributes } from './attributes.unsafe.ts';

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
 * The raw record and the tables are those of the request being handled, for as long as the context that this belongs to
 * is alive.
 */
export class ExtAck<A extends AttributeDefinitions> {
  readonly #raw: netlink_ext_ack;
  readonly #tb: nlattr_table;
  readonly #data: nlattr_table | null;
  readonly #definitions: A;
  readonly #compiled: CompiledAttributes;

  /** @internal */
  constructor(raw: netlink_ext_ack, tb: nlattr_table, data: nlattr_table | null, definitions: A, compiled: CompiledAttributes) {
    // INVARIANT: made with its context, which is ended before the request is over.
    this.#raw = raw;
    this.#tb = tb;
    this.#data = data;
    this.#definitions = definitions;
    this.#compiled = compiled;
  }

  /** Sets the sentence; what exceeds 79 characters is cut, as the kernel does. C twin: `NL_SET_ERR_MSG`. */
  setMessage(text: string): void {
    this.#raw._msg = text.slice(0, MAX_MESSAGE);
  }

  /**
   * Points at one of the kind's own attributes, and says what it should have been. C twin: `NL_SET_BAD_ATTR_POLICY`.
   *
   * @param name - the attribute; nothing is pointed at when it did not come
   * @param text - the sentence, if there is one to set
   */
  badAttribute(name: keyof A & string, text?: string): void {
    const id = this.#definitions[name]?.id;
    if (id === undefined) return;
    this.#raw.bad_attr = this.#data === null ? -1 : headerOffset(this.#data, id);
    this.#raw.policy = this.#compiled.policies[id] ?? null;
    if (text !== undefined) this.setMessage(text);
  }

  /**
   * Points at an attribute that any link may have. C twin: `NL_SET_BAD_ATTR`.
   *
   * @param attr - one of `LinkAttr`; nothing is pointed at when it did not come
   * @param text - the sentence, if there is one to set
   */
  badLinkAttr(attr: number, text?: string): void {
    this.#raw.bad_attr = headerOffset(this.#tb, attr);
    this.#raw.policy = null;
    if (text !== undefined) this.setMessage(text);
  }

  /** Names one of the kind's own attributes that should have come. C twin: `NL_SET_ERR_ATTR_MISS`. */
  missing(name: keyof A & string, text?: string): void {
    const id = this.#definitions[name]?.id;
    if (id === undefined) return;
    this.#raw.miss_type = id;
    this.#raw.miss_nest = dataNest(this.#tb);
    if (text !== undefined) this.setMessage(text);
  }

  /** Adds octets that the user's program understands; 20 at most. C twin: `nl_set_extack_cookie_u64`. */
  setCookie(cookie: Uint8Array): void {
    if (cookie.length > MAX_COOKIE) throw new RangeError(`cookie: expected at most ${String(MAX_COOKIE)} octets, got ${String(cookie.length)}`);
    this.#raw.cookie = cookie.slice();
  }
}

/** Where the header of IFLA_INFO_DATA starts, or of IFLA_LINKINFO where there is none, or -1. */
function dataNest(tb: nlattr_table): number {
  if (!tb.has(IFLA_LINKINFO)) return -1;
  const info = new AttributeTable(IFLA_INFO_DATA);
  parseAttributes(info, tb.bytes, tb.offset(IFLA_LINKINFO), tb.length(IFLA_LINKINFO), null, Validation.LIBERAL, null);
  const data = headerOffset(info, IFLA_INFO_DATA);
  return data === -1 ? headerOffset(tb, IFLA_LINKINFO) : data;
}
