/** What a script says of one thing that it tried. */
export interface Case {
  readonly name: string;
  readonly result: 'pass' | 'fail' | 'skip';
}

const RESULTS: Readonly<Record<string, Case['result']>> = {
  ok: 'pass',
  pass: 'pass',
  success: 'pass',
  succeeded: 'pass',
  fail: 'fail',
  failed: 'fail',
  xfail: 'pass',
  skip: 'skip',
};

/** `TEST: a name   [ OK ]`, as most scripts of the kernel's and the checks of iproute2's say it. */
const BRACKETS = /^\s*(?:TEST:\s*|test on:?\s*)?(\S.*?)\s*\[\s*(ok|pass|success|fail(?:ed)?|xfail|skip)\s*\]/i;
/** `PASS: a name`, as rtnetlink.sh and netdevice.sh do. */
const AHEAD = /^\s*(PASS|FAIL|SKIP|XFAIL):\s*(\S.*?)\s*$/;
/** `a name      ok`, as veth.sh does. */
const COLUMN = /^(\S.{19,}?)\s+(ok|fail)\b/;
/** `./script: a name succeeded`, as iproute2's do. */
const WORDS = /^\.\/\S+: (.*\S) (succeeded|failed)\b/;

/** The cases that a script's output tells of, in their order. */
export function casesOf(output: string): Case[] {
  return output.split('\n').flatMap((line) => {
    const ahead = AHEAD.exec(line);
    const [name, word] = ahead === null ? nameFirst(line) : [ahead[2], ahead[1]];
    const result = word === undefined ? undefined : RESULTS[word.toLowerCase()];
    return name === undefined || result === undefined ? [] : [{ name: name.trim().replaceAll(/\s+/g, ' '), result }];
  });
}

function nameFirst(line: string): readonly (string | undefined)[] {
  const match = BRACKETS.exec(line) ?? COLUMN.exec(line) ?? WORDS.exec(line);
  return match === null ? [] : [match[1], match[2]];
}
