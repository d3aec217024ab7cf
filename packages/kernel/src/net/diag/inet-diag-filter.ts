import {
  INET_DIAG_BC_AUTO,
  INET_DIAG_BC_CGROUP_COND,
  INET_DIAG_BC_DEV_COND,
  INET_DIAG_BC_D_COND,
  INET_DIAG_BC_D_EQ,
  INET_DIAG_BC_D_GE,
  INET_DIAG_BC_D_LE,
  INET_DIAG_BC_JMP,
  INET_DIAG_BC_MARK_COND,
  INET_DIAG_BC_NOP,
  INET_DIAG_BC_S_COND,
  INET_DIAG_BC_S_EQ,
  INET_DIAG_BC_S_GE,
  INET_DIAG_BC_S_LE,
  inet_diag_bc_op,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';

const OP = inet_diag_bc_op.SIZE;
/** How many octets a condition's operand has: an address's head, an interface's index, a mark with its mask, a cgroup's number. */
const HOSTCOND = 8;
const DEVCOND = 4;
const MARKCOND = 8;
const CGROUPCOND = 8;
/** The octets of addresses by family: AF_UNSPEC, AF_INET, AF_INET6. */
const ADDRESSES: Readonly<Record<number, number>> = { 0: 0, 2: 4, 10: 16 };

/**
 * Whether the program of a filter, which no socket here will meet, is one. From net/ipv4/inet_diag.c:inet_diag_bc_audit.
 *
 * @param mayMark - whether who asks may ask for marks
 * @returns 0, -EINVAL, -EPERM
 */
export function auditFilter(program: Uint8Array, mayMark: boolean): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  if (program.length < OP) return -errno.EINVAL;
  let at = 0;
  while (at < program.length) {
    const rest = program.length - at;
    if (rest < OP) return -errno.EINVAL;
    const code = inet_diag_bc_op.code(view, at);
    if (code === INET_DIAG_BC_MARK_COND && !mayMark) return -errno.EPERM;
    const least = leastLength(view, at, code, rest);
    const yes = inet_diag_bc_op.yes(view, at);
    const no = inet_diag_bc_op.no(view, at);
    if (least === undefined) return -errno.EINVAL;
    if (code !== INET_DIAG_BC_NOP) {
      if (no < least || no > rest + 4 || (no & 3) !== 0) return -errno.EINVAL;
      if (no < rest && !isTarget(view, program.length, rest - no)) return -errno.EINVAL;
    }
    if (yes < least || yes > rest + 4 || (yes & 3) !== 0) return -errno.EINVAL;
    at += yes;
  }
  return at === program.length ? 0 : -errno.EINVAL;
}

/** How long an operation is at least, its operand included; `undefined` for what is none. */
function leastLength(view: DataView, at: number, code: number, rest: number): number | undefined {
  const within = (length: number): number | undefined => (rest < length ? undefined : length);
  switch (code) {
    case INET_DIAG_BC_S_COND:
    case INET_DIAG_BC_D_COND: {
      if (rest < OP + HOSTCOND) return undefined;
      const octets = ADDRESSES[view.getUint8(at + OP)];
      const prefix = view.getUint8(at + OP + 1);
      if (octets === undefined || prefix > 8 * octets) return undefined;
      return within(OP + HOSTCOND + octets);
    }
    case INET_DIAG_BC_DEV_COND:
      return within(OP + DEVCOND);
    case INET_DIAG_BC_S_EQ:
    case INET_DIAG_BC_S_GE:
    case INET_DIAG_BC_S_LE:
    case INET_DIAG_BC_D_EQ:
    case INET_DIAG_BC_D_GE:
    case INET_DIAG_BC_D_LE:
      // The port is where a second operation has its second jump.
      return within(2 * OP);
    case INET_DIAG_BC_MARK_COND:
      return within(OP + MARKCOND);
    case INET_DIAG_BC_CGROUP_COND:
      return within(OP + CGROUPCOND);
    case INET_DIAG_BC_AUTO:
    case INET_DIAG_BC_JMP:
    case INET_DIAG_BC_NOP:
      return OP;
    default:
      return undefined;
  }
}

/** `valid_cc`: whether an operation begins where so many octets are left. */
function isTarget(view: DataView, length: number, left: number): boolean {
  for (let rest = length, at = 0; rest >= 0; ) {
    if (left > rest) return false;
    if (left === rest) return true;
    if (rest < OP) return false;
    const yes = inet_diag_bc_op.yes(view, at);
    if (yes < OP || (yes & 3) !== 0) return false;
    at += yes;
    rest -= yes;
  }
  return false;
}
