import { noDynamicCode } from '../../src/rules/no-dynamic-code.ts';
import { plainTester } from '../support/tester.ts';

plainTester().run('no-dynamic-code', noDynamicCode, {
  valid: [
    "import { a } from './index.ts'; void a;",
    'function require(name: string): string { return name; } void require("a");',
    'export function f(eval_: () => void, module: { a: number }): number { eval_(); return module.a; }',
    'export type F = Function; export const o = { eval: 1, require: 2 }; void o.eval;',
    'setTimeout(() => {}, 1); process.exitCode = 1; void globalThis.structuredClone; void process["env"];',
    'const { env } = process; void env;',
  ],
  invalid: [
    { code: "void import('./index.ts');", errors: [{ messageId: 'import', line: 1, column: 6, endColumn: 26 }] },
    {
      code: "require('a');\nconst e = eval;\nnew Function('return 1')();\nvoid module.children;\nvoid e;",
      errors: [
        { messageId: 'global', data: { name: 'require' }, line: 1, column: 1, endColumn: 8 },
        { messageId: 'global', data: { name: 'eval' }, line: 2, column: 11 },
        { messageId: 'global', data: { name: 'Function' }, line: 3, column: 5 },
        { messageId: 'global', data: { name: 'module' }, line: 4, column: 6 },
      ],
    },
    { code: "import a = require('a');\nvoid a;", errors: [{ messageId: 'global', data: { name: 'require' }, line: 1, column: 12 }] },
    {
      code: "globalThis.eval('1');\nprocess['binding']('fs');\nprocess.dlopen({}, 'a');\nconst { getBuiltinModule } = process;\nvoid getBuiltinModule;",
      errors: [
        { messageId: 'member', data: { object: 'globalThis', name: 'eval' }, line: 1, column: 1, endColumn: 16 },
        { messageId: 'member', data: { object: 'process', name: 'binding' }, line: 2, column: 1 },
        { messageId: 'member', data: { object: 'process', name: 'dlopen' }, line: 3, column: 1 },
        { messageId: 'member', data: { object: 'process', name: 'getBuiltinModule' }, line: 4, column: 9 },
      ],
    },
    {
      code: "setTimeout('a()', 1);\nsetInterval(`a()`, 1);",
      errors: [
        { messageId: 'text', data: { name: 'setTimeout' }, line: 1, column: 1, endColumn: 11 },
        { messageId: 'text', data: { name: 'setInterval' }, line: 2, column: 1 },
      ],
    },
  ],
});
