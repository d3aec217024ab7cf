import type { netlink_ext_ack, nlattr_table, nlmsg_builder } from '@netdevkit/bindings/raw';
import { KernelError, type ErrnoCode } from '@netdevkit/errno';
import type { Device } from '@netdevkit/netdevice';
import type { ReadonlyBytes } from '@netdevkit/skbuff';
import type { PcpuStatKind } from '@netdevkit/stats';
import type { AttributeDefinitions, AttributeInput, AttributeReader } from './attribute-definitions.ts';
import { definitionOf } from './attribute-limits.ts';
import { ParsedAttributes, type KindAttributes } from './attributes.unsafe.ts';
import { ExtAck } from './extack.unsafe.ts';
import { RequestScope } from './request-scope.ts';
import { writeAttribute } from './write-attribute.unsafe.ts';

/**
 * A request about a link, for as long as one callback handles it. It is dead afterwards, with all that it gave: the
 * attributes and the extended acknowledgement.
 *
 * @remarks
 * # Invariants
 *
 * While the scope is open, the tables and the extended acknowledgement are those of the request being handled.
 */
class RequestContext<A extends AttributeDefinitions> {
  readonly #tb: nlattr_table;
  readonly #data: AttributeReader<A> | null;
  readonly #extack: ExtAck<A>;
  readonly #scope = new RequestScope();

  /** @internal */
  constructor(tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack, kind: KindAttributes<A>) {
    // INVARIANT: made for the request that the kernel hands over, and ended when the callback for it has returned.
    this.#tb = tb;
    this.#data = data === null ? null : new ParsedAttributes(data, kind.definitions, kind.compiled, this.#scope);
    this.#extack = new ExtAck(extack, tb, data, kind, this.#scope);
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

  /** An error to throw, its sentence set as the extended acknowledgement. */
  error(code: ErrnoCode, text?: string): KernelError {
    if (text !== undefined) this.extack.setMessage(text);
    return new KernelError(code, text);
  }

  #live(): nlattr_table {
    this.#scope.check();
    return this.#tb;
  }

  /** @internal */
  static scopeOf(context: RequestContext<AttributeDefinitions>): RequestScope {
    return context.#scope;
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
 * A request to make a link, its device allocated and set up but not registered.
 *
 * C twin: the arguments of `rtnl_link_ops.newlink`.
 */
export class NewLinkContext<A extends AttributeDefinitions, K extends PcpuStatKind> extends RequestContext<A> {
  readonly #register: () => Device<K>;

  /** @internal */
  constructor(tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack, kind: KindAttributes<A>, register: () => Device<K>) {
    super(tb, data, extack, kind);
    this.#register = register;
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
    RequestContext.scopeOf(this).check();
    return this.#register();
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
  RequestContext.scopeOf(context).end();
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
