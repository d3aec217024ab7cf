import { noUnsafeImports } from '../../src/rules/no-unsafe-imports.ts';
import { typedTester } from '../support/tester.ts';

typedTester().run('no-unsafe-imports', noUnsafeImports, {
  valid: [
    "import { SkBuff } from '@netdevkit/skbuff'; void SkBuff;",
    "import { readFileSync } from 'node:fs'; void readFileSync;",
    "import { a } from './script.js'; import b from '../package.json'; export * from './unsafe-ish.ts'; void a; void b;",
    "export type { Device } from '@netdevkit/netdevice'; export const a = 'unsafe';",
    { name: 'a package of another scope', code: "import { a } from '@other/bindings'; import b from 'safe/unsafe'; void a; void b;" },
    { name: 'a file beside package.json may import what is beside it', code: "import { a } from './src/index.ts'; void a;", filename: 'manifests/flat/index.ts' },
  ],
  invalid: [
    {
      name: 'the raw layer',
      code: "import { kernel } from '@netdevkit/bindings/raw';\nimport type { sk_buff } from '@netdevkit/bindings/raw';\nexport * from '@netdevkit/bindings';\nexport { Kernel } from '@netdevkit/kernel';\nimport '@netdevkit/linux/anything';",
      errors: [
        { messageId: 'raw', data: { specifier: '@netdevkit/bindings/raw' }, line: 1, column: 24, endColumn: 49 },
        { messageId: 'raw', line: 2, column: 30 },
        { messageId: 'raw', line: 3, column: 15 },
        { messageId: 'raw', line: 4, column: 24 },
        { messageId: 'raw', line: 5, column: 8 },
      ],
    },
    {
      name: 'in a type, a dynamic import, a require, a declaration',
      code: "export type A = import('@netdevkit/bindings/raw').sk_buff;\nvoid import('@netdevkit/bindings');\nimport b = require('@netdevkit/kernel');\nrequire(`@netdevkit/linux`);\ndeclare module '@netdevkit/bindings' {}\nvoid b;",
      errors: [
        { messageId: 'raw', line: 1, column: 24 },
        { messageId: 'raw', line: 2, column: 13 },
        { messageId: 'raw', line: 3, column: 20 },
        { messageId: 'raw', line: 4, column: 9 },
        { messageId: 'raw', line: 5, column: 16 },
      ],
    },
    {
      name: 'unsafe entry points',
      code: "import { rawSkb } from '@netdevkit/skbuff/unsafe';\nimport '@netdevkit/skbuff/dist/skbuff.unsafe.js';\nvoid rawSkb;",
      errors: [
        { messageId: 'unsafe', data: { specifier: '@netdevkit/skbuff/unsafe' }, line: 1, column: 24, endColumn: 50 },
        { messageId: 'unsafe', line: 2, column: 8 },
      ],
    },
    {
      name: 'ways past the type system',
      code: "import { createRequire } from 'node:module';\nimport vm from 'vm';\nimport koffi from 'koffi';\nimport ffi from 'node:ffi';",
      errors: [
        { messageId: 'escape', data: { specifier: 'node:module' }, line: 1, column: 31 },
        { messageId: 'escape', line: 2, column: 16 },
        { messageId: 'escape', line: 3, column: 19 },
        { messageId: 'escape', line: 4, column: 17 },
      ],
    },
    {
      name: 'paths out of the package',
      code: "import '../../elsewhere.ts';\nimport '../node_modules/@netdevkit/bindings/dist/index.js';\nimport '../test/helper.ts';\nimport '/abs/olute.ts';\nimport 'file:///abs/olute.ts';\nimport 'data:text/javascript,0';\nimport '..';",
      errors: [
        { messageId: 'outside', data: { specifier: '../../elsewhere.ts' }, line: 1, column: 8 },
        { messageId: 'outside', line: 2, column: 8 },
        { messageId: 'outside', line: 3, column: 8 },
        { messageId: 'outside', line: 4, column: 8 },
        { messageId: 'outside', line: 5, column: 8 },
        { messageId: 'outside', line: 6, column: 8 },
        { messageId: 'outside', line: 7, column: 8 },
      ],
    },
    {
      name: 'names that stand for the raw layer',
      code: "import type { sk_buff } from 'hidden-raw';\nimport { rawSkb } from 'hidden-unsafe';\nexport type A = sk_buff; void rawSkb;",
      errors: [
        { messageId: 'resolved', data: { specifier: 'hidden-raw', target: '@netdevkit/bindings' }, line: 1, column: 30, endColumn: 42 },
        { messageId: 'resolved', data: { specifier: 'hidden-unsafe', target: '@netdevkit/skbuff' }, line: 2, column: 24 },
      ],
    },
  ],
});
