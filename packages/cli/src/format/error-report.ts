import { NLMSG_HDRLEN } from '@netdevkit/bindings';
import { errnoName, strerror } from '@netdevkit/errno';
import { attributeTypesAt } from '@netdevkit/iproute';
import { parseDone, parseError, type ErrorMessage, type MessageCursor } from '@netdevkit/netlink';
import type { AttributeSet } from './attribute-spec.ts';
import type { GenericFamilies } from './generic-families.ts';
import type { MessageKind } from './message-kind.ts';

/** What an `NLMSG_ERROR` or `NLMSG_DONE` says. */
export interface ErrorReport {
  /** 0, or the negative errno as it is in the message. */
  readonly errno: number;
  /** C's name of the errno, if it has one. */
  readonly name?: string;
  /** What the kernel said beyond the errno. */
  readonly msg?: string;
  /** The attribute that the kernel objected to: names from the outermost level in, with `.` between them. */
  readonly attr?: string;
  /** The attribute that the kernel missed. */
  readonly missing?: string;
  /** Where the attribute is, in octets from the request's start, when the request is not there to find it in. */
  readonly offset?: number;
  /** The request's `nlmsg_type`, of an `NLMSG_ERROR`. */
  readonly request?: number;
}

/**
 * Reads an `NLMSG_ERROR` or `NLMSG_DONE`.
 *
 * @param protocol - the netlink protocol
 * @param message - any message
 * @param families - the generic families that are known
 * @returns `undefined` when it is of another type, or an error without an errno
 */
export function errorReport(protocol: number, message: MessageCursor, families: GenericFamilies): ErrorReport | undefined {
  const one = message.message();
  const error = parseError(one);
  const said = error ?? parseDone(one);
  if (said === undefined) return undefined;
  const { errno, extack } = said;
  const name = errno === 0 ? undefined : errnoName(errno);
  const found = error === undefined ? {} : attributesIn(message, error, (type) => families.kind(protocol, type));
  return {
    errno: -errno || 0,
    ...(name === undefined ? {} : { name }),
    ...(extack?.message === undefined ? {} : { msg: extack.message }),
    ...found,
    ...(error?.request === undefined ? {} : { request: error.request.type }),
  };
}

/**
 * An error in words.
 *
 * @param report - with an errno
 */
export function errorText({ errno, name, msg, attr, missing, offset }: ErrorReport): string {
  const parts = [`${name ?? `errno ${String(-errno)}`}: ${msg ?? strerror(errno)}`];
  if (attr !== undefined) parts.push(`at ${attr}`);
  else if (offset !== undefined) parts.push(`at octet ${String(offset)}`);
  if (missing !== undefined) parts.push(`without ${missing}`);
  return parts.join(', ');
}

/** The attributes that an extended acknowledgement names, found in the request that it quotes. */
function attributesIn(
  { view, offset }: MessageCursor,
  { request, extack }: ErrorMessage,
  kindOf: (type: number) => MessageKind | undefined,
): Pick<ErrorReport, 'attr' | 'missing' | 'offset'> {
  if (request === undefined || extack === undefined) return {};
  const kind = kindOf(request.type);
  // The errno stands before the quoted request.
  const start = offset + NLMSG_HDRLEN + 4;
  const length = Math.min(request.length, view.byteLength - start);
  const pathAt = (at: number): number[] => (kind === undefined ? [] : attributeTypesAt(view, start, length, kind.headerLength, at));
  const attributes = kind?.attributes ?? {};

  const found: { attr?: string; missing?: string; offset?: number } = {};
  if (extack.offset !== undefined) {
    const path = pathAt(extack.offset);
    if (path.length > 0) found.attr = pathName(attributes, path);
    else found.offset = extack.offset;
  }
  if (extack.missingType !== undefined) {
    const nest = extack.missingNest === undefined ? [] : pathAt(extack.missingNest);
    found.missing = pathName(attributes, [...nest, extack.missingType]);
  }
  return found;
}

function pathName(attributes: AttributeSet, path: readonly number[]): string {
  const names: string[] = [];
  let level: AttributeSet = attributes;
  for (const type of path) {
    const spec = level[type];
    names.push(spec?.name ?? `#${String(type)}`);
    level = spec !== undefined && typeof spec.value === 'object' && 'nest' in spec.value ? spec.value.nest : {};
  }
  return names.join('.');
}
