import { IFLA_IFNAME, ifinfomsg } from '@netdevkit/bindings';
import type { netlink_ext_ack, nlattr_table, nlmsg_builder } from '@netdevkit/bindings/raw';
import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import { AttributeTable } from '@netdevkit/netlink';
import type { Device, DeviceSetup } from '@netdevkit/netdevice';
import type { ReadonlyBytes } from '@netdevkit/skbuff';
import type { PcpuStatKind } from '@netdevkit/stats';
import type { AttributeDefinitions, AttributeInput, AttributeReader } from './attribute-definitions.ts';
import { definitionOf } from './attribute-limits.ts';
import { ParsedAttributes, type KindAttributes } from './attributes.unsafe.ts';
import { ExtAck } from './extack.unsafe.ts';
import { RequestScope } from './request-scope.ts';
import { writeAttribute } from './write-attribute.unsafe.ts';

/**
 * The attributes of a request that any link may have.
 *
 * @remarks
 * # Invariants
 *
 * While the scope is open, the table is that of the request being handled.
 */
class LinkAttributes {
  readonly #tb: nlattr_table;
  readonly #scope: RequestScope;

  /** @internal */
  constructor(tb: nlattr_table, scope: RequestScope) {
    // INVARIANT: made for the request that the kernel hands over; the scope ends when the callback for it has returned.
    this.#tb = tb;
    this.#scope = scope;
  }

  /** Whether an attribute that any link may have came: one of `LinkAttr`. */
  hasLinkAttr(attr: number): boolean {
    return this.#live().has(attr);
  }

  /**
   * Its octets: a view that holds something else once the callback has returned. Copy (`slice`) what is to be kept.
   *
   * @returns `undefined` when it did not come
   */
  linkAttr(attr: number): ReadonlyBytes | undefined {
    const tb = this.#live();
    if (!tb.has(attr)) return undefined;
    return tb.bytes.subarray(tb.offset(attr), tb.offset(attr) + tb.length(attr));
  }

  /** It as a number of 32 bits, host order; `undefined` when it did not come or is shorter. */
  linkU32(attr: number): number | undefined {
    const tb = this.#live();
    if (tb.length(attr) < 4) return undefined;
    return new DataView(tb.bytes.buffer, tb.bytes.byteOffset + tb.offset(attr), 4).getUint32(0, true);
  }

  #live(): nlattr_table {
    this.#scope.check();
    return this.#tb;
  }

  /** @internal */
  static tableOf(attributes: LinkAttributes): nlattr_table {
    return attributes.#live();
  }

  /** @internal */
  static scopeOf(attributes: LinkAttributes): RequestScope {
    return attributes.#scope;
  }
}

/**
 * A request about a link, for as long as one callback handles it. It is dead afterwards, with all that it gave: the
 * attributes and the extended acknowledgement.
 */
class RequestContext<A extends AttributeDefinitions> extends LinkAttributes {
  readonly #data: AttributeReader<A> | null;
  readonly #extack: ExtAck<A>;
  readonly #scope: RequestScope;

  /** @internal */
  constructor(tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack, kind: KindAttributes<A>) {
    const scope = new RequestScope();
    super(tb, scope);
    this.#scope = scope;
    this.#data = data === null ? null : new ParsedAttributes(data, kind.definitions, kind.compiled, scope);
    this.#extack = new ExtAck(extack, tb, data, kind, scope);
  }

  /** What the user is told beyond the errno. */
  get extack(): ExtAck<A> {
    this.#scope.check();
    return this.#extack;
  }

  /** The kind's own attributes, checked by its definitions; `null` when the request has none. */
  get data(): AttributeReader<A> | null {
    this.#scope.check();
    return this.#data;
  }

  /** An error to throw, its sentence set as the extended acknowledgement. */
  error(code: ErrnoCode, text?: string): KernelError {
    if (text !== undefined) this.extack.setMessage(text);
    return new KernelError(code, text);
  }
}

/**
 * A request for a link of a kind, before anything is done: `RTM_NEWLINK`, for a new link and for one that is there.
 *
 * C twin: the arguments of `rtnl_link_ops.validate` (include/net/rtnetlink.h).
 */
export class ValidateContext<A extends AttributeDefinitions> extends RequestContext<A> {}

/**
 * A request to change a link.
 *
 * C twin: the arguments of `rtnl_link_ops.changelink`.
 */
export class ChangeLinkContext<A extends AttributeDefinitions> extends RequestContext<A> {}

/**
 * A request for a second link inside the request for the first: an attribute of type `link`.
 */
export class PeerRequest extends LinkAttributes {
  /** The name that it asks for; `undefined` when it leaves that to the driver. */
  readonly name: string | undefined;
  /** `ifi_index`: the index that it asks for, 0 for none. */
  readonly index: number;
  /** `ifi_flags`. */
  readonly flags: number;
  /** `ifi_change`: which flags count. */
  readonly change: number;

  /** @internal */
  constructor(tb: nlattr_table, header: number, scope: RequestScope) {
    super(tb, scope);
    const { bytes } = tb;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.index = ifinfomsg.ifi_index(view, header);
    this.flags = ifinfomsg.ifi_flags(view, header);
    this.change = ifinfomsg.ifi_change(view, header);
    this.name = tb.has(IFLA_IFNAME) ? stringOf(tb, IFLA_IFNAME) : undefined;
  }
}

/** A second device of the kind. */
export interface Peer<S extends object, K extends PcpuStatKind> {
  /** The device, registered. */
  readonly device: Device<K>;
  /** The driver's state for it. */
  readonly state: S;
}

/** How a second device is made. */
export interface PeerOptions<S extends object, K extends PcpuStatKind> {
  /** Sets the device up further, once the request has been applied to it. */
  configure?(dev: DeviceSetup, state: S): void;
  /** Runs when it is registered, and before it goes up, if that was asked for. */
  registered?(dev: Device<K>, state: S): void;
}

/** What the context of a new link does through its kind. */
export interface NewLinkActions<S extends object, K extends PcpuStatKind> {
  register(): Device<K>;
  parsePeer(at: number, length: number): nlattr_table;
  createPeer(request: PeerRequest | undefined, options: PeerOptions<S, K>): Peer<S, K>;
}

/**
 * A request to make a link, its device allocated and set up but not registered.
 *
 * C twin: the arguments of `rtnl_link_ops.newlink`.
 */
export class NewLinkContext<A extends AttributeDefinitions, K extends PcpuStatKind, S extends object = object> extends RequestContext<A> {
  readonly #actions: NewLinkActions<S, K>;
  readonly #own: nlattr_table | null;
  readonly #definitions: A;

  /** @internal */
  constructor(tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack, kind: KindAttributes<A>, actions: NewLinkActions<S, K>) {
    super(tb, data, extack, kind);
    this.#actions = actions;
    this.#own = data;
    this.#definitions = kind.definitions;
  }

  /**
   * Registers the device now, for what the driver has to do afterwards; otherwise the core does when the callback returns.
   * Ends the setup phase. Once it has succeeded, it does nothing more; when the callback then fails, the core takes the
   * registration back.
   *
   * C twin: `register_netdevice`.
   *
   * @returns the device
   * @throws KernelError when the device cannot be registered: then it never can, and the request fails with that error
   */
  register(): Device<K> {
    LinkAttributes.scopeOf(this).check();
    return this.#actions.register();
  }

  /**
   * The request for a second link, in an attribute of type `link`.
   *
   * C twin: `rtnl_nla_parse_ifinfomsg`.
   *
   * @param name - the attribute
   * @returns `undefined` when it did not come
   * @throws KernelError `EINVAL`, `ERANGE`: its attributes are not what a link may have
   */
  peer(name: keyof A & string): PeerRequest | undefined {
    const scope = LinkAttributes.scopeOf(this);
    scope.check();
    const { id, type } = definitionOf(this.#definitions, name);
    if (type !== 'link') throw new TypeError(`${name}: expected an attribute of type link, got ${type}`);
    if (this.#own?.has(id) !== true) return undefined;
    const at = this.#own.offset(id);
    return new PeerRequest(this.#actions.parsePeer(at, this.#own.length(id)), at, scope);
  }

  /**
   * Makes a second device of the kind, registers it, and gives it the flags that were asked for. When the callback fails
   * afterwards, the core takes it away again.
   *
   * C twins: `rtnl_link_get_net`, `rtnl_create_link`, `register_netdevice`, `rtnl_configure_link`.
   *
   * @param request - what the device is to be; without it, as this request asks for the first, with a name and an index of its
   * own
   * @throws KernelError whatever stands in its way; what of it was made is gone then
   */
  createPeer(request: PeerRequest | undefined, options: PeerOptions<S, K> = {}): Peer<S, K> {
    LinkAttributes.scopeOf(this).check();
    return this.#actions.createPeer(request, options);
  }
}

/**
 * The table of a peer's request.
 *
 * # Safety
 *
 * - It is looked at while the callback runs that the request was handed to.
 */
export function peerTableUnsafe(request: PeerRequest): nlattr_table {
  return LinkAttributes.tableOf(request);
}

/**
 * A deletion, for as long as one callback handles it.
 *
 * C twin: the list that `rtnl_link_ops.dellink` is given.
 */
export class DelLinkContext {
  readonly #scope: RequestScope;
  readonly #deleteToo: (dev: Device) => void;

  /** @internal */
  constructor(scope: RequestScope, deleteToo: (dev: Device) => void) {
    this.#scope = scope;
    this.#deleteToo = deleteToo;
  }

  /**
   * Has another device go with this one: the other end of a pair.
   *
   * C twin: `unregister_netdevice_queue`.
   *
   * @throws KernelError `ENODEV`: it has gone already
   */
  deleteToo(dev: Device): void {
    this.#scope.check();
    this.#deleteToo(dev);
  }
}

/**
 * Ends a request's context: every later use throws.
 *
 * # Safety
 *
 * - The callback that it was made for has returned.
 */
export function endContextUnsafe(context: RequestContext<AttributeDefinitions>): void {
  LinkAttributes.scopeOf(context).end();
}

/**
 * Writes what a link of a kind says of itself: the contents of `IFLA_INFO_DATA`.
 *
 * C twin: the message that `rtnl_link_ops.fill_info` writes to.
 *
 * @remarks
 * # Invariants
 *
 * While the builder is not `null` its message is open, inside the kind's nest.
 */
export class InfoWriter<A extends AttributeDefinitions> {
  #msg: nlmsg_builder | null;
  readonly #definitions: A;

  /** @internal */
  constructor(msg: nlmsg_builder, definitions: A) {
    this.#msg = msg;
    this.#definitions = definitions;
  }

  /**
   * Adds an attribute.
   *
   * @param name - which
   * @param value - what it says; a flag that is `false` is left out
   * @throws RangeError: a number that its type does not hold
   * @throws TypeError: a value of another type, an attribute that is not defined
   */
  put<N extends keyof A & string>(name: N, value: AttributeInput<A[N]>): void {
    if (this.#msg === null) throw new TypeError('InfoWriter: used after fillInfo');
    writeAttribute(this.#msg, name, definitionOf(this.#definitions, name), value);
  }

  /** @internal */
  static end(writer: InfoWriter<AttributeDefinitions>): void {
    writer.#msg = null;
  }
}

/**
 * Ends a writer: every later use throws.
 *
 * # Safety
 *
 * - The callback that it was made for has returned.
 */
export function endWriterUnsafe(writer: InfoWriter<AttributeDefinitions>): void {
  InfoWriter.end(writer);
}

/** A string as AttributeTable reads them, which knows how they end. */
function stringOf(tb: nlattr_table, type: number): string | undefined {
  const table = new AttributeTable(0);
  table.reset(tb.bytes);
  table.record(0, tb.offset(type), tb.length(type));
  return table.string(0);
}
