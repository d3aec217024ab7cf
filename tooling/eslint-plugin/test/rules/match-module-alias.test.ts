import { matchModuleAlias } from '../../src/rules/match-module-alias.ts';
import { typedTester } from '../support/tester.ts';

function module(alias: string, before = ''): string {
  return `import { defineModule } from '@netdevkit/module';\n${before}\nexport default defineModule({ name: 'a', authors: [], description: '', license: 'MIT', ${alias} init: () => ({ [Symbol.dispose]() {} }) });`;
}

typedTester().run('match-module-alias', matchModuleAlias, {
  valid: [
    { name: 'the same, in any order', code: module("alias: ['rtnl-link-nlmon2', `rtnl-link-nlmon`],") },
    { name: 'a constant array', code: module('alias: ALIAS,', "const ALIAS = ['rtnl-link-nlmon', 'rtnl-link-nlmon2'] as const;") },
    { name: 'constant elements', code: module("'alias': [A, `${'rtnl-link'}-nlmon2` as const] as string[],", "const A = 'rtnl-link-nlmon';") },
    { name: 'none in both', code: module(''), filename: 'manifests/silent/src/index.ts' },
    { name: 'an empty list in one', code: module('alias: [],'), filename: 'manifests/silent/src/index.ts' },
    { name: 'a function of that name of another package', code: "function defineModule(m: { alias: string[] }): void { void m; }\ndefineModule({ alias: ['x'] });" },
  ],
  invalid: [
    {
      name: 'one is missing in package.json',
      code: module("alias: ['rtnl-link-a', 'rtnl-link-b'],"),
      filename: 'manifests/good/src/index.ts',
      errors: [{ messageId: 'mismatch', data: { declared: "'rtnl-link-a', 'rtnl-link-b'", listed: "'rtnl-link-a'" }, line: 3, column: 88, endColumn: 125 }],
    },
    {
      name: 'package.json says nothing',
      code: module("alias: ['rtnl-link-a'],"),
      filename: 'manifests/silent/src/index.ts',
      errors: [{ messageId: 'mismatch', data: { declared: "'rtnl-link-a'", listed: 'none' }, line: 3, column: 88 }],
    },
    {
      name: 'the module says nothing',
      code: module(''),
      filename: 'manifests/good/src/index.ts',
      errors: [{ messageId: 'mismatch', data: { declared: 'none', listed: "'rtnl-link-a'" }, line: 3, column: 16, endColumn: 28 }],
    },
    {
      name: 'reached through its namespace',
      code: "import * as kit from '@netdevkit/module';\nkit.defineModule({ name: 'a', authors: [], description: '', license: 'MIT', alias: ['b'], init: () => ({ [Symbol.dispose]() {} }) });",
      errors: [{ messageId: 'mismatch', line: 2, column: 77 }],
    },
    {
      name: 'aliases that are computed',
      code: module('alias: [alias()],', "const alias = (): string => 'x';"),
      errors: [{ messageId: 'unknown', line: 3, column: 95, endColumn: 104 }],
    },
    {
      name: 'aliases that come from elsewhere',
      code: module('alias: aliases,', "const aliases: string[] = ['x'];"),
      errors: [{ messageId: 'unknown', line: 3, column: 95 }],
    },
    {
      name: 'a list with a hole',
      code: module("alias: ['a', , 'b'] as string[],"),
      errors: [{ messageId: 'unknown', line: 3, column: 95 }],
    },
    {
      name: 'package.json has no list',
      code: module("alias: ['rtnl-link-a'],"),
      filename: 'manifests/malformed/src/index.ts',
      errors: [{ messageId: 'malformed', line: 3, column: 88 }],
    },
    {
      name: 'package.json has a list of something else',
      code: module("alias: ['rtnl-link-a'],"),
      filename: 'manifests/malformed-element/src/index.ts',
      errors: [{ messageId: 'malformed', line: 3, column: 88 }],
    },
  ],
});
