import { nlmsghdr, RTM_GETLINK, RTM_NEWLINK } from '@netdevkit/bindings';
import { errno, errnoName, KernelError, strerror, type ErrnoCode, type ExtendedAck, type KernelErrorOptions } from '@netdevkit/errno';
import { attributePath } from './attribute-path.ts';

/** What a {@link RequestError} may carry beside its code. */
export interface RequestErrorOptions extends KernelErrorOptions {
  /** The attribute that the kernel refused or missed. */
  readonly attribute?: string;
}

/**
 * A request that failed: a {@link KernelError} that also names the attribute that the kernel objected to.
 *
 * @example
 * ```ts
 * try {
 *   ip.link.set('nlmon0', { mtu: 15 });
 * } catch (error) {
 *   if (error instanceof RequestError) console.error(error.code, error.extack?.message, error.attribute);
 * }
 * ```
 */
export class RequestError extends KernelError {
  /** C's names of the attribute and of what it is in, such as `'IFLA_LINKINFO.IFLA_INFO_KIND'`, if the kernel named one. */
  readonly attribute: string | undefined;

  /** The error in words, without the operation and the code that {@link message} has around it. */
  readonly reason: string;

  /**
   * @param code - the name of the errno value
   * @param reason - a sentence for people; by default the extended acknowledgement's, else the C library's text
   * @param options - the operation, the extended acknowledgement, the attribute, the cause
   */
  constructor(code: ErrnoCode, reason?: string, options: RequestErrorOptions = {}) {
    super(code, reason, options);
    this.name = 'RequestError';
    this.reason = reason ?? options.extack?.message ?? strerror(errno[code]);
    this.attribute = options.attribute;
  }
}

/**
 * The error of a request that the kernel refused.
 *
 * @param error - the errno, positive
 * @param op - what was asked
 * @param extack - what the kernel said beyond the errno
 * @param request - holds the request as it was sent
 * @param offset - where its `nlmsghdr` starts
 */
export function refusal(error: number, op: string, extack: ExtendedAck | undefined, request: Uint8Array, offset: number): RequestError {
  const code = errnoName(error);
  const attribute =
    extack?.missingType === undefined
      ? attributePath(request, offset, extack?.offset)
      : attributePath(request, offset, extack.missingNest, extack.missingType);
  const text = extack?.message ?? (code === 'EPERM' && isChange(request, offset) ? `${strerror(error)}; ${RULE}` : strerror(error));
  return new RequestError(code ?? 'EIO', attribute === undefined ? text : `${text}, ${attribute}`, {
    op,
    ...(extack === undefined ? {} : { extack }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(code === undefined ? { cause: new RangeError(`errno: expected a value of Linux, got ${String(error)}`) } : {}),
  });
}

// From net/core/rtnetlink.c:rtnetlink_rcv_msg. It says no more than EPERM, for which there may be other reasons.
const RULE = 'nothing can be changed without CAP_NET_ADMIN over the network namespace';

/** Whether a request is to change something: of each four types of rtnetlink the third is not. */
function isChange(request: Uint8Array, offset: number): boolean {
  const type = nlmsghdr.nlmsg_type(new DataView(request.buffer, request.byteOffset), offset);
  return type >= RTM_NEWLINK && (type & 3) !== (RTM_GETLINK & 3);
}

/** The error of a request that failed without the kernel's saying so. */
export function failure(code: ErrnoCode, message: string, op: string): RequestError {
  return new RequestError(code, message, { op });
}

/** The error of a request for which a socket failed. */
export function requestError(error: KernelError, op: string): RequestError {
  if (error instanceof RequestError && error.op === op) return error;
  return new RequestError(error.code, error instanceof RequestError ? error.reason : undefined, { op, cause: error });
}
