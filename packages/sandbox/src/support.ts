import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { errno } from '@netdevkit/errno';
import { whyUnavailable } from '@netdevkit/libc';
import { Libc } from '@netdevkit/libc/unsafe';
import { abiOf, type Abi } from './abi.ts';
import { CAP_SYS_PTRACE, hasCapability } from './process-info.ts';
import { probeRemoteMemory } from './remote-memory.unsafe.ts';
import { probeFilter } from './seccomp.unsafe.ts';

/** What this host allows. */
export interface Support {
  /** Whether programs can be sandboxed here. */
  readonly available: boolean;
  /** Why not, or why not everything: sentences for people. */
  readonly reasons: readonly string[];
  /**
   * Whether calls that were taken up are interrupted by fatal signals only (Linux 5.19). Without it a signal may interrupt
   * any of them, and what had its effect is remembered until the call comes again.
   */
  readonly killable: boolean;
  /** Whether only descendants' memory may be read, so that a daemon has to become a child of this process. */
  readonly descendantsOnly: boolean;
  /** `kernel.yama.ptrace_scope`; `undefined` without Yama. */
  readonly ptraceScope: number | undefined;
  /** The kernel's release. */
  readonly release: string;
}

const YAMA = '/proc/sys/kernel/yama/ptrace_scope';

/**
 * What this host allows. Nothing is installed or started to find out.
 *
 * @example
 * ```ts
 * import { support } from '@netdevkit/sandbox';
 *
 * const { available, reasons } = support();
 * if (!available) console.error(reasons.join('\n'));
 * ```
 */
export function support(): Support {
  const nothing = { available: false, killable: false, descendantsOnly: false, ptraceScope: undefined, release: release() };
  const missing = whyUnavailable();
  if (missing !== undefined) return { ...nothing, reasons: [missing] };
  let libc: Libc;
  try {
    libc = Libc.open();
  } catch (error) {
    return { ...nothing, reasons: [error instanceof Error ? error.message : String(error)] };
  }
  const abi = abiOf(libc.architecture);
  const killable = probeFilter(libc, abi, true) === 0;
  const ptraceScope = readNumber(YAMA);
  const refusals = [...filterReasons(libc, abi), ...memoryReasons(libc, ptraceScope)];
  const notes = killable || refusals.length > 0 ? [] : ['the kernel is older than 5.19: a signal may interrupt any intercepted call'];
  const descendantsOnly = ptraceScope === 1 && !hasCapability(CAP_SYS_PTRACE);
  return { available: refusals.length === 0, reasons: [...refusals, ...notes], killable, descendantsOnly, ptraceScope, release: release() };
}

function filterReasons(libc: Libc, abi: Abi): string[] {
  const result = probeFilter(libc, abi, false);
  if (result === 0) return [];
  if (result === -errno.EINVAL) return ['the kernel is older than 5.9, or was built without CONFIG_SECCOMP_FILTER'];
  return [`seccomp(2) is refused here with errno ${String(-result)}, as by the filter of a container`];
}

/** Who may read and write the memory of its children. */
function memoryReasons(libc: Libc, ptraceScope: number | undefined): string[] {
  const result = probeRemoteMemory(libc);
  if (result < 0) return [`process_vm_readv(2) is refused here with errno ${String(-result)}, as by the filter of a container, and /proc/PID/mem cannot be opened`];
  if (ptraceScope === undefined || ptraceScope < 2) return [];
  if (ptraceScope === 2 && hasCapability(CAP_SYS_PTRACE)) return [];
  return [`${YAMA} is ${String(ptraceScope)}, which lets ${ptraceScope === 2 ? 'only CAP_SYS_PTRACE' : 'nobody'} read the memory of programs`];
}

function readNumber(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'latin1'));
  } catch {
    return undefined;
  }
}
