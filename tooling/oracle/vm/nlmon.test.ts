import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nlmon, readCapture } from './command.ts';
import { EXPLAINED, type Explanation } from './explained.ts';
import { onEmbedded, onLinux, type Outcome } from './workload.ts';

// Of what differs, there is everything to look at.
const folder = '/out/workloads';
mkdirSync(folder);

/** The lines that one text has and the other has not. */
function differences(theirs: string, ours: string): string[] {
  const [first, second] = [theirs.split('\n'), ours.split('\n')];
  return [...first.filter((line) => !second.includes(line)).map((line) => `- ${line}`), ...second.filter((line) => !first.includes(line)).map((line) => `+ ${line}`)];
}

/** What differs between captures: of the output of `nlmon diff`, the changed lines, those that follow each other as one text. */
function changes(text: string): string[] {
  const all: string[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const isChange = /^[-+](?!--|\+\+)/u.test(line);
    if (isChange && isOpen) all.push(`${all.pop() ?? ''}\n${line.slice(0, 1)} ${line.slice(1)}`);
    else if (isChange) all.push(`${line.slice(0, 1)} ${line.slice(1)}`);
    isOpen = isChange;
  }
  return all;
}

/** What differs in the outcome of a command. */
function compare(theirs: Outcome, ours: Outcome): string[] {
  const status = theirs.status === ours.status ? [] : [`- status ${theirs.status}`, `+ status ${ours.status}`];
  return [...status, ...differences(theirs.stdout, ours.stdout), ...differences(theirs.stderr, ours.stderr)];
}

describe.each(['nlmon', 'links', 'addresses'])('%s: the C driver on Linux and ours on the embedded kernel', (workload) => {
  const explanations = EXPLAINED.filter((one) => one.workload === workload);
  const used = new Set<Explanation>();

  /** What is left of differences when those that are explained are taken away. */
  function unexplained(lines: readonly string[], command?: string): string[] {
    return lines.filter((line) => {
      const explanation = explanations.find((one) => one.command === command && one.lines.test(line));
      if (explanation !== undefined) used.add(explanation);
      return explanation === undefined;
    });
  }

  it('show the same, and capture the same', async () => {
    const linux = onLinux(workload, join(folder, `${workload}-linux`));
    const embedded = await onEmbedded(workload, join(folder, `${workload}-embedded`));
    expect(embedded.commands.map(({ command }) => command)).toEqual(linux.commands.map(({ command }) => command));
    expect(linux.commands.length).toBeGreaterThan(20);
    const left: string[] = [];
    for (const [at, theirs] of linux.commands.entries()) {
      const ours = embedded.commands[at];
      const lines = ours === undefined ? ['- all of it'] : unexplained(compare(theirs, ours), theirs.command);
      if (lines.length > 0) left.push(`$ ${theirs.command}`, ...lines);
    }
    const { code, stdout, stderr } = await nlmon('diff', '--color', 'never', linux.capture, embedded.capture);
    expect(stderr).toBe('');
    expect(code === 0 || code === 1).toBe(true);
    const messages = unexplained(changes(stdout));
    if (messages.length > 0) left.push('messages:', ...stdout.split('\n'));
    expect(left.join('\n')).toBe('');
    // A capture of nothing would be equal, too.
    expect(readCapture(linux.capture)).toMatchObject({ end: { kind: 'complete' } });
    expect(readCapture(linux.capture).packets).toBeGreaterThan(100);
  });

  it('need every one of the explanations', () => {
    expect(explanations.filter((one) => one.isSometimes !== true && !used.has(one))).toEqual([]);
  });
});
