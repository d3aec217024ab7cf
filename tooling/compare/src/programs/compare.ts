import { EXPLAINED, type Explanation } from './explained.ts';
import type { Outcome } from './run.ts';

/** A command on both kernels. */
export interface Comparison {
  readonly host: Outcome;
  readonly embedded: Outcome;
  /** Whether exit code and outputs are equal to the octet, and not by chance. */
  readonly equal: boolean;
  /** If not, what explains all of it. */
  readonly explanation: Explanation | undefined;
}

/** Compares what programs did on the host's kernel and on the embedded one. */
export function compare(host: readonly Outcome[], embedded: readonly Outcome[]): Comparison[] {
  return host.map((there, i) => {
    const here = embedded[i];
    if (here?.command !== there.command) throw new Error(`${there.command}: not run on the embedded kernel`);
    const explanation = EXPLAINED.find(({ commands }) => commands.test(there.command));
    const equal = explanation?.comesAndGoes === undefined && isSame(there, here, undefined);
    return { host: there, embedded: here, equal, explanation: !equal && explanation !== undefined && explains(explanation, there, here) ? explanation : undefined };
  });
}

function explains(explanation: Explanation, there: Outcome, here: Outcome): boolean {
  const { instead } = explanation;
  if (instead === undefined) return isSame(there, here, explanation.ignored);
  return here.code === instead.code && here.stdout === instead.stdout && here.stderr === instead.stderr;
}

function isSame(a: Outcome, b: Outcome, ignored: RegExp | undefined): boolean {
  const text = (output: string): string => (ignored === undefined ? output : output.replace(ignored, ''));
  return a.code === b.code && text(a.stdout) === text(b.stdout) && text(a.stderr) === text(b.stderr);
}

/** A table of all commands, for the documents. */
export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons
    .filter(({ host }) => !host.command.startsWith('sleep'))
    .map(({ host, embedded, equal, explanation }) => `| \`${host.command.replaceAll('|', '\\|')}\` | ${String(embedded.code)} | ${equal ? 'equal' : (explanation?.why ?? '**differs**')} |`);
  return ['| command | exit code | output |', '|---|---|---|', ...rows].join('\n');
}
