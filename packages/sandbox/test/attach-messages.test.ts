import { describe, expect, it } from 'vitest';
import { parseReply, parseRequest } from '../src/attach/attach-messages.ts';

const run = { type: 'run', file: 'ip', args: ['link'], cwd: '/', env: { PATH: '/bin' } };

describe('parseRequest', () => {
  it.each([run, { type: 'signal', signal: 'SIGINT' }])('reads %o', (request) => {
    expect(parseRequest(JSON.stringify(request))).toEqual(request);
  });

  it('leaves out variables that are no text', () => {
    expect(parseRequest(JSON.stringify({ ...run, env: { A: 'a', B: 1, C: null } }))).toEqual({ ...run, env: { A: 'a' } });
  });

  it.each(['', '{', 'null', '[]', '"run"', '{"type":"run"}', JSON.stringify({ ...run, args: [1] }), JSON.stringify({ ...run, env: null }), '{"type":"signal","signal":"SIGNONE"}', '{"type":"signal","signal":"toString"}'])(
    'takes %s for nothing',
    (text) => {
      expect(parseRequest(text)).toBeUndefined();
    },
  );
});

describe('parseReply', () => {
  it.each([
    { type: 'spawn', pid: 7 },
    { type: 'exit', code: 0, signal: null },
    { type: 'exit', code: null, signal: 'SIGTERM' },
    { type: 'error', message: 'no', code: 'ENOENT', errno: -2 },
    { type: 'error', message: 'no' },
  ])('reads %o', (reply) => {
    expect(parseReply(JSON.stringify(reply))).toEqual(reply);
  });

  it.each(['', 'null', '{"type":"spawn"}', '{"type":"exit"}', '{"type":"exit","code":0,"signal":"SIGNONE"}', '{"type":"error"}', '{"type":"other"}'])('takes %s for nothing', (text) => {
    expect(parseReply(text)).toBeUndefined();
  });
});
