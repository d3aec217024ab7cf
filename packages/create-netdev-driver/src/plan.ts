import { basename, resolve } from 'node:path';
import type { DriverPlan } from './create.ts';

/** Interfaces are named after their kind with a number behind it, and have at most 15 octets: three digits fit. */
const KIND = /^[a-z][a-z0-9_]{0,11}$/;
/** What npm takes as a package's name, with or without a scope. */
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const LONGEST_PACKAGE = 214;

/** A name that cannot be used. */
export class NameError extends Error {
  /** What stack traces begin with. */
  override readonly name: string = 'NameError';
}

/**
 * What is to be made, from what was asked for.
 *
 * @param folder - where, relative to the working folder
 * @param names - the package's name, by default that of the folder; the kind of link, by default from the package's name
 * @throws NameError: a name that npm or Linux would refuse
 */
export function planOf(folder: string, names: { readonly name?: string | undefined; readonly kind?: string | undefined } = {}): DriverPlan {
  const place = resolve(folder);
  const { name = basename(place) } = names;
  if (!PACKAGE.test(name) || name.length > LONGEST_PACKAGE) {
    throw new NameError(`${JSON.stringify(name)} is no name for a package: expected small letters, digits, ".", "_" and "-", as in netdev-echo; --name gives another`);
  }
  const kind = names.kind ?? kindOf(name);
  if (!KIND.test(kind)) {
    throw new NameError(`${JSON.stringify(kind)} is no name for a kind of link: expected a small letter, then up to 11 small letters, digits and "_", as in echo; --kind gives another`);
  }
  return { folder: place, name, kind };
}

/** `@me/netdev-my-echo` has links of the kind `my_echo`. */
function kindOf(name: string): string {
  return name
    .replace(/^@[^/]*\//, '')
    .replace(/^netdev-(?=.)/, '')
    .replace(/-driver$/, '')
    .replaceAll(/[^a-z0-9]/g, '_');
}
