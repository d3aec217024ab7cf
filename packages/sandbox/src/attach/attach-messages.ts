import { constants } from 'node:os';

/** What who attaches asks for, with its three standard descriptors. */
export interface RunRequest {
  readonly type: 'run';
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What it may say later. */
export interface SignalRequest {
  readonly type: 'signal';
  readonly signal: NodeJS.Signals;
}

/** What it is told. */
export type AttachReply =
  | { readonly type: 'spawn'; readonly pid: number }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'error'; readonly message: string; readonly code?: string; readonly errno?: number };

/**
 * Reads a request; `undefined` for anything else. Whoever may connect may run programs anyway, so this looks at its form only.
 */
export function parseRequest(text: string): RunRequest | SignalRequest | undefined {
  const request = parse(text);
  if (!isRecord(request)) return undefined;
  const { type, file, args, cwd, env, signal } = request;
  if (type === 'signal' && isSignal(signal)) return { type, signal };
  if (type !== 'run' || typeof file !== 'string' || typeof cwd !== 'string' || !isRecord(env)) return undefined;
  if (!Array.isArray(args) || !args.every((arg): arg is string => typeof arg === 'string')) return undefined;
  const variables = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { type, file, args, cwd, env: Object.fromEntries(variables) };
}

/** Reads a reply; `undefined` for anything else. */
export function parseReply(text: string): AttachReply | undefined {
  const reply = parse(text);
  if (!isRecord(reply)) return undefined;
  const { type, pid, code, signal, message, errno } = reply;
  if (type === 'spawn' && typeof pid === 'number') return { type, pid };
  if (type === 'exit' && (code === null || typeof code === 'number') && (signal === null || isSignal(signal))) return { type, code, signal };
  if (type !== 'error' || typeof message !== 'string') return undefined;
  return { type, message, ...(typeof code === 'string' ? { code } : {}), ...(typeof errno === 'number' ? { errno } : {}) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSignal(value: unknown): value is NodeJS.Signals {
  return typeof value === 'string' && Object.hasOwn(constants.signals, value);
}
