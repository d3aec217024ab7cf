/// <reference types="node" />
import { createRequire } from 'node:module';
import process from 'node:process';
import { KernelError } from '@netdevkit/errno';
import type * as Koffi from 'koffi';

/** The foreign function interface. */
export type Ffi = typeof Koffi;

const ARCHITECTURES = ['x64', 'arm64'];

/**
 * Why the C library cannot be called in this process, as far as can be said without trying.
 *
 * @param platform - `process.platform`
 * @param architecture - `process.arch`
 * @returns a sentence, or `undefined` where it can
 *
 * @example
 * ```ts
 * import { whyUnavailable } from '@netdevkit/libc';
 *
 * const reason = whyUnavailable();
 * if (reason !== undefined) console.error(reason);
 * ```
 */
export function whyUnavailable(platform: string = process.platform, architecture: string = process.arch): string | undefined {
  if (platform !== 'linux') return `the host's kernel must be Linux, and this is ${platform}`;
  if (!ARCHITECTURES.includes(architecture)) return `the host must be ${ARCHITECTURES.join(' or ')}, and this is ${architecture}`;
  return undefined;
}

/**
 * Loads the foreign function interface. It is loaded when it is first needed, so that importing this package does nothing
 * on other systems.
 *
 * @throws KernelError `ENOSYS` where there is none
 */
export function loadFfi(): Ffi {
  const reason = whyUnavailable();
  if (reason !== undefined) throw new KernelError('ENOSYS', reason, { op: 'libc' });
  try {
    // CAST: what the module exports is what its declarations say.
    return createRequire(import.meta.url)('koffi') as Ffi;
  } catch (cause) {
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new KernelError('ENOSYS', `koffi, which calls the C library, cannot be loaded: ${why}; install it again with optional dependencies`, { op: 'libc', cause });
  }
}
