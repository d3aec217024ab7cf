import type { Outcome } from './conversations.ts';

/** An address that nobody has chosen, as a link's or an IPv6 address is when it is not given. */
const MADE_UP = /\b[0-9a-f][26ae](?::[0-9a-f]{2}){5}\b|\bfe80:(?::[0-9a-f]{1,4}){1,7}\b/gu;
/** What is left of a lifetime, or how long ago something was. */
const SECONDS = /\b\d+sec\b|(?<=\bidle_time )[\d.]+|(?<="(?:valid_life_time|preferred_life_time|expires)": )(?!4294967295)\d+/gu;

/** What differs in the outcome of a command; lines with `- ` are Linux's, with `+ ` ours. */
export function outcomeDifferences(theirs: Outcome, ours: Outcome): string[] {
  return [...lineDifferences(theirs.status, ours.status, 'status '), ...textDifferences(theirs, ours, 'stdout'), ...textDifferences(theirs, ours, 'stderr')];
}

/** What differs between captures: of the output of `nlmon diff`, the changed lines, those that follow each other as one text. */
export function captureDifferences(text: string): string[] {
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

function textDifferences(theirs: Outcome, ours: Outcome, part: 'stdout' | 'stderr'): string[] {
  return lineDifferences(comparable(theirs[part], theirs.command), comparable(ours[part], ours.command));
}

/** Without what is another in each run, unless the command has named it. */
function comparable(text: string, command: string): string {
  return lines(text).replaceAll(MADE_UP, (address) => (command.includes(address) ? address : '*')).replaceAll(SECONDS, '*');
}

/** JSON in many lines: of one that is long nobody would see what differs. */
function lines(text: string): string {
  if (!/^[[{]/u.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 1);
  } catch {
    return text;
  }
}

/** The lines that one text has and the other has not; or, where both have the same, those that stand elsewhere. */
function lineDifferences(theirs: string, ours: string, label = ''): string[] {
  if (theirs === ours) return [];
  const [first, second] = [theirs.split('\n'), ours.split('\n')];
  const isMoved = (line: string, at: number, others: readonly string[]): boolean => others[at] !== line;
  const lacks = (all: readonly string[], others: readonly string[], sign: string): string[] => all.filter((line) => !others.includes(line)).map((line) => `${sign} ${label}${line}`);
  const own = [...lacks(first, second, '-'), ...lacks(second, first, '+')];
  if (own.length > 0) return own;
  return [...first.filter((line, at) => isMoved(line, at, second)).map((line) => `- ${label}${line}`), ...second.filter((line, at) => isMoved(line, at, first)).map((line) => `+ ${label}${line}`)];
}
