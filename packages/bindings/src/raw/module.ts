import type { kernel } from './kernel.ts';

/**
 * What a module's author declares, before any kernel has loaded it: the `.modinfo` section with init and exit.
 */
export interface module_image {
  readonly name: string;
  readonly authors: readonly string[];
  readonly description: string;
  readonly license: string;
  /** What `request_module` may ask for, such as `rtnl-link-nlmon`. `*` stands for any run of characters. */
  readonly alias: readonly string[];
  /**
   * 0 or a negative errno; on an error nothing may be left behind.
   *
   * @param args - the words that the module is loaded with, such as `numdummies=2`
   */
  init_module(mod: module, args: string): number;
  cleanup_module(mod: module): void;
}

/** `enum module_state`. */
export type module_state = 'MODULE_STATE_COMING' | 'MODULE_STATE_LIVE' | 'MODULE_STATE_GOING';

/**
 * `struct module`: a module in a kernel.
 */
export class module {
  readonly kernel: kernel;
  readonly image: module_image;
  state: module_state = 'MODULE_STATE_COMING';
  /** How many users pin it. */
  refcnt = 0;
  /** What `init_module` left for `cleanup_module`. */
  data: object | null = null;

  constructor(owner: kernel, image: module_image) {
    this.kernel = owner;
    this.image = image;
  }
}
