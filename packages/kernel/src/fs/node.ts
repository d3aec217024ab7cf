import type { Credentials } from '../net/core/sock.ts';

/** A file whose text is made when it is read. */
export interface FileNode {
  readonly kind: 'file';
  /** Permissions, such as 0o444. */
  readonly mode: number;
  /** What `stat` gives as its size: 4096 in sysfs, 0 in proc. */
  readonly size: number;
  /** The text, or a negative errno. */
  readonly read: () => string | number;
  /** Takes what was written in one call: 0 or a negative errno. Without it, writing fails with {@link refusal}. */
  readonly write?: (text: string, credentials: Credentials) => number;
  /** What a write to a file that takes none gives. */
  readonly refusal: number;
  /** Whether who has CAP_NET_ADMIN may do what root may. */
  readonly administered?: boolean;
}

/** A directory, whose entries may come and go. */
export interface DirectoryNode {
  readonly kind: 'directory';
  readonly mode: number;
  /** The names in it, in the order in which they are listed. */
  readonly names: () => readonly string[];
  readonly get: (name: string) => Node | undefined;
}

/** A symbolic link. */
export interface LinkNode {
  readonly kind: 'link';
  readonly mode: number;
  readonly target: string;
}

/** What a path may lead to. */
export type Node = FileNode | DirectoryNode | LinkNode;

/** A directory with fixed entries, which are made when they are asked for. */
export function directory(entries: Readonly<Record<string, () => Node>>): DirectoryNode {
  return {
    kind: 'directory',
    mode: 0o555,
    names: () => Object.keys(entries),
    get: (name) => (Object.hasOwn(entries, name) ? entries[name]?.() : undefined),
  };
}

/** A symbolic link. */
export function link(target: string): LinkNode {
  return { kind: 'link', mode: 0o777, target };
}
