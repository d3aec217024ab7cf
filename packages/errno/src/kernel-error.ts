import { errno as table, messages } from './generated/errno.ts';

/** The name of an errno value, such as `'ENODEV'`. */
export type ErrnoCode = keyof typeof table;

/**
 * What an extended acknowledgement says beyond the errno.
 *
 * C twin: `struct netlink_ext_ack` (include/linux/netlink.h) and the `NLMSGERR_ATTR_*` attributes that carry it.
 */
export interface ExtendedAck {
  /** A sentence for people. */
  readonly message?: string;
  /** Where the offending attribute starts, in octets from the start of the request's `nlmsghdr`. */
  readonly offset?: number;
  /** The type of an attribute that the request should have had. */
  readonly missingType?: number;
  /** Where the nest that lacks it starts, in octets from the request's `nlmsghdr`; absent: the top level. */
  readonly missingNest?: number;
  /** What the offending attribute should have been: a `NLMSGERR_ATTR_POLICY` nest, as it was sent. */
  readonly policy?: Uint8Array;
  /** Opaque octets of the handler. */
  readonly cookie?: Uint8Array;
}

/** What a {@link KernelError} may carry beside its code. */
export interface KernelErrorOptions {
  /** What was being done, such as `'RTM_NEWLINK'`. */
  readonly op?: string;
  /** The extended acknowledgement that came with the error. */
  readonly extack?: ExtendedAck;
  /** The error behind this one. */
  readonly cause?: unknown;
}

// `Symbol.for`: two copies of this package in one process recognise each other's errors.
const MARK = Symbol.for('@netdevkit/errno.KernelError');

const codes: ReadonlyMap<number, ErrnoCode> = new Map(
  // CAST: Object.keys of the table gives its keys.
  (Object.keys(table) as ErrnoCode[]).map((code) => [table[code], code]),
);

/**
 * An error of a kernel: an errno with the operation that failed and what the kernel said about it.
 *
 * Match it by {@link code}, never by its message.
 *
 * @example
 * ```ts
 * try {
 *   link.delete('eth9');
 * } catch (error) {
 *   if (!isKernelError(error, 'ENODEV')) throw error;
 * }
 * ```
 */
export class KernelError extends Error {
  /** The name of the errno value. */
  readonly code: ErrnoCode;
  /** The errno value, positive. */
  readonly errno: number;
  /** What was being done. */
  readonly op: string | undefined;
  /** What the kernel said beyond the errno. */
  readonly extack: ExtendedAck | undefined;

  /**
   * @param code - the name of the errno value
   * @param message - a sentence for people; by default the extended acknowledgement's, else the C library's text
   * @param options - the operation, the extended acknowledgement, the cause
   */
  constructor(code: ErrnoCode, message?: string, options: KernelErrorOptions = {}) {
    const text = message ?? options.extack?.message ?? strerror(table[code]);
    super(
      options.op === undefined ? `${text} (${code})` : `${options.op}: ${text} (${code})`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'KernelError';
    this.code = code;
    this.errno = table[code];
    this.op = options.op;
    this.extack = options.extack;
    Object.defineProperty(this, MARK, { value: true });
  }
}

/**
 * Whether a value is a {@link KernelError}, of this copy of the package or another.
 *
 * @param value - anything, such as what a `catch` caught
 * @param code - if given, the code it must have
 */
export function isKernelError(value: unknown, code?: ErrnoCode): value is KernelError {
  if (typeof value !== 'object' || value === null || !(MARK in value)) return false;
  return code === undefined || ('code' in value && value.code === code);
}

/**
 * The name of an errno value.
 *
 * @param errno - the value, of either sign
 * @returns the name, or `undefined` for a value that Linux does not define
 */
export function errnoName(errno: number): ErrnoCode | undefined {
  return codes.get(Math.abs(errno));
}

/**
 * What the C library says of an errno value.
 *
 * @param errno - the value, of either sign
 */
export function strerror(errno: number): string {
  return messages[Math.abs(errno)] ?? `Unknown error ${String(Math.abs(errno))}`;
}
