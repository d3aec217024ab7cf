import { readFileSync, readlinkSync } from 'node:fs';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, type Link } from '@netdevkit/iproute';
import type { NetlinkSocket } from '@netdevkit/netlink';

const KIND = 'nlmon';
const MARK = 'nlmon capture: ';
const NAME = /^nlmon-(\d{1,7})b?$/;

/** An nlmon link that exists for as long as this command runs. */
export class OwnLink implements Disposable {
  readonly #ip: IpRoute;
  readonly #atExit = (): void => this[Symbol.dispose]();
  /** Its index. */
  readonly index: number;
  /** Its name. */
  readonly name: string;
  #removed = false;

  private constructor(ip: IpRoute, { index, name }: Link) {
    this.#ip = ip;
    this.index = index;
    this.name = name;
    // Whatever ends the process but a signal that it cannot see: exceptions, process.exit.
    process.on('exit', this.#atExit);
  }

  /**
   * Makes the link, down, after removing those of commands that were killed.
   *
   * @param open - opens a NETLINK_ROUTE socket where the link is to be
   * @throws KernelError `EPERM`, `EOPNOTSUPP`: what the kernel says
   */
  static make(open: () => NetlinkSocket): OwnLink {
    const ip = new IpRoute(open);
    try {
      removeLeft(ip);
      const name = `nlmon-${String(process.pid)}`;
      // One of another process with this number, in another pid namespace.
      const isTaken = ip.link.list().some((link) => link.name === name);
      const link = ip.link.create({ kind: KIND, name: isTaken ? `${name}b` : name });
      const own = new OwnLink(ip, link);
      try {
        ip.link.set(link.index, { alias: ownerText() });
      } catch (error) {
        own[Symbol.dispose]();
        throw error;
      }
      return own;
    } catch (error) {
      ip[Symbol.dispose]();
      throw error;
    }
  }

  /** Brings it up: from now on it sees what passes. */
  up(): void {
    this.#ip.link.set(this.index, { up: true });
  }

  /** Removes it. A second call does nothing. */
  [Symbol.dispose](): void {
    if (this.#removed) return;
    this.#removed = true;
    process.off('exit', this.#atExit);
    try {
      this.#ip.link.delete(this.index);
    } catch (error) {
      // Somebody else has removed it.
      if (!isKernelError(error, 'ENODEV')) throw error;
    } finally {
      this.#ip[Symbol.dispose]();
    }
  }
}

/**
 * Removes links whose process has gone. Those of processes that cannot be seen from here stay: the alias tells the
 * process by its number, when it began, since numbers are given again, and the namespace in which it has that number.
 */
function removeLeft(ip: IpRoute): void {
  for (const { index, name, alias, info } of ip.link.list()) {
    if (info?.kind !== KIND || !isLeft(name, alias)) continue;
    try {
      ip.link.delete(index);
    } catch (error) {
      if (!isKernelError(error)) throw error;
    }
  }
}

/**
 * Whether a link is one of a command that was killed.
 *
 * @param name - of the link
 * @param alias - of the link
 */
export function isLeft(name: string, alias: string | undefined): boolean {
  if (alias === undefined || alias === '') {
    // Killed before it could say more: only the number tells.
    const [, pid] = NAME.exec(name) ?? [];
    return pid !== undefined && startOf(Number(pid)) === undefined;
  }
  const [, pid = '', start, pidNamespace] = /^pid (\d+), started (\d+), pid namespace (\d+)$/.exec(alias.startsWith(MARK) ? alias.slice(MARK.length) : '') ?? [];
  return start !== undefined && pidNamespace === pidNamespaceHere() && startOf(Number(pid)) !== start;
}

function ownerText(): string {
  return `${MARK}pid ${String(process.pid)}, started ${startOf(process.pid) ?? '0'}, pid namespace ${pidNamespaceHere()}`;
}

function pidNamespaceHere(): string {
  const [, inode = '0'] = /\[(\d+)\]/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
  return inode;
}

/** When a process began, in ticks since the machine did; `undefined` if there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // Field 22; the name of the program, field 2, may hold anything but comes first.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has no link any more that it could remove.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
