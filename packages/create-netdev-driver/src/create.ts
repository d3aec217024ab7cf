import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const template = fileURLToPath(new URL('../template', import.meta.url));

/** What {@link createDriver} makes. */
export interface DriverPlan {
  /** Where: an absolute path. What is there must be empty. */
  readonly folder: string;
  /** The package's name. */
  readonly name: string;
  /** The kind of link: what `ip link add type` is told. */
  readonly kind: string;
}

/**
 * Makes a package: a driver, its tests, lint and documents.
 *
 * @param plan - where, and its names
 * @returns the files, relative to the folder, in order
 * @throws Error with the code `ENOTEMPTY` when there is something in the folder; what the file system throws
 */
export function createDriver(plan: DriverPlan): string[] {
  const { folder, name, kind } = plan;
  if (!isEmpty(folder)) throw Object.assign(new Error(`${folder} is not empty`), { code: 'ENOTEMPTY' });
  const words: Record<string, string> = { name, kind, class: classOf(kind), version: versionRange() };
  const files: string[] = [];
  for (const entry of readdirSync(template, { recursive: true, encoding: 'utf8' }).sort()) {
    const source = join(template, entry);
    if (!statSync(source).isFile()) continue;
    // npm leaves files out whose names begin with a dot, or takes them for its own.
    const file = fill(entry.replaceAll(/(^|[/\\])_/g, '$1.').replace(/\.tmpl$/, ''), words);
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fill(readFileSync(source, 'utf8'), words), { flag: 'wx' });
    files.push(file);
  }
  return files;
}

function isEmpty(folder: string): boolean {
  try {
    // A repository without anything in it yet is empty.
    return readdirSync(folder).every((entry) => entry === '.git');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}

function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`the template asks for ${word}`);
    return value;
  });
}

/** `my_echo` is driven by `MyEcho`. */
function classOf(kind: string): string {
  return kind.replaceAll(/(?:^|_+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll('_', '');
}

/** The packages are released together with this one. */
function versionRange(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) throw new Error('package.json has no version');
  return `^${String(manifest.version)}`;
}
