import { noUnsafeDependencies } from '../../src/rules/no-unsafe-dependencies.ts';
import { fixture, plainTester } from '../support/tester.ts';

const code = 'export {};';

plainTester().run('no-unsafe-dependencies', noUnsafeDependencies, {
  valid: [
    { name: 'a kernel for the tests', code, filename: fixture('manifests/good/src/index.ts') },
    { name: 'no dependencies', code, filename: fixture('manifests/silent/src/index.ts') },
    { name: 'a file that is not the index of its package', code, filename: fixture('manifests/raw/src/other.ts') },
    { name: 'a file of no package', code, filename: '/nowhere/at/all/index.ts' },
  ],
  invalid: [
    {
      name: 'in each field',
      code: `\n\n${code}`,
      filename: fixture('manifests/raw/src/index.ts'),
      errors: [
        { messageId: 'dependency', data: { path: 'package.json', field: 'dependencies', name: '@netdevkit/bindings' }, line: 1, column: 1 },
        { messageId: 'dependency', data: { path: 'package.json', field: 'peerDependencies', name: '@netdevkit/kernel' }, line: 1, column: 1 },
        { messageId: 'dependency', data: { path: 'package.json', field: 'optionalDependencies', name: '@netdevkit/linux' }, line: 1, column: 1 },
        { messageId: 'dependency', data: { path: 'package.json', field: 'bundleDependencies', name: '@netdevkit/kernel' }, line: 1, column: 1 },
      ],
    },
    {
      name: 'under another name',
      code,
      filename: fixture('manifests/alias/src/index.ts'),
      errors: [
        { messageId: 'alias', data: { path: 'package.json', field: 'dependencies', name: 'hidden', target: '@netdevkit/bindings' }, line: 1, column: 1 },
        { messageId: 'alias', data: { path: 'package.json', field: 'dependencies', name: 'other', target: '@netdevkit/kernel' }, line: 1, column: 1 },
      ],
    },
    {
      name: 'a package without an index',
      code,
      filename: fixture('manifests/no-index/src/main.ts'),
      errors: [{ messageId: 'dependency', line: 1, column: 1 }],
    },
    {
      name: 'a manifest that is no JSON',
      code,
      filename: fixture('manifests/broken/src/index.ts'),
      errors: [{ messageId: 'unreadable', data: { path: 'package.json' }, line: 1, column: 1 }],
    },
    {
      name: 'a manifest that is no object',
      code,
      filename: fixture('manifests/list/src/index.ts'),
      errors: [{ messageId: 'unreadable', line: 1, column: 1 }],
    },
  ],
});
