import { commentTags } from '../../src/rules/comment-tags.ts';
import { plainTester } from '../support/tester.ts';

plainTester().run('comment-tags', commentTags, {
  valid: [
    '// SAFETY: the skb is alive.\n// INVARIANT: kept.\n// CAST: known.\n// NB: the order matters.\n// TODO(#12): later.\nexport {};',
    '// EBUSY: the tap is added.\n// IFLA_MTU: octets.\n// Note that this is prose.\n// Safety first.\n// Cast to u8.\n// Todo lists are long.\nexport {};',
    '/**\n * # Safety\n *\n * - SAFE: no; UNSAFE calls.\n */\nexport {};',
    '/* A BUG: in the middle of a sentence. */\nexport {};',
    '// PERF matters here.\n// NOTE that we said so.\nexport {};',
  ],
  invalid: [
    {
      code: '// FIXME: broken\n// XXX\n// HACK around it\n// NOTE: x\n// WARNING : x\n// PERF(v8): x\nexport {};',
      errors: [
        { messageId: 'unknown', data: { tag: 'FIXME' }, line: 1, column: 1, endLine: 1, endColumn: 17 },
        { messageId: 'unknown', data: { tag: 'XXX' }, line: 2, column: 1 },
        { messageId: 'unknown', data: { tag: 'HACK' }, line: 3, column: 1 },
        { messageId: 'unknown', data: { tag: 'NOTE' }, line: 4, column: 1 },
        { messageId: 'unknown', data: { tag: 'WARNING' }, line: 5, column: 1 },
        { messageId: 'unknown', data: { tag: 'PERF' }, line: 6, column: 1 },
      ],
    },
    {
      code: '// Safety: x\n// SAFETY - x\n// SAFETY(x): y\n// cast : x\nexport {};',
      errors: [
        { messageId: 'malformed', data: { tag: 'SAFETY' }, line: 1, column: 1 },
        { messageId: 'malformed', line: 2, column: 1 },
        { messageId: 'malformed', line: 3, column: 1 },
        { messageId: 'malformed', data: { tag: 'CAST' }, line: 4, column: 1 },
      ],
    },
    {
      code: '// TODO: later\n// TODO(me): later\n// TODO(#1):\n// TODO later\n/**\n * Text.\n * TODO\n */\nexport {};',
      errors: [
        { messageId: 'issue', line: 1, column: 1 },
        { messageId: 'issue', line: 2, column: 1 },
        { messageId: 'issue', line: 3, column: 1 },
        { messageId: 'issue', line: 4, column: 1 },
        { messageId: 'issue', line: 7, column: 1, endLine: 8 },
      ],
    },
  ],
});
