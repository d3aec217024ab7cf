import { strerror } from '@netdevkit/errno';
import type { DecodedError } from './decoded.ts';
import { printable } from './line-text.ts';

/**
 * What the kernel said, in a line: the errno's name, its own words or else those of the errno, and where the trouble is.
 *
 * @param error - of an acknowledgement, or of the end of a dump
 * @example
 * ```ts
 * import { errorText } from '@netdevkit/netlink';
 *
 * console.log(errorText({ errno: -22, name: 'EINVAL', msg: 'Invalid MTU', attr: 'mtu' })); // EINVAL: Invalid MTU, at mtu
 * ```
 */
export function errorText({ errno, name, msg, attr, missing, ...rest }: DecodedError): string {
  const { offs } = rest;
  const what = `${name ?? String(errno)}: ${msg ?? strerror(-errno)}`;
  const where = attr !== undefined ? `, at ${attr}` : typeof offs === 'number' ? `, at octet ${String(offs)} of the request` : '';
  return printable(`${what}${where}${missing === undefined ? '' : `, ${missing} is missing`}`);
}

/**
 * How a request or a dump ended, in a line.
 *
 * @param what - the request's name, or `'dump'`
 * @param error - of its acknowledgement; absent at the end of a dump that went well
 * @example
 * ```ts
 * import { outcomeText } from '@netdevkit/netlink';
 *
 * console.log(outcomeText('RTM_NEWLINK', { errno: 0 })); // RTM_NEWLINK done
 * ```
 */
export function outcomeText(what: string, error: DecodedError | undefined): string {
  if (error !== undefined && error.errno !== 0) return `${what} failed: ${errorText(error)}`;
  const warning = error?.msg === undefined ? '' : `, warning: ${printable(error.msg)}`;
  return `${what} ${what === 'dump' ? 'complete' : 'done'}${warning}`;
}

/**
 * The name of a request: its type, and of a generic family the command.
 *
 * @param request - its header
 * @example
 * ```ts
 * import { requestName } from '@netdevkit/netlink';
 *
 * console.log(requestName({ type: 'ethtool', command: 'linkinfo-get' })); // ethtool linkinfo-get
 * ```
 */
export function requestName(request: { readonly type: string; readonly command?: string }): string {
  return printable(request.command === undefined ? request.type : `${request.type} ${request.command}`);
}
