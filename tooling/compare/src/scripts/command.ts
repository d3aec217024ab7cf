import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareScript, scriptTable, type ScriptComparison } from './report.ts';
import { runScript, type ScriptOutcome } from './run.ts';
import { suiteOf, type Suite } from './suite.ts';

const DOCUMENT = fileURLToPath(new URL('../../../../docs/programs.md', import.meta.url));
/** Seconds that a script may take. */
const LIMIT = 900;
/** How many unexplained cases of a script are named. */
const MOST_NAMED = 20;

/**
 * Runs somebody else's test scripts on the embedded kernel and in a namespace of the host, and says what became of them.
 *
 * @param args - `--update`, which writes the table into the documents; the folder; scripts of it, when not all are wanted
 * @returns whether all that fails is explained
 */
export async function compareScripts(args: readonly string[]): Promise<boolean> {
  const [folder, ...named] = args.filter((arg) => arg !== '--update');
  const suite = folder === undefined ? undefined : suiteOf(folder);
  if (folder === undefined || suite === undefined) {
    console.error(`${folder ?? 'no folder'}: neither iproute2's testsuite nor the kernel's tools/testing/selftests/net`);
    return false;
  }
  const comparisons: ScriptComparison[] = [];
  const outputs = join(tmpdir(), 'compare-scripts');
  for (const script of named.length > 0 ? named : suite.scripts) {
    const host = await runScript(suite, folder, script, 'host', LIMIT);
    const embedded = await runScript(suite, folder, script, 'embedded', LIMIT);
    const comparison = compareScript(embedded, host);
    comparisons.push(comparison);
    print(comparison);
    keep(outputs, { host, embedded });
  }
  console.log(`\n${scriptTable(comparisons)}\n\nAll that they wrote: ${outputs}`);
  if (args.includes('--update')) update(suite, scriptTable(comparisons));
  return comparisons.every(({ unexplained }) => unexplained.length === 0);
}

function print({ embedded, host, firstDifference, reasons, unexplained }: ScriptComparison): void {
  console.log(`${embedded.script}: ${embedded.result} in ${String(embedded.seconds)} s, on the host ${host.result} in ${String(host.seconds)} s`);
  if (firstDifference !== undefined) console.log(`  first difference: ${firstDifference}`);
  for (const { why } of reasons) console.log(`  ${why}`);
  for (const name of unexplained.slice(0, MOST_NAMED)) console.log(`  NOT EXPLAINED: ${name}`);
  if (unexplained.length > MOST_NAMED) console.log(`  and ${String(unexplained.length - MOST_NAMED)} more`);
}

/** Keeps what a script wrote for whoever wants to know more. */
function keep(folder: string, outcomes: Readonly<Record<string, ScriptOutcome>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [where, { script, output }] of Object.entries(outcomes)) {
    writeFileSync(join(folder, `${script.replaceAll(/[/ ]/g, '-')}.${where}`), output);
  }
}

/** Writes the table anew that stands under the suite's name. */
function update({ name }: Suite, table: string): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const at = text.indexOf(`### ${name}`);
  if (at === -1) throw new Error(`${DOCUMENT}: no heading for ${name}`);
  const section = text.slice(at).replace(/\| script \|[\s\S]*?(?=\n\n|\n$)/, () => table);
  writeFileSync(DOCUMENT, text.slice(0, at) + section);
}
