import type { log_level, module, module_image } from '@netdevkit/bindings/raw';
import { fromResult } from '@netdevkit/errno';
import { parseParameters, type NoParameters, type ParameterDefinitions, type ParameterValues } from './parameters.ts';

/** What {@link defineModule} is told. */
export interface ModuleDeclaration<P extends ParameterDefinitions = NoParameters> {
  /** The name, as `lsmod` shows it: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Who wrote it. */
  readonly authors: readonly string[];
  /** One line on what it does. */
  readonly description: string;
  /** Its licence. */
  readonly license: string;
  /**
   * What makes a kernel load it, such as `rtnl-link-nlmon` for a link kind; `*` stands for any run of characters.
   * The package's manifest lists the same under `netdevkit.alias`, so that installed modules are found unloaded.
   */
  readonly alias: readonly string[];
  /** What may be said when the module is loaded, such as `numdummies=2`. */
  readonly parameters?: P;
  /**
   * Sets the module up in a kernel.
   *
   * @param module - the module, for what it registers
   * @param parameters - what was said of each parameter, else its default
   * @returns what the module's exit disposes
   * @throws KernelError with the errno that loading fails with; what was set up before must be undone by then
   */
  init(module: ThisModule, parameters: ParameterValues<P>): Disposable;
}

/**
 * A module that a kernel can load: `kernel.insmod(module)`.
 *
 * C twin: what `module_init`, `module_exit` and `MODULE_*` declare. Made by {@link defineModule}.
 *
 * @remarks
 * # Invariants
 *
 * The image's init and exit cross into TypeScript through `fromResult` alone: no throw reaches a kernel.
 */
export class Module {
  readonly #image: module_image;

  /** @internal */
  constructor(image: module_image) {
    this.#image = image;
  }

  /** The name, as `lsmod` shows it. */
  get name(): string {
    return this.#image.name;
  }

  /** Who wrote it. */
  get authors(): readonly string[] {
    return this.#image.authors;
  }

  /** One line on what it does. */
  get description(): string {
    return this.#image.description;
  }

  /** Its licence. */
  get license(): string {
    return this.#image.license;
  }

  /** What makes a kernel load it. */
  get alias(): readonly string[] {
    return this.#image.alias;
  }

  /** @internal */
  static imageOf(module: Module): module_image {
    return module.#image;
  }
}

/**
 * A module inside the kernel that has loaded it: what its init is handed and registers things with. Dead once the module
 * has been unloaded, or was not loaded because its init failed: every use then throws.
 *
 * C twin: `THIS_MODULE`.
 *
 * @remarks
 * # Invariants
 *
 * - While the raw module is not `null`, the kernel that made this handle has it loaded or is loading it.
 * - What is held has not ended yet.
 */
export class ThisModule {
  #raw: module | null;
  readonly #held = new Set<Disposable>();

  /** @internal */
  constructor(raw: module) {
    // INVARIANT: made by init_module alone, of the module that its kernel is loading; ended when that fails, and by exit.
    this.#raw = raw;
  }

  /** The name, as `lsmod` shows it. */
  get name(): string {
    return this.#live().image.name;
  }

  /** Writes a line into the kernel's log, as `pr_info` does. */
  info(text: string): void {
    this.#print(6, text);
  }

  /** Writes a line into the kernel's log, as `pr_warn` does. */
  warn(text: string): void {
    this.#print(4, text);
  }

  /** Writes a line into the kernel's log, as `pr_err` does. */
  error(text: string): void {
    this.#print(3, text);
  }

  #print(level: log_level, text: string): void {
    const raw = this.#live();
    // SAFETY: the raw module is alive by this class's invariant; printk has no other condition.
    raw.kernel.printk(level, `${raw.image.name}: ${text}`);
  }

  #live(): module {
    if (this.#raw === null) throw new TypeError('ThisModule: used after the module was unloaded');
    return this.#raw;
  }

  /** @internal */
  static rawOf(module: ThisModule): module {
    return module.#live();
  }

  /** @internal */
  static hold(module: ThisModule, held: Disposable): () => void {
    // INVARIANT: whoever ends it by itself lets go of it first.
    module.#held.add(held);
    return () => {
      module.#held.delete(held);
    };
  }

  /** @internal */
  static end(module: ThisModule): void {
    // The last first, as a module that undoes what it did would.
    for (const held of [...module.#held].reverse()) {
      module.warn('left something registered, which goes now');
      held[Symbol.dispose]();
    }
    module.#raw = null;
  }
}

/** What a module's init leaves for its exit. */
class Loaded {
  readonly handle: ThisModule;
  readonly own: Disposable;

  constructor(handle: ThisModule, own: Disposable) {
    this.handle = handle;
    this.own = own;
  }
}

/**
 * Declares a module.
 *
 * C twin: `module_init`, `module_exit`, `MODULE_AUTHOR`, `MODULE_DESCRIPTION`, `MODULE_LICENSE`, `MODULE_ALIAS`
 * (include/linux/module.h).
 *
 * @param declaration - its name, what it is, and what it sets up
 * @returns the module, for `kernel.insmod` or a kernel's list of loadable modules
 * @throws TypeError when the name or an alias is no such thing
 *
 * @example
 * ```ts
 * export default defineModule({
 *   name: 'nlmon',
 *   authors: ['A. Hacker'],
 *   description: 'Netlink monitoring device',
 *   license: 'MIT',
 *   alias: ['rtnl-link-nlmon'],
 *   init: (module) => rtnl.register(module, new Nlmon()),
 * });
 * ```
 */
export function defineModule<P extends ParameterDefinitions = NoParameters>(declaration: ModuleDeclaration<P>): Module {
  const { name, authors, description, license, alias } = declaration;
  if (!/^[A-Za-z0-9_-]{1,55}$/.test(name)) {
    throw new TypeError(`name: expected 1 to 55 letters, digits, "_" or "-", got ${JSON.stringify(name)}`);
  }
  for (const pattern of alias) {
    if (!/^\S+$/.test(pattern)) throw new TypeError(`alias: expected words without blanks, got ${JSON.stringify(pattern)}`);
  }
  return new Module({
    name,
    authors: [...authors],
    description,
    license,
    alias: [...alias],
    init_module(raw, args) {
      const handle = new ThisModule(raw);
      const error = fromResult(() => {
        // CAST: a module without parameters has P = NoParameters, of which {} is the one value.
        const definitions = declaration.parameters ?? ({} as P);
        const parameters = parseParameters(definitions, args, (text) => {
          handle.warn(text);
        });
        const own: unknown = declaration.init(handle, parameters);
        if (!isDisposable(own)) throw new TypeError(`init: expected something to dispose, got ${typeof own}`);
        raw.data = new Loaded(handle, own);
      }, reporter(raw, 'init'));
      // INVARIANT: a module that was not loaded has no live handle.
      if (error < 0) ThisModule.end(handle);
      return error;
    },
    cleanup_module(raw) {
      const { data } = raw;
      raw.data = null;
      if (!(data instanceof Loaded)) return;
      fromResult(() => {
        data.own[Symbol.dispose]();
      }, reporter(raw, 'exit'));
      // INVARIANT: the module's code is through.
      ThisModule.end(data.handle);
    },
  });
}

/**
 * What a kernel loads of a module.
 *
 * # Safety
 *
 * - The image's functions are called by a kernel alone: init first, exit at most once and after a successful init.
 */
export function imageOfUnsafe(module: Module): module_image {
  return Module.imageOf(module);
}

/**
 * The raw module behind a handle.
 *
 * # Safety
 *
 * - The result is not kept past the module's exit.
 * - Its fields are changed by the kernel alone.
 *
 * @throws TypeError when the module was unloaded
 */
export function rawModuleUnsafe(module: ThisModule): module {
  return ThisModule.rawOf(module);
}

/**
 * Has something end with a module, should the module's init fail or its exit forget it: what refers to the module must not
 * outlive it.
 *
 * # Safety
 *
 * - Ending `held` does not throw.
 * - The result is called before `held` ends otherwise.
 *
 * @param held - what is ended
 * @returns lets go of it
 */
export function holdUnsafe(module: ThisModule, held: Disposable): () => void {
  return ThisModule.hold(module, held);
}

function reporter(raw: module, what: string): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // SAFETY: the kernel called us with its own module; printk has no other condition.
    raw.kernel.printk(3, `${raw.image.name}: ${what} threw ${text}`);
  };
}

function isDisposable(value: unknown): value is Disposable {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return Symbol.dispose in value && typeof value[Symbol.dispose] === 'function';
}
