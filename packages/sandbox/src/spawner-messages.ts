import type { StdioOptions } from 'node:child_process';

/** What the spawner's thread is started with. */
export interface SpawnerData {
  /** The filter: an array of `struct sock_filter`. */
  readonly program: Uint8Array;
  readonly killable: boolean;
  /**
   * Where the thread leaves its listener, plus one, and its own number: a message that the filter traps would wait for whom
   * it is to tell.
   */
  readonly ready: Int32Array<SharedArrayBuffer>;
}

/** What of a program's options crosses to the spawner's thread: all of it can be copied. */
export interface SpawnSettings {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv0?: string;
  readonly detached?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly shell?: boolean | string;
  /** Numbers of this process's descriptors, and `ignore`. */
  readonly stdio: Extract<StdioOptions, readonly unknown[]>;
}

/** To the spawner's thread. */
export type SpawnerRequest =
  | { readonly type: 'spawn'; readonly id: number; readonly file: string; readonly args: readonly string[]; readonly settings: SpawnSettings }
  | { readonly type: 'close' };

/** An error of `spawn`, as far as it can be copied. */
export interface SpawnFailure {
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
  readonly path?: string;
  readonly spawnargs?: readonly string[];
}

/** From the spawner's thread. */
export type SpawnerReply =
  | { readonly type: 'refused'; readonly errno: number; readonly op: string }
  | { readonly type: 'spawned'; readonly id: number; readonly pid: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: SpawnFailure }
  | { readonly type: 'exited'; readonly id: number; readonly code: number | null; readonly signal: NodeJS.Signals | null };
