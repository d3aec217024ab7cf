import type { FileStatus } from '@netdevkit/kernel';
import type { Architecture } from './abi.ts';

const TYPES: Readonly<Record<FileStatus['kind'], number>> = { file: 0o100000, directory: 0o040000, link: 0o120000 };
const BLOCK = 4096;
/** STATX_BASIC_STATS (include/uapi/linux/stat.h). */
const STATX_BASIC_STATS = 0x7ff;
/** `struct stat`: 144 octets on x86-64, 128 on arm64. */
const STAT = {
  x64: { SIZE: 144, inode: 8, links: 16, mode: 24, size: 48, blockSize: 56 },
  arm64: { SIZE: 128, inode: 8, links: 20, mode: 16, size: 48, blockSize: 56 },
};
/** `struct statx`, 256 octets. */
const STATX = { SIZE: 256, mask: 0, blockSize: 4, links: 16, mode: 28, inode: 32, size: 40 };

/** What `stat(2)` leaves: owned by root, at no particular time. */
export function statBytes(architecture: Architecture, status: FileStatus, inode: number): Uint8Array {
  const layout = STAT[architecture];
  const view = new DataView(new ArrayBuffer(layout.SIZE));
  view.setBigUint64(layout.inode, BigInt(inode), true);
  view.setUint32(layout.links, linksOf(status), true);
  view.setUint32(layout.mode, TYPES[status.kind] | status.mode, true);
  view.setBigInt64(layout.size, BigInt(status.size), true);
  view.setInt32(layout.blockSize, BLOCK, true);
  return new Uint8Array(view.buffer);
}

/** What `statx(2)` leaves. */
export function statxBytes(status: FileStatus, inode: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(STATX.SIZE));
  view.setUint32(STATX.mask, STATX_BASIC_STATS, true);
  view.setUint32(STATX.blockSize, BLOCK, true);
  view.setUint32(STATX.links, linksOf(status), true);
  view.setUint16(STATX.mode, TYPES[status.kind] | status.mode, true);
  view.setBigUint64(STATX.inode, BigInt(inode), true);
  view.setBigUint64(STATX.size, BigInt(status.size), true);
  return new Uint8Array(view.buffer);
}

function linksOf({ kind }: FileStatus): number {
  return kind === 'directory' ? 2 : 1;
}
