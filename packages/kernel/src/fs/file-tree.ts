import { errno } from '@netdevkit/errno';
import type { Credentials } from '../net/core/sock.ts';
import { decodeCString, encodeText } from '../text.ts';
import type { DirectoryNode, FileNode, Node } from './node.ts';

/** What a path leads to. */
export interface FileStatus {
  /** A link only where the last one was not followed. */
  readonly kind: 'file' | 'directory' | 'link';
  /** Permissions, such as 0o444. */
  readonly mode: number;
  /** Octets, as `stat` gives them: not the length of the text. */
  readonly size: number;
}

/** An entry of a directory. */
export interface DirectoryEntry {
  /** Its name in the directory, without the path before it. */
  readonly name: string;
  /** What it is itself: a link, not what that leads to. */
  readonly kind: FileStatus['kind'];
}

/** How many links a path may lead through: MAXSYMLINKS. */
const MOST_LINKS = 40;

/**
 * Files by their paths. Results are values or negative errnos.
 */
export class FileTree {
  readonly #root: DirectoryNode;

  constructor(root: DirectoryNode) {
    this.#root = root;
  }

  /** The text of a file: -EISDIR, and what the file says. */
  read(path: string): Uint8Array | number {
    const node = this.#find(path, true);
    if (typeof node === 'number') return node;
    if (node.kind !== 'file') return -errno.EISDIR;
    if ((node.mode & 0o444) === 0) return -errno.EACCES;
    const text = node.read();
    return typeof text === 'number' ? text : encodeText(text);
  }

  /**
   * Writes to a file, all in one call.
   *
   * @returns 0; -EACCES for who may not, -EISDIR, -EINVAL for octets that are no text, and what the file says
   */
  write(path: string, bytes: Uint8Array, credentials: Credentials): number {
    const node = this.#find(path, true);
    if (typeof node === 'number') return node;
    if (node.kind !== 'file') return -errno.EISDIR;
    const owns = credentials.uid === 0 || (node.administered === true && credentials.netAdmin);
    if (!owns) return -errno.EACCES;
    if (node.write === undefined) return node.refusal;
    if (bytes.length === 0) return 0;
    const text = decodeCString(bytes);
    return text === null ? -errno.EINVAL : node.write(text, credentials);
  }

  /** The entries of a directory, without `.` and `..`: -ENOTDIR. */
  list(path: string): DirectoryEntry[] | number {
    const node = this.#find(path, true);
    if (typeof node === 'number') return node;
    if (node.kind !== 'directory') return -errno.ENOTDIR;
    return node.names().flatMap((name) => {
      const kind = node.get(name)?.kind;
      return kind === undefined ? [] : [{ name, kind }];
    });
  }

  /** Where a link leads: -EINVAL for what is none. */
  readlink(path: string): string | number {
    const node = this.#find(path, false);
    if (typeof node === 'number') return node;
    return node.kind === 'link' ? node.target : -errno.EINVAL;
  }

  /** What a path leads to, the last link followed or not. */
  stat(path: string, follow: boolean): FileStatus | number {
    const node = this.#find(path, follow);
    if (typeof node === 'number') return node;
    return { kind: node.kind, mode: node.mode, size: sizeOf(node) };
  }

  #find(path: string, follow: boolean): Node | number {
    if (!path.startsWith('/')) return -errno.ENOENT;
    let rest = partsOf(path);
    let way: DirectoryNode[] = [this.#root];
    let links = 0;
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      const here = way.at(-1) ?? this.#root;
      if (part === '..') {
        if (way.length > 1) way.pop();
        continue;
      }
      const node = here.get(part);
      if (node === undefined) return -errno.ENOENT;
      const last = rest.length === 0;
      if (node.kind === 'link' && (!last || follow || path.endsWith('/'))) {
        if (++links > MOST_LINKS) return -errno.ELOOP;
        if (node.target.startsWith('/')) way = [this.#root];
        rest = [...partsOf(node.target), ...rest];
      } else if (node.kind === 'directory') {
        way.push(node);
      } else {
        return last && !path.endsWith('/') ? node : -errno.ENOTDIR;
      }
    }
    return way.at(-1) ?? this.#root;
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function sizeOf(node: Node): number {
  return node.kind === 'file' ? node.size : node.kind === 'link' ? encodeText(node.target).length : 0;
}

/** A file of proc that is only read. */
export function procFile(read: () => string | number, mode = 0o444): FileNode {
  return { kind: 'file', mode, size: 0, read, refusal: -errno.EIO };
}
