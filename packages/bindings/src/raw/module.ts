import type { kernel } from './kernel.ts';

/**
 * What a module's author declares, before any kernel has loaded it: the `.modinfo` section with init and exit.
 */
export interface module_image {
  /** The name that `lsmod` and `rmmod` know it by: one of a kernel's modules has it. */
  readonly name: string;
  /** `MODULE_AUTHOR`, as often as it is given: `Name <address>`. */
  readonly authors: readonly string[];
  /** `MODULE_DESCRIPTION`: one line on what it is for. */
  readonly description: string;
  /** `MODULE_LICENSE`, such as `GPL` or `Dual MIT/GPL`. */
  readonly license: string;
  /** What `request_module` may ask for, such as `rtnl-link-nlmon`. `*` stands for any run of characters. */
  readonly alias: readonly string[];
  /**
   * 0 or a negative errno; on an error nothing may be left behind.
   *
   * @param args - the words that the module is loaded with, such as `numdummies=2`
   */
  init_module(mod: module, args: string): number;
  /** Undoes `init_module`. Called once, when nothing pins the module any more; it cannot refuse. */
  cleanup_module(mod: module): void;
}

/** `enum module_state`. */
export type module_state = 'MODULE_STATE_COMING' | 'MODULE_STATE_LIVE' | 'MODULE_STATE_GOING';

/**
 * `struct module` (include/linux/module.h): a module in a kernel.
 */
export class module {
  /** The kernel that loaded it, on which the module's raw functions are called. */
  readonly kernel: kernel;
  /** What it was loaded from; another kernel may have loaded the same. */
  readonly image: module_image;
  /** COMING inside `init_module`, LIVE once that has given 0, GOING inside `cleanup_module`; the core's to change. */
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
