import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MAIN, nlmon, NODE_ARGS } from './run-command.ts';
import { ended } from './waiting.ts';

describe('nlmon help', () => {
  it('prints the help of a command, or of all', async () => {
    for (const [words, same] of [[['help', 'decode'], ['decode', '--help']], [['help'], ['--help']]] as const) {
      const [run, expected] = await Promise.all([nlmon(words), nlmon(same)]);
      expect(run).toEqual(expected);
      expect(run).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it.each([
    ['a command that there is not', ['nosuch'], "nlmon: unknown command 'nosuch'\n"],
    ['one that is like another', ['decod'], "nlmon: unknown command 'decod'\n(Did you mean decode?)\n"],
    ['two', ['decode', 'stat'], "nlmon: too many arguments for 'help'. Expected 1 argument but got 2: decode, stat.\n"],
  ])('says that there is no help of %s', async (_, words, stderr) => {
    const run = await nlmon(['help', ...words]);
    expect([run.code, run.stdout.toString(), run.stderr]).toEqual([2, '', stderr]);
  });
});

describe('names on the command line of nlmon', () => {
  it.each([
    [['run', '--netns', 'a/b', 'true'], /option '--netns <NAME>' argument 'a\/b' is invalid\. It is a name, of up to 255 octets and without "\/"\.\n$/],
    [['run', '--netns', '', 'true'], /argument '' is invalid\. It is a name/],
    [['run', '--netns', '..', 'true'], /argument '\.\.' is invalid\. It is a name/],
    [['run', '--netns', 'é'.repeat(128), 'true'], /is invalid\. It is a name/],
    [['up', ''], /argument 'KIND'\. It is empty\.\n$/],
    [['up', 'echo', ''], /argument 'NAME'\. It is empty\.\n$/],
  ])('are refused when they can be none: %j', async (args, message) => {
    const { code, stderr } = await nlmon(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('nlmon, where nobody reads standard error', () => {
  it.each([
    [2, ['nosuch']],
    [2, ['help', 'nosuch']],
    [1, ['decode', '/nonexistent']],
  ])('ends with %i all the same: %j', async (code, args) => {
    const child = spawn(process.execPath, [...NODE_ARGS, MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.destroy();
    expect(await ended(child)).toEqual({ code, signal: null });
  });
});
