import type { ChildProcess } from 'node:child_process';

const PATIENCE_MS = 60_000;

/** What became of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Waits for the end of a process, and of its output. */
export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => { resolve({ code, signal }); });
  });
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !condition(); ) {
    if (performance.now() > end) throw new Error('it takes too long');
    await pause(20);
  }
}

/** Waits. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
