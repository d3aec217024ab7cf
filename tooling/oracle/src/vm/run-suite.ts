import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../image/image.ts';
import { runMachine } from '../machine.ts';
import { OracleError } from '../oracle-error.ts';
import { shellQuote } from '../shell-quote.ts';
import { parseReport, type TestResult } from './report.ts';
import type { RunFolder } from './run-folder.ts';
import type { Suite } from './suites.ts';

const TOLD_LINES = 20;
/** MiB. */
const MEMORY = 3072;

/** Where suites run. */
export interface Place {
  readonly repository: string;
  readonly image: Image;
  /** Has the bundle of all tests. */
  readonly folder: RunFolder;
  /** After how many seconds a machine is given up. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What came of a suite. */
export interface SuiteResult {
  readonly results: readonly TestResult[];
  /** More about failures: what vitest says, which shows what was expected and what was received, or the machine. */
  readonly said: string;
}

/**
 * Runs the tests of a suite in a machine that is started for them.
 *
 * @param place - where
 * @param suite - which
 * @returns what came of them; a machine that failed, or tests that did not come to their end, are a failure of the suite's
 */
export async function runSuite(place: Place, { name, files }: Suite): Promise<SuiteResult> {
  const { repository, image, folder, timeout, signal } = place;
  const { tests } = folder;
  const output = folder.output(name);
  const report = join(output, 'report.json');
  const failure = (message: string): TestResult => ({ file: name, name: '(the machine)', status: 'failed', duration: 0, messages: [message] });
  const read = (): TestResult[] => (existsSync(report) ? parseReport(readFileSync(report, 'utf8'), tests) : []);
  const bundled = files.map((file) => shellQuote(`${file}.mjs`)).join(' ');
  const script = `cd "$ORACLE_TESTS" && node "$ORACLE_REPOSITORY/node_modules/vitest/vitest.mjs" run ${bundled} --reporter=verbose --reporter=json --outputFile=/out/report.json`;
  const environment = { CI: '1', NO_COLOR: '1', FC_RUNS: '1000', ORACLE_TESTS: tests, ORACLE_WORKLOADS: process.env['ORACLE_WORKLOADS'] ?? '', ORACLE_PACKAGES: image.packages.join(' ') };
  try {
    const code = await runMachine(image, { script, input: folder.input(name), output, repository, environment, timeout, memory: MEMORY, signal });
    const results = read();
    const said = textOf(join(output, 'stderr.txt'));
    if (results.length === 0) return { results: [failure('the tests did not come to their end')], said: `${tail(textOf(join(output, 'stdout.txt')))}\n${tail(said)}\n` };
    const hasFailed = results.some(({ status }) => status === 'failed');
    // An error beside all tests, or fewer files than were asked for.
    if (code !== 0 && !hasFailed) return { results: [...results, failure(`vitest ended with ${String(code)}`)], said };
    return { results, said: hasFailed ? said : '' };
  } catch (error) {
    if (!(error instanceof OracleError) || signal.aborted) throw error;
    return { results: [...read(), failure('it did not come to its end')], said: `${error.message}\n` };
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-TOLD_LINES).join('\n');
}
