import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package.json. */
export interface Manifest {
  /** The file. */
  readonly path: string;
  /** The folder that it describes. */
  readonly directory: string;
  /** What it says; `undefined` when it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

interface Cached {
  readonly mtimeMs: number;
  readonly size: number;
  readonly manifest: Manifest;
}

// Files as they were last read. A long-lived editor process lints many times; an entry is only as good as its file's stamp.
const cache = new Map<string, Cached>();

function load(path: string): Manifest | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  const known = cache.get(path);
  if (known?.mtimeMs === stats.mtimeMs && known.size === stats.size) return known.manifest;
  const manifest = { path, directory: dirname(path), json: parseObject(readFileSync(path, 'utf8')) };
  cache.set(path, { mtimeMs: stats.mtimeMs, size: stats.size, manifest });
  return manifest;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The value, when it is an object that is no array. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/**
 * The package that a file belongs to: the nearest package.json above it that is unreadable or has a name. One without a
 * name (as in `dist/`, to say which module system the files are) describes no package.
 *
 * @param file - an absolute path
 */
export function manifestOf(file: string): Manifest | undefined {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const manifest = load(join(directory, 'package.json'));
    if (manifest !== undefined && (manifest.json === undefined || typeof manifest.json['name'] === 'string')) return manifest;
    if (directory === dirname(directory)) return undefined;
  }
}

const names = new Map<string, string | undefined>();

/**
 * The name of the package that a file belongs to. Remembered for good: which package a folder is does not change.
 *
 * @param file - an absolute path
 */
export function packageNameOf(file: string): string | undefined {
  const directory = dirname(file);
  if (names.has(directory)) return names.get(directory);
  const name = manifestOf(file)?.json?.['name'];
  const found = typeof name === 'string' ? name : undefined;
  names.set(directory, found);
  return found;
}
