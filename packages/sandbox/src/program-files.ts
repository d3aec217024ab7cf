import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KernelError, errno } from '@netdevkit/errno';
import { isNetworkPath, type Credentials, type DirectoryEntry, type FileStatus, type NetNamespace } from '@netdevkit/kernel';
import type { Libc } from '@netdevkit/libc/unsafe';
import { statBytes, statxBytes } from './file-status.ts';
import type { DescriptorRange } from './filter.ts';
import { readVector, single } from './message-header.ts';
import type { Call } from './personality.ts';
import { freeDescriptor } from './process-info.ts';
import { absolutePath, isUnreadable, readPath } from './program-path.ts';
import { makeMemfd } from './shared-memory.unsafe.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const W_OK = 2;
const X_OK = 1;
const WRITE_BITS = 0o222;
/** A tmpfs, whose folders list `.` and `..` first as /proc does: programs rely on it. */
const SHARED = '/dev/shm';
/** How memory that stands for a file is named, and what `readlink /proc/PID/fd/N` makes of it. */
const WRITABLE_NAME = 'netdevkit:';
const WRITABLE = `/memfd:${WRITABLE_NAME}`;
const DELETED = ' (deleted)';
/** Wherever a program may find the files of its own process's network. */
const OF_PROCESS = /^\/proc\/(?:\d+|self|thread-self)(?:\/task\/\d+)?\/net(?=\/|$)/;

/** A file of the embedded kernel that a call is about. */
interface NamedFile {
  readonly path: string;
  /** Whether the path ends in a slash: then a link is followed. */
  readonly isDirectory: boolean;
}

/** Where a call's path is, and what it is relative to. */
interface PathArguments {
  readonly directory: number;
  readonly at: number;
}

/**
 * The embedded kernel's files below /proc and /sys, for programs that look there rather than ask by netlink.
 *
 * A file is given as memory with the text that it had when it was opened, a directory as a folder with entries of the same
 * names. A file that is opened for writing gets a number of the reserved range, by which writing is trapped, as it is by the
 * numbers of the standard output and error; by another number it fails with EBADF.
 */
export class ProgramFiles {
  readonly #libc: Libc;
  readonly #range: DescriptorRange;
  readonly #credentials: Partial<Credentials>;
  /** By namespace and path, the folders that stand for directories. */
  readonly #folders = new Map<string, { readonly names: string; readonly folder: string }>();
  #folder: string | undefined;
  #made = 0;

  /**
   * @param range - the numbers of files that are opened for writing
   * @param credentials - what programs may do
   */
  constructor(libc: Libc, range: DescriptorRange, credentials: Partial<Credentials>) {
    this.#libc = libc;
    this.#range = range;
    this.#credentials = credentials;
  }

  /**
   * Handles a write to one of these files.
   *
   * @param target - what the descriptor is
   * @returns whether it is one
   * @throws KernelError what the file says: `EINVAL`, `EPERM`, …
   */
  write(call: Call, target: string, namespace: () => NetNamespace): boolean {
    if (!target.startsWith(WRITABLE)) return false;
    const vector =
      call.name === 'write' ? single(call.address(1), call.address(2)) : readVector(call, call.address(1), call.address(2), 'EINVAL');
    const bytes = call.gather(vector).slice();
    call.committed();
    namespace().writeFile(target.slice(WRITABLE.length, -DELETED.length), bytes, this.#credentials);
    call.answer(bytes.length);
    return true;
  }

  /**
   * Handles a call about a file, if the file is the embedded kernel's.
   *
   * @param namespace - the caller's
   * @returns whether it did; otherwise it is the host's
   * @throws KernelError `ENOENT`, `ENOTDIR`, `EACCES`, …
   */
  handle(call: Call, namespace: () => NetNamespace): boolean {
    const named = this.#path(call);
    if (named === undefined) return false;
    const { path, isDirectory } = named;
    switch (call.name) {
      case 'open':
        return this.#open(call, namespace(), path, call.int(1));
      case 'openat':
        return this.#open(call, namespace(), path, call.int(2));
      case 'openat2':
        return this.#open(call, namespace(), path, Number(call.read(call.address(2), 8).getBigUint64(0, true)) | 0);
      case 'readlink':
        return readlink(call, namespace(), path, 1);
      case 'readlinkat':
        return readlink(call, namespace(), path, 2);
      case 'access':
        return access(call, namespace(), path, call.int(1));
      case 'faccessat':
      case 'faccessat2':
        return access(call, namespace(), path, call.int(2));
      case 'stat':
        return this.#stat(call, namespace(), path, 1, true);
      case 'lstat':
        return this.#stat(call, namespace(), path, 1, isDirectory);
      case 'newfstatat':
        return this.#stat(call, namespace(), path, 2, isDirectory || (call.int(3) & AT_SYMLINK_NOFOLLOW) === 0);
      case 'statx':
        return this.#statx(call, namespace(), path, isDirectory);
      default:
        return false;
    }
  }

  /** Takes away the folders. */
  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    this.#folders.clear();
  }

  /** The path of a file of the embedded kernel that a call is about. */
  #path(call: Call): NamedFile | undefined {
    let path: string | undefined;
    let isDirectory: boolean;
    try {
      const { directory, at } = pathArguments(call);
      const text = readPath(call, at);
      // By far the most are elsewhere, and known at a glance.
      if (text.startsWith('/') && !text.startsWith('/proc') && !text.startsWith('/sys')) return undefined;
      isDirectory = text.endsWith('/');
      path = absolutePath(call, directory, text);
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
    if (path === undefined) return undefined;
    if (this.#folder !== undefined && path.startsWith(`${this.#folder}/`)) {
      // Relative to a folder that was given: its name is followed by a number and the path.
      path = path.slice(this.#folder.length + 1).replace(/^\d+/, '');
    }
    path = path.replace(OF_PROCESS, '/proc/self/net');
    return isNetworkPath(path) ? { path, isDirectory } : undefined;
  }

  #open(call: Call, namespace: NetNamespace, path: string, flags: number): boolean {
    const status = namespace.stat(path, { follow: (flags & constants.O_NOFOLLOW) === 0 });
    if (status.kind === 'link') throw new KernelError('ELOOP', undefined, { op: call.name });
    if ((flags & constants.O_CREAT) !== 0 && (flags & constants.O_EXCL) !== 0) throw new KernelError('EEXIST', undefined, { op: call.name });
    const writes = (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
    if (writes && status.kind === 'directory') throw new KernelError('EISDIR', undefined, { op: call.name });
    if (writes && (status.mode & WRITE_BITS) === 0) throw new KernelError('EACCES', undefined, { op: call.name });
    if ((flags & constants.O_DIRECTORY) !== 0 && status.kind !== 'directory') throw new KernelError('ENOTDIR', undefined, { op: call.name });
    const source = status.kind === 'directory' ? this.#openFolder(namespace, path) : this.#openText(namespace, path, flags);
    try {
      const number = writes ? freeDescriptor(call.tid, this.#range.first, this.#range.end) : undefined;
      const result = call.give({ source, number, closeOnExec: (flags & O_CLOEXEC) !== 0 });
      if (result < 0 && result !== -errno.ENOENT) throw new KernelError(result === -errno.EMFILE ? 'EMFILE' : 'ENOMEM', undefined, { op: call.name });
    } finally {
      closeSync(source);
    }
    return true;
  }

  /** Opens a folder with entries of a directory's names: the one that was made before, if they are the same. */
  #openFolder(namespace: NetNamespace, path: string): number {
    const key = `${String(namespace.inum)}${path}`;
    const entries = namespace.readdir(path);
    const names = entries.map(({ name, kind }) => `${kind} ${name}`).join('/');
    let known = this.#folders.get(key);
    if (known?.names !== names) {
      // Who reads the old one goes on reading it.
      if (known !== undefined) rmSync(known.folder, { recursive: true, force: true });
      this.#folders.set(key, (known = { names, folder: this.#makeFolder(namespace, path, entries) }));
    }
    return openSync(known.folder, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  #makeFolder(namespace: NetNamespace, path: string, entries: readonly DirectoryEntry[]): string {
    this.#folder ??= mkdtempSync(join(existsSync(SHARED) ? SHARED : tmpdir(), `netdevkit-files-${String(process.pid)}-`));
    const folder = join(this.#folder, String(++this.#made), path);
    mkdirSync(folder, { recursive: true });
    for (const { name, kind } of entries) {
      const entry = join(folder, name);
      if (kind === 'directory') mkdirSync(entry);
      else if (kind === 'link') symlinkSync(namespace.readlink(`${path}/${name}`), entry);
      else writeFileSync(entry, '');
    }
    return folder;
  }

  /** Opens memory with a file's text, for reading; its name is the file's, for {@link write}. */
  #openText(namespace: NetNamespace, path: string, flags: number): number {
    using memory = makeMemfd(this.#libc, `${WRITABLE_NAME}${path}`);
    const text = (flags & constants.O_WRONLY) === 0 ? namespace.readFile(path) : new Uint8Array(0);
    if (text.length > 0) writeSync(memory.fd, text);
    return openSync(`/proc/self/fd/${String(memory.fd)}`, 'r');
  }

  #stat(call: Call, namespace: NetNamespace, path: string, argument: number, follow: boolean): boolean {
    call.write(call.address(argument), statBytes(this.#libc.architecture, namespace.stat(path, { follow }), inodeOf(path)));
    call.answer(0);
    return true;
  }

  #statx(call: Call, namespace: NetNamespace, path: string, isDirectory: boolean): boolean {
    const follow = isDirectory || (call.int(2) & AT_SYMLINK_NOFOLLOW) === 0;
    call.write(call.address(4), statxBytes(namespace.stat(path, { follow }), inodeOf(path)));
    call.answer(0);
    return true;
  }
}

const O_CLOEXEC = 0o2000000;

function pathArguments(call: Call): PathArguments {
  switch (call.name) {
    case 'open':
    case 'readlink':
    case 'access':
    case 'stat':
    case 'lstat':
      return { directory: AT_FDCWD, at: call.address(0) };
    default:
      return { directory: call.int(0), at: call.address(1) };
  }
}

function readlink(call: Call, namespace: NetNamespace, path: string, argument: number): boolean {
  const target = Buffer.from(namespace.readlink(path));
  const room = call.int(argument + 1);
  if (room <= 0) throw new KernelError('EINVAL', undefined, { op: call.name });
  const shown = target.subarray(0, room);
  call.write(call.address(argument), shown);
  call.answer(shown.length);
  return true;
}

function access(call: Call, namespace: NetNamespace, path: string, mode: number): boolean {
  const status: FileStatus = namespace.stat(path);
  if ((mode & W_OK) !== 0 && (status.mode & WRITE_BITS) === 0) throw new KernelError('EACCES', undefined, { op: call.name });
  if ((mode & X_OK) !== 0 && status.kind === 'file') throw new KernelError('EACCES', undefined, { op: call.name });
  call.answer(0);
  return true;
}

/** A number that is the same for the same path: FNV-1a. */
function inodeOf(path: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x0100_0193);
  return hash >>> 0;
}
