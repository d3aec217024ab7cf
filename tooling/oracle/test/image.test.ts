import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { kernelPayload } from '../src/image/kernel-payload.ts';
import { isWanted, loadOrder } from '../src/image/modules.ts';

const ELF = Buffer.from('\x7fELF and so on', 'latin1');

/** A bzImage of two sectors of setup, with a payload 16 octets into the rest. */
function bzImage(payload: Uint8Array): Buffer {
  const image = Buffer.alloc(3 * 512 + 16 + payload.length + 4 + 100);
  image[0x1f1] = 2;
  image.writeUInt32LE(0x53726448, 0x202);
  image.writeUInt32LE(16, 0x248);
  image.writeUInt32LE(payload.length + 4, 0x24c);
  image.set(payload, 3 * 512 + 16);
  image.writeUInt32LE(ELF.length, 3 * 512 + 16 + payload.length);
  return image;
}

describe('kernelPayload', () => {
  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('takes an ELF kernel out, compressed with %s', (_name, compress) => {
    expect(Buffer.from(kernelPayload(bzImage(compress(ELF))))).toEqual(ELF);
  });

  it('refuses what is no kernel', () => {
    expect(() => kernelPayload(ELF)).toThrow('no bzImage');
    expect(() => kernelPayload(bzImage(Buffer.from('BZh9AY')))).toThrow('a way that is not known here (425a68394159)');
    expect(() => kernelPayload(bzImage(gzipSync('no kernel')))).toThrow('no ELF file');
    expect(() => kernelPayload(bzImage(gzipSync(ELF)).subarray(0, 0x700))).not.toThrow();
    const short = bzImage(gzipSync(ELF)).subarray(0, 3 * 512 + 20);
    expect(() => kernelPayload(short)).toThrow('cut off');
  });
});

describe('isWanted', () => {
  it.each([
    ['net/core/pktgen.ko.xz', true],
    ['drivers/net/nlmon.ko.xz', true],
    ['drivers/net/team/team.ko', true],
    ['drivers/net/ethernet/intel/e1000/e1000.ko.xz', false],
    ['fs/ext4/ext4.ko.zst', true],
    ['fs/mbcache.ko.xz', true],
    ['fs/btrfs/btrfs.ko.xz', false],
    ['net/core/modules.order', false],
  ])('%s: %s', (path, expected) => expect(isWanted(path)).toBe(expected));
});

describe('loadOrder', () => {
  it('puts what is needed first, and each module once', () => {
    const table = 'kernel/a.ko: kernel/b-c.ko kernel/d.ko\nkernel/b-c.ko: kernel/d.ko\nkernel/d.ko:\nkernel/e.ko:\n';
    expect(loadOrder(table, ['a', 'built_in', 'b_c'])).toEqual(['kernel/d.ko', 'kernel/b-c.ko', 'kernel/a.ko']);
  });
});
