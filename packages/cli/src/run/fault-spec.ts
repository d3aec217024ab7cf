import * as uapi from '@netdevkit/bindings';
import { errno, type ErrnoCode } from '@netdevkit/errno';
import type { NetlinkFault, NetlinkMatch, NetlinkOccurrence } from '@netdevkit/kernel';

/** A fault that makes no sense. */
export class FaultSpecError extends Error {
  override readonly name: string = 'FaultSpecError';
}

const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, us: 0.001 };

/**
 * Reads a fault from the command line.
 *
 * ```
 * error:RTM_NEWLINK=EBUSY    delay=20ms    enobufs:every=50    drop:type=RTM_NEWADDR,nth=2    dump-intr:times=1    reorder
 * ```
 *
 * @param text - what goes wrong, then, behind colons or commas, which messages: `type`, `protocol`, `every`, `nth`,
 * `probability`, `times`, and for an error its `text`
 * @throws FaultSpecError
 */
export function parseFault(text: string): NetlinkFault {
  const [kind = '', ...rest] = text.split(/[:,]/);
  const options = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at < 1) throw new FaultSpecError(`${JSON.stringify(part)}: expected NAME=VALUE`);
    options.set(part.slice(0, at), part.slice(at + 1));
  }
  const [name = '', value] = kind.split('=');
  const fault = faultOf(name, value, options);
  const [unknown] = options.keys();
  if (unknown !== undefined) throw new FaultSpecError(`${unknown} is unknown here`);
  return fault;
}

function faultOf(name: string, value: string | undefined, options: Map<string, string>): NetlinkFault {
  if (name === 'delay') {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(value ?? '') ?? [];
    const scale = UNITS[unit];
    if (number === '' || scale === undefined) throw new FaultSpecError('delay: expected a time, such as delay=20ms');
    return { kind: 'delay', delay: Number(number) * scale, ...whichOf(options) };
  }
  if (value !== undefined) throw new FaultSpecError(`${name} takes no value`);
  switch (name) {
    case 'error':
      return errorOf(options);
    case 'enobufs':
      return { kind: 'overrun', ...whichOf(options) };
    case 'drop':
    case 'dump-intr':
    case 'reorder':
      return { kind: name, ...whichOf(options) };
    default:
      throw new FaultSpecError(`${JSON.stringify(name)} is none of error, enobufs, drop, delay, reorder, dump-intr`);
  }
}

/** `error:RTM_NEWLINK=EBUSY`: a type of message and what it is refused with; `error:*=EIO` is any. */
function errorOf(options: Map<string, string>): NetlinkFault {
  const [first] = options;
  if (first === undefined) throw new FaultSpecError('error: expected TYPE=ERRNO, such as error:RTM_NEWLINK=EBUSY');
  const [type, code] = first;
  options.delete(type);
  if (!isErrno(code)) throw new FaultSpecError(`${JSON.stringify(code)} is no errno`);
  const message = take(options, 'text');
  return { kind: 'error', code, ...matchOf(type), ...(message === undefined ? {} : { message }), ...whichOf(options) };
}

function whichOf(options: Map<string, string>): NetlinkMatch & NetlinkOccurrence {
  const type = take(options, 'type');
  const match = type === undefined ? {} : matchOf(type);
  const numbers = Object.fromEntries(
    (['protocol', 'every', 'nth', 'times', 'probability'] as const).flatMap((name) => {
      const value = take(options, name);
      return value === undefined ? [] : [[name, numberOf(name, value)]];
    }),
  );
  return { ...match, ...numbers };
}

/** What a type of message is called; commands of the controller are a type with a command. */
function matchOf(type: string): NetlinkMatch {
  if (type === '*') return {};
  if (/^\d{1,5}$/.test(type)) return { type: Number(type) };
  const constants: Readonly<Record<string, unknown>> = uapi;
  const value = constants[type];
  if (typeof value === 'number') {
    if (type.startsWith('RTM_')) return { protocol: uapi.NETLINK_ROUTE, type: value };
    if (type.startsWith('CTRL_CMD_')) return { protocol: uapi.NETLINK_GENERIC, type: uapi.GENL_ID_CTRL, command: value };
    if (type === 'SOCK_DIAG_BY_FAMILY') return { protocol: uapi.NETLINK_SOCK_DIAG, type: value };
  }
  throw new FaultSpecError(`${JSON.stringify(type)} is no type of message: expected such as RTM_NEWLINK, CTRL_CMD_GETFAMILY, or a number`);
}

function numberOf(name: string, text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  const isWhole = name !== 'probability';
  if (Number.isNaN(value) || (isWhole ? !Number.isInteger(value) : value > 1)) {
    throw new FaultSpecError(`${name}: expected ${isWhole ? 'a whole number' : 'a number from 0 to 1'}, got ${JSON.stringify(text)}`);
  }
  if (value === 0 && isWhole && name !== 'protocol') throw new FaultSpecError(`${name}: expected a number from 1 up`);
  return value;
}

function take(options: Map<string, string>, name: string): string | undefined {
  const value = options.get(name);
  options.delete(name);
  return value;
}

function isErrno(code: string): code is ErrnoCode {
  return Object.hasOwn(errno, code);
}
