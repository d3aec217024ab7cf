import { module, type kernel, type module_image } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from './faults.ts';
import type { Printk } from './printk.ts';

/** Which module of several that claim an alias is loaded for it: alias to module name. */
export type ModulePreferences = Readonly<Record<string, string>>;

/** The words that modules are loaded with when nobody gives others, by module: what `/etc/modprobe.d` is for. */
export type ModuleOptions = Readonly<Record<string, string>>;

/**
 * Where modules that are not loaded yet come from: what `/lib/modules` and its `modules.alias` are to modprobe.
 */
export interface ModuleSource {
  /** The modules whose aliases match, best first. */
  find(alias: string): readonly module_image[];
}

/** What a loaded module looks like from outside: a line of `/proc/modules`. */
export interface LoadedModule {
  /** What it is removed by: `rmmod`. */
  readonly name: string;
  /** How many users pin it; only at 0 can it be removed. */
  readonly refcnt: number;
  /** Where it stands: `MODULE_STATE_LIVE` but inside its own init and exit. */
  readonly state: module['state'];
  /** What it was loaded from. */
  readonly image: module_image;
}

/**
 * Loaded modules, and the loading of others by alias: kernel/module.
 */
export class Modules {
  readonly #kernel: kernel;
  readonly #faults: Faults;
  readonly #log: Printk;
  readonly #source: ModuleSource;
  readonly #options: ModuleOptions;
  readonly #loaded = new Map<string, module>();
  /** Modules that are built in: pinned for good and never listed. */
  readonly builtin: module;

  /**
   * @param options - the words that modules are loaded with when nobody gives others, by name
   */
  constructor(kernel: kernel, faults: Faults, log: Printk, source: ModuleSource, options: ModuleOptions = {}) {
    this.#options = options;
    this.#kernel = kernel;
    this.#faults = faults;
    this.#log = log;
    this.#source = source;
    this.builtin = new module(kernel, {
      name: 'vmlinux',
      authors: [],
      description: '',
      license: 'GPL',
      alias: [],
      init_module: () => 0,
      cleanup_module: () => undefined,
    });
    this.builtin.state = 'MODULE_STATE_LIVE';
  }

  /** The modules that are loaded, newest first, as `lsmod` lists them. */
  list(): LoadedModule[] {
    return [...this.#loaded.values()].reverse().map(({ image, refcnt, state }) => ({ name: image.name, refcnt, state, image }));
  }

  /** `init_module(2)`: EEXIST when a module of that name is loaded, else what its init says. */
  insert(image: module_image, args: string = this.#options[image.name] ?? ''): number {
    if (this.#loaded.has(image.name)) return -errno.EEXIST;
    if (this.#faults.shouldFail('module')) return -errno.ENOMEM;
    const mod = new module(this.#kernel, image);
    this.#loaded.set(image.name, mod);
    const error = this.#faults.refusal('init_module') || image.init_module(mod, args);
    if (error < 0) {
      this.#loaded.delete(image.name);
      return error;
    }
    mod.state = 'MODULE_STATE_LIVE';
    return 0;
  }

  /** `delete_module(2)`: ENOENT when it is not loaded, EWOULDBLOCK when something pins it, EBUSY while it comes or goes. */
  remove(name: string): number {
    const mod = this.#loaded.get(name);
    if (mod === undefined) return -errno.ENOENT;
    if (mod.state !== 'MODULE_STATE_LIVE') return -errno.EBUSY;
    if (mod.refcnt > 0) return -errno.EAGAIN;
    mod.state = 'MODULE_STATE_GOING';
    mod.image.cleanup_module(mod);
    this.#loaded.delete(name);
    return 0;
  }

  /** Removes every module that nothing pins, newest first; gives the names of those that stay. */
  removeAll(): string[] {
    return [...this.#loaded.keys()].reverse().filter((name) => this.remove(name) < 0);
  }

  /** `request_module`: loads what claims an alias. Whether that brought what the caller needs, the caller looks up. */
  request(alias: string): void {
    for (const image of this.#source.find(alias)) {
      if (this.#loaded.has(image.name)) return;
      const error = this.insert(image);
      if (error === 0) return;
      this.#log.write(3, `modprobe: could not insert '${image.name}': errno ${String(-error)}`);
    }
  }

  tryGet(mod: module): boolean {
    if (mod.state === 'MODULE_STATE_GOING') return false;
    mod.refcnt++;
    return true;
  }

  put(mod: module): void {
    if (mod.refcnt === 0) {
      this.#log.warn(`module_put: ${mod.image.name} is not pinned`);
      return;
    }
    mod.refcnt--;
  }
}

/**
 * A source over a list of modules.
 *
 * @param images - the modules, in the order in which they are tried
 * @param preferences - for aliases that several claim: the name of the one to load
 */
export function moduleSource(images: readonly module_image[], preferences: ModulePreferences = {}): ModuleSource {
  return {
    find(alias) {
      const preferred = preferences[alias];
      return images.filter(
        (image) => image.alias.some((pattern) => matches(pattern, alias)) && (preferred === undefined || image.name === preferred),
      );
    },
  };
}

/** Whether an alias of a module, in which `*` stands for any run of characters, covers what is asked for. */
function matches(pattern: string, alias: string): boolean {
  if (!pattern.includes('*')) return pattern === alias;
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(alias);
}
