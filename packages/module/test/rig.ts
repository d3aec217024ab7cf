import { module, type kernel, type log_level } from '@netdevkit/bindings/raw';
import { defineModule, type ModuleDeclaration, type ThisModule } from '../src/index.ts';
import { imageOfUnsafe } from '../src/unsafe.ts';

/** A declaration that tests complete. */
export const DECLARED: ModuleDeclaration = {
  name: 'sample',
  authors: ['One', 'Two'],
  description: 'A sample',
  license: 'MIT',
  alias: ['sample-*', 'other'],
  init: () => ({ [Symbol.dispose]: () => undefined }),
};

/** As much of a kernel as modules use: a log. */
export class LogKernel {
  readonly lines: Array<readonly [log_level, string]> = [];
  // CAST: a module calls printk alone.
  readonly #raw = {
    printk: (level: log_level, text: string) => {
      this.lines.push([level, text]);
    },
  } as unknown as kernel;

  /** Loads a module as a kernel does. */
  load(init: (module: ThisModule) => Disposable): { readonly raw: module; readonly error: number } {
    const image = imageOfUnsafe(defineModule({ ...DECLARED, init }));
    const raw = new module(this.#raw, image);
    return { raw, error: image.init_module(raw, '') };
  }

  /** Unloads it. */
  unload(raw: module): void {
    raw.image.cleanup_module(raw);
  }
}
