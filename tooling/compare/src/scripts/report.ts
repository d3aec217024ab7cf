import { REASONS, type Reason } from './reasons.ts';
import type { ScriptOutcome } from './run.ts';

/** A script on both kernels. */
export interface ScriptComparison {
  readonly embedded: ScriptOutcome;
  readonly host: ScriptOutcome;
  /** The first line of its output there that is not what it is on the host, but for names that are drawn by lot. */
  readonly firstDifference: string | undefined;
  /** Why it does not pass, as far as that is known. */
  readonly reasons: readonly Reason[];
  /** The cases that fail for a reason that nobody has given. */
  readonly unexplained: readonly string[];
}

/** The name under which a script that fails as a whole, without a case that does, is looked up. */
const WHOLE = '(all of it)';

/** Compares what a script did on the embedded kernel and on the host's. */
export function compareScript(embedded: ScriptOutcome, host: ScriptOutcome): ScriptComparison {
  const failed = failing(embedded);
  const reasons = new Set<Reason>();
  const unexplained: string[] = [];
  for (const name of failed) {
    const reason = REASONS.find(({ scripts, cases }) => scripts.test(embedded.script) && cases.test(name));
    if (reason === undefined) unexplained.push(name);
    else reasons.add(reason);
  }
  return { embedded, host, firstDifference: firstDifference(embedded, host), reasons: [...reasons], unexplained };
}

/** What of a script does not pass. */
function failing({ result, cases }: ScriptOutcome): string[] {
  if (result === 'pass') return [];
  const failed = cases.filter((one) => one.result === 'fail').map(({ name }) => name);
  const ended = result === 'timeout' || failed.length === 0;
  return ended ? [...failed, WHOLE] : failed;
}

function firstDifference(embedded: ScriptOutcome, host: ScriptOutcome): string | undefined {
  const there = new Set(linesOf(host));
  return linesOf(embedded).find((line) => !there.has(line));
}

/** Lines without what is drawn by lot: names that mktemp makes, and names of temporary files. */
function linesOf({ output }: ScriptOutcome): string[] {
  return output
    .split('\n')
    .map((line) => line.replaceAll(/-[A-Za-z0-9]{6}\b/g, '-XXXXXX').trim())
    .filter((line) => line !== '');
}

/** The table of all scripts, for the documents. */
export function scriptTable(comparisons: readonly ScriptComparison[]): string {
  const rows: string[] = [];
  let before = '';
  for (const { embedded, host, reasons, unexplained } of comparisons) {
    const why = [...reasons.map((reason) => reason.why), ...unexplained.map((name) => `**${name}**`)].join('; ');
    const cells = `| ${shown(embedded)} | ${shown(host)} | ${why} |`;
    const [script = '', part] = embedded.script.split(' -t ');
    // Parts of which the same is to be said share a line.
    if (part !== undefined && before === script + cells) rows.push(rows.pop()?.replace('` |', ` ${part}\` |`) ?? '');
    else rows.push(`| \`${embedded.script}\` ${cells}`);
    before = script + cells;
  }
  return ['| script | embedded kernel | this host | what is missing |', '|---|---|---|---|', ...rows].join('\n');
}

function shown({ result, cases }: ScriptOutcome): string {
  const counted = cases.filter((one) => one.result !== 'skip');
  const passed = counted.filter((one) => one.result === 'pass').length;
  const skipped = cases.length - counted.length;
  const word = result === 'timeout' ? 'no end' : result;
  if (counted.length === 0) return word;
  return `${word}, ${String(passed)} of ${String(counted.length)}${skipped === 0 ? '' : `, ${String(skipped)} skipped`}`;
}
