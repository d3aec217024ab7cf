import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModuleCatalog } from '@netdevkit/kernel';
import { Module } from '@netdevkit/module';
import { parseManifest, type Manifest } from './manifest.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { matchesAlias } from './wildcard.ts';

/** Where a catalogue looks, and whom it tells what is wrong. */
export interface PackageCatalogOptions {
  /**
   * A folder in a project whose packages are looked at first: those that the package.json there, or in the nearest folder
   * above, names as dependencies.
   */
  readonly project?: string;
  /** Which package to load for an alias that several provide; comes before what the project's manifest says. */
  readonly prefer?: Readonly<Record<string, string>>;
  /** Told in a sentence of what cannot be loaded or is ambiguous. */
  readonly onProblem?: (problem: string) => void;
}

/** A package that is a module. */
interface Entry {
  readonly manifest: Manifest;
  /** Loads a module by the package's name, as the package that depends on it would. */
  readonly require: NodeJS.Require;
}

/**
 * Kernel modules in installed packages: what `/lib/modules` is to modprobe.
 *
 * A package is a module when its manifest lists aliases, `"netdevkit": { "alias": ["rtnl-link-nlmon"] }`, and its main export
 * is by default what `defineModule` made. It is loaded when one of them is asked for, and not before. Looked at are the
 * packages that the project depends on, then those that this package depends on.
 *
 * @example
 * ```ts
 * const kernel = new Kernel({ modules: new PackageCatalog({ project: process.cwd() }) });
 * ```
 */
export class PackageCatalog implements ModuleCatalog {
  readonly #options: PackageCatalogOptions;
  #entries: readonly Entry[] | undefined;
  #prefer: Readonly<Record<string, string>> = {};

  /**
   * @param options - where to look
   */
  constructor(options: PackageCatalogOptions = {}) {
    this.#options = options;
  }

  /**
   * The module for an alias: of the package that is preferred for it, else of the first that provides it.
   *
   * @param alias - such as `'rtnl-link-nlmon'`
   * @returns one module, or none when no package provides the alias or the one that does cannot be loaded
   */
  find(alias: string): readonly Module[] {
    const entries = (this.#entries ??= this.#scan()).filter(({ manifest }) => manifest.alias.some((pattern) => matchesAlias(pattern, alias)));
    const names = entries.map(({ manifest }) => manifest.name);
    const preferred = this.#options.prefer?.[alias] ?? this.#prefer[alias];
    const chosen = preferred === undefined ? entries[0] : entries.find(({ manifest }) => manifest.name === preferred);
    if (chosen === undefined) {
      if (preferred !== undefined) this.#problem(`${alias}: ${preferred} is preferred, but ${names.length === 0 ? 'nothing' : `only ${names.join(', ')}`} provides it`);
      return [];
    }
    if (preferred === undefined && entries.length > 1) {
      this.#problem(`${alias}: provided by ${names.join(', ')}; loading ${chosen.manifest.name} (--prefer ${alias}=PACKAGE chooses)`);
    }
    const module = this.#load(chosen);
    return module === undefined ? [] : [module];
  }

  #load({ manifest, require }: Entry): Module | undefined {
    let exported: unknown;
    try {
      exported = require(manifest.name);
    } catch (error) {
      this.#problem(`${manifest.name}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
    const module = typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : exported;
    if (module instanceof Module) return module;
    this.#problem(`${manifest.name}: its default export is not what defineModule of this @netdevkit/module made`);
    return undefined;
  }

  /** The packages that are modules: the project's in its manifest's order, then this package's. */
  #scan(): Entry[] {
    const entries = new Map<string, Entry>();
    const folders = [fileURLToPath(OWN_FOLDER)];
    const project = this.#options.project === undefined ? undefined : projectFolder(this.#options.project);
    if (project !== undefined) folders.unshift(project);
    for (const folder of folders) {
      const own = this.#read(join(folder, 'package.json'));
      if (own === undefined) continue;
      if (folder === project) this.#prefer = own.prefer;
      const require = createRequire(join(folder, 'package.json'));
      for (const name of own.dependencies) {
        if (entries.has(name)) continue;
        const manifest = this.#dependency(folder, name);
        if (manifest?.name === name && manifest.alias.length > 0) entries.set(name, { manifest, require });
      }
    }
    return [...entries.values()];
  }

  /** The manifest of a dependency, from the nearest `node_modules` that has it. */
  #dependency(folder: string, name: string): Manifest | undefined {
    // A name is a path below node_modules; one that leads out of it is no package's.
    if (!/^(?:@[\w.-]+\/)?\w[\w.-]*$/.test(name)) return undefined;
    for (const above of foldersAbove(folder)) {
      const manifest = this.#read(join(above, 'node_modules', name, 'package.json'));
      if (manifest !== undefined) return manifest;
    }
    return undefined;
  }

  /** A manifest; `undefined` when there is none that can be read. */
  #read(path: string): Manifest | undefined {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
    try {
      return parseManifest(text);
    } catch (error) {
      this.#problem(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  #problem(text: string): void {
    this.#options.onProblem?.(text);
  }
}

/** The nearest folder with a manifest. */
function projectFolder(start: string): string | undefined {
  return foldersAbove(resolve(start)).find((folder) => {
    try {
      readFileSync(join(folder, 'package.json'));
      return true;
    } catch {
      return false;
    }
  });
}

/** A folder and those above it. */
function foldersAbove(folder: string): string[] {
  const folders: string[] = [];
  const { root } = parse(folder);
  for (let at = folder; ; at = dirname(at)) {
    folders.push(at);
    if (at === root) return folders;
  }
}
