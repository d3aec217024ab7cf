import { ALTIFNAMSIZ, IFNAMSIZ, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from './net-namespace.ts';

/** Names that a template may count through: 8 pages of bits. */
const MAX_NUMBERED = 32_768;

/** Octets of a string as UTF-8, without making the octets. */
export function byteLength(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** Whether a device may be called so. From net/core/dev.c:dev_valid_name. */
export function isValidName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || byteLength(name) >= IFNAMSIZ) return false;
  // C's isspace: space, and \t \n \v \f \r. A NUL would end the name.
  return !/[/: \t-\r\0]/.test(name);
}

/** Whether a device may have this as an alternative name: any NUL-free string of up to 127 octets, the empty one too. */
export function isValidAltname(name: string): boolean {
  return byteLength(name) < ALTIFNAMSIZ && !name.includes('\0');
}

/**
 * The names of one namespace's devices, and the choice of free ones.
 *
 * The lowest number that may be free is remembered for each template, so that making n devices does not take n² steps.
 */
export class NameTable {
  readonly #namespace: Net;
  readonly #hints = new Map<string, number>();

  constructor(namespace: Net) {
    this.#namespace = namespace;
  }

  inUse(name: string): boolean {
    return this.#namespace.names.has(name);
  }

  add(name: string, dev: net_device): void {
    this.#namespace.names.set(name, dev);
  }

  remove(name: string): void {
    this.#namespace.names.delete(name);
    for (const [template, hint] of this.#hints) {
      const number = numberIn(template, name);
      if (number !== -1 && number < hint) this.#hints.set(template, number);
    }
  }

  /**
   * The name that a device gets when it asks for one, templates resolved. From net/core/dev.c:dev_prep_valid_name.
   *
   * @param taken - the errno for a name that is in use
   * @returns the name, or a negative errno
   */
  resolve(wanted: string, taken: number): string | number {
    if (!isValidName(wanted)) return -errno.EINVAL;
    if (wanted.includes('%')) return this.#fill(wanted);
    return this.inUse(wanted) ? -taken : wanted;
  }

  #fill(template: string): string | number {
    const at = template.indexOf('%');
    if (template[at + 1] !== 'd' || template.includes('%', at + 2)) return -errno.EINVAL;
    const prefix = template.slice(0, at);
    const suffix = template.slice(at + 2);
    for (let number = this.#hints.get(template) ?? 0; number < MAX_NUMBERED; number++) {
      const name = cut(`${prefix}${String(number)}${suffix}`);
      if (this.inUse(name)) continue;
      this.#hints.set(template, number);
      return name;
    }
    return -errno.ENFILE;
  }
}

/** The first 15 octets: what fits into IFNAMSIZ beside the NUL. */
function cut(name: string): string {
  let text = name;
  while (byteLength(text) >= IFNAMSIZ) text = text.slice(0, -1);
  return text;
}

/** The number that makes a name out of a template, or -1. */
function numberIn(template: string, name: string): number {
  const at = template.indexOf('%');
  const prefix = template.slice(0, at);
  const suffix = template.slice(at + 2);
  if (name.length <= prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return -1;
  const digits = name.slice(prefix.length, name.length - suffix.length);
  return /^(0|[1-9][0-9]{0,4})$/.test(digits) ? Number(digits) : -1;
}
