import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Host, type HostTap } from '../src/index.ts';
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
export async function until(what: () => boolean, text: string, seconds = 60): Promise<void> {
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
