import { noSuppressionComments } from '../../src/rules/no-suppression-comments.ts';
import { plainTester } from '../support/tester.ts';

plainTester().run('no-suppression-comments', noSuppressionComments, {
  valid: [
    '// A comment about eslint-disable, which is not one.\nexport {};',
    '/* eslint is the linter */\nexport {};'.replace('eslint is', 'The linter is'),
    "export const a = 'eslint-disable';\n// @ts-check",
    { code: '// eslint-disable-next-line no-var -- the test needs one\nvar a = 1;\nvoid a;', options: [{ allowDescribed: true }] },
    { code: '// @ts-expect-error: the point of the test\nconst a: string = 1;\nvoid a;', options: [{ allowDescribed: true }] },
    { code: '/* eslint-enable no-var */\nexport {};', options: [{ allowDescribed: true }] },
  ],
  invalid: [
    {
      code: '/* eslint-disable no-var */\nexport const a = 1; // eslint-disable-line no-var\n// eslint-disable-next-line no-var -- a reason\nexport const b = 1;\n/* eslint-enable */',
      errors: [
        { messageId: 'suppression', data: { directive: 'eslint-disable' }, line: 1, column: 1, endLine: 1, endColumn: 28 },
        { messageId: 'suppression', data: { directive: 'eslint-disable-line' }, line: 2, column: 21 },
        { messageId: 'suppression', data: { directive: 'eslint-disable-next-line' }, line: 3, column: 1 },
        { messageId: 'suppression', data: { directive: 'eslint-enable' }, line: 5, column: 1 },
      ],
    },
    { code: '/* eslint no-var: off */\nexport {};', errors: [{ messageId: 'suppression', data: { directive: 'eslint' }, line: 1, column: 1 }] },
    { code: '// oxlint-disable-next-line\nexport {};', errors: [{ messageId: 'suppression', line: 1, column: 1 }] },
    {
      code: '// @ts-nocheck\n// @ts-ignore\nexport const a = 1;\n/// @ts-expect-error: why\nexport const b = 1;\n/*\n * @ts-ignore\n */',
      errors: [
        { messageId: 'suppression', data: { directive: '@ts-nocheck' }, line: 1, column: 1 },
        { messageId: 'suppression', data: { directive: '@ts-ignore' }, line: 2, column: 1 },
        { messageId: 'suppression', data: { directive: '@ts-expect-error' }, line: 4, column: 1 },
        { messageId: 'suppression', data: { directive: '@ts-ignore' }, line: 6, column: 1 },
      ],
    },
    {
      code: '// eslint-disable-next-line no-var\nexport const a = 1;\n// @ts-ignore: even with a reason\nexport const b = 1;\n// @ts-expect-error\nexport const c = 1;',
      options: [{ allowDescribed: true }],
      errors: [
        { messageId: 'undescribed', data: { directive: 'eslint-disable-next-line' }, line: 1, column: 1 },
        { messageId: 'suppression', data: { directive: '@ts-ignore' }, line: 3, column: 1 },
        { messageId: 'undescribed', data: { directive: '@ts-expect-error' }, line: 5, column: 1 },
      ],
    },
  ],
});
