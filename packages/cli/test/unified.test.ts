import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editScript } from '../src/diff/edit-script.ts';
import { unified, type Side } from '../src/diff/unified.ts';

type Message = readonly string[];

function sideOf(messages: readonly Message[]): Side {
  const before = [0];
  for (const message of messages) before.push((before.at(-1) ?? 0) + message.length);
  return { length: messages.length, linesBefore: (index) => before[index] ?? 0, lines: (index) => messages[index] ?? [] };
}

function diffOf(from: readonly Message[], to: readonly Message[]): string {
  const [a, b] = [from, to].map((messages) => messages.map((message) => message.join('\n')));
  return [...unified(editScript(a ?? [], b ?? []), sideOf(from), sideOf(to), (_part, text) => text)].join('');
}

/** What patch(1) makes of lines; fails where the lines are not those that the difference says. */
function patched(lines: readonly string[], difference: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of difference.split('\n').slice(0, -1)) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      result.push(...lines.slice(at, start));
      at = start;
      expect(result).toHaveLength(Number(hunk[3]) - (hunk[4] === '0' ? 0 : 1));
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(lines[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) result.push(line.slice(1));
      at++;
    }
  }
  return [...result, ...lines.slice(at)];
}

const message = fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.array(fc.constantFrom('  x', '  y', '  z'), { maxLength: 9 })).map(([head, rest]) => [head, ...rest]);
const messages = fc.array(message, { maxLength: 25 });

describe('unified', () => {
  it('says what patch has to do', () => {
    fc.assert(
      fc.property(messages, messages, (from, to) => {
        fc.pre(JSON.stringify(from) !== JSON.stringify(to));
        expect(patched(from.flat(), diffOf(from, to))).toEqual(to.flat());
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 2000) },
    );
  });

  it('shows three lines around, and the message that they are in', () => {
    const long = ['head', '  1', '  2', '  3', '  4', '  5', '  6', '  7', '  8'];
    const changed = long.with(5, '  five');
    expect(diffOf([['a'], long, ['b']], [['a'], changed, ['b']])).toBe(
      ['@@ -4,7 +4,7 @@ head', '   2', '   3', '   4', '-  5', '+  five', '   6', '   7', '   8', ''].join('\n'),
    );
  });

  it('names the line before a place without lines', () => {
    expect(diffOf([], [['a']])).toBe('@@ -0,0 +1 @@\n+a\n');
    expect(diffOf([['a']], [])).toBe('@@ -1 +0,0 @@\n-a\n');
  });
});
