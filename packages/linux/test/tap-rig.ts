import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostNamespace, HostTap } from '../src/index.ts';
import { Host } from '../src/index.ts';
import { privateNamespace } from './private-namespace.ts';

/** Whether tests can make interfaces, and why not. */
export const tunnels: { readonly supported: boolean; readonly reason: string } = look();

function look(): { readonly supported: boolean; readonly reason: string } {
  if (!privateNamespace.supported) return { supported: false, reason: privateNamespace.reason };
  try {
    using host = new Host();
    using namespace = host.createNamespace();
    host.tap({ namespace }).close();
    return { supported: true, reason: '' };
  } catch (error) {
    return { supported: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A host with a namespace of its own. */
export class TapRig implements Disposable {
  readonly host: Host = new Host({ trackLeaks: true });
  readonly namespace: HostNamespace = this.host.createNamespace();

  /** Closes everything, and sees that nothing is left open. */
  [Symbol.dispose](): void {
    this.namespace.close();
    const left = this.host.openDescriptors();
    this.host.close();
    if (left.length > 0) throw new Error(`left open: ${left.map(({ what, where = '' }) => `${what} ${where}`).join('\n')}`);
  }
}

/** What a tap read, and how reading ended. */
export class Reader {
  readonly frames: { readonly queue: number; readonly bytes: Uint8Array; readonly protocol: number }[] = [];
  readonly failures: unknown[] = [];

  constructor(tap: HostTap) {
    tap.start(
      (queue, bytes, offset, length, protocol) => {
        this.frames.push({ queue, bytes: bytes.slice(offset, offset + length), protocol });
      },
      (error) => {
        this.failures.push(error);
      },
    );
  }
}

/** Waits until something holds; fails after some seconds. */
export async function until(what: () => boolean, text: string, seconds = 10): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !what(); ) {
    if (performance.now() > end) throw new Error(`waited in vain: ${text}`);
    await sleep(2);
  }
}

/** Descriptors of this process that lead to a path. */
export function descriptorsOf(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
}
