import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { OracleError } from '../oracle-error.ts';
import { runTool } from '../tools.ts';

// Documentation/arch/x86/boot.rst: the header of a bzImage.
const SETUP_SECTORS = 0x1f1;
const SECTOR = 512;
const MAGIC = 0x202;
const MAGIC_VALUE = 0x53726448;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** The octets behind the compressed ones that say how many they become. */
const SIZE = 4;
const ELF = 0x464c457f;

/**
 * Takes the kernel out of a bzImage. Started as it is, it need not decompress itself, which takes seconds where processors
 * are emulated.
 *
 * @param image - `/boot/vmlinuz-*`
 * @returns an ELF file
 * @throws OracleError: it is no bzImage, or compressed in a way that is not known
 */
export function kernelPayload(image: Uint8Array): Uint8Array {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (image.length < PAYLOAD_LENGTH + SIZE || view.getUint32(MAGIC, true) !== MAGIC_VALUE) throw new OracleError('the kernel is no bzImage');
  const start = ((view.getUint8(SETUP_SECTORS) || 4) + 1) * SECTOR + view.getUint32(PAYLOAD_OFFSET, true);
  const end = start + view.getUint32(PAYLOAD_LENGTH, true) - SIZE;
  if (end > image.length || end <= start) throw new OracleError('the kernel is cut off');
  const kernel = decompress(image.subarray(start, end));
  if (kernel.length < SIZE || new DataView(kernel.buffer, kernel.byteOffset).getUint32(0, true) !== ELF) throw new OracleError('the kernel is no ELF file');
  return kernel;
}

function decompress(bytes: Uint8Array): Uint8Array {
  const magic = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  if (magic.startsWith('1f8b')) return gunzipSync(bytes);
  if (magic.startsWith('28b52ffd')) return zstdDecompressSync(bytes);
  if (magic === 'fd377a585a00') return runTool('xz', ['-dc', '--single-stream'], { input: bytes });
  throw new OracleError(`the kernel is compressed in a way that is not known here (${magic})`);
}
