import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command's entry point, as source. */
export const MAIN: string = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** How a run of the command ended. */
export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How to run the command. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Buffer;
  /** Close the reading end of standard output after this many octets. */
  readonly closeAfter?: number;
  /** The file at whose end standard output goes; what is collected is nothing then. */
  readonly appendTo?: string;
}

/** Arguments of Node for a script of this package. */
export const NODE_ARGS: readonly string[] = ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning'];

/** Runs `nlmon`, with workspace packages as source. */
export function nlmon(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const env: NodeJS.ProcessEnv = { ...process.env, TZ: 'UTC', ...options.env };
  // What runs the tests is no business of the command.
  if (options.env?.['NO_COLOR'] === undefined) delete env['NO_COLOR'];
  delete env['FORCE_COLOR'];
  const file = options.appendTo === undefined ? undefined : openSync(options.appendTo, 'a');
  const child = spawn(process.execPath, [...NODE_ARGS, MAIN, ...args], { cwd: options.cwd, env, stdio: ['pipe', file ?? 'pipe', 'pipe'] });
  if (file !== undefined) closeSync(file);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);
  const chunks: Buffer[] = [];
  let length = 0;
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (options.closeAfter !== undefined && length >= options.closeAfter) child.stdout?.destroy();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(chunks), stderr }));
  });
}

/** The lines of what was printed. */
export function lines(run: Run): string[] {
  return run.stdout.toString().split('\n').slice(0, -1);
}
