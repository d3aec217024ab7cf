import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openImage } from '../image/image.ts';
import { runMachine } from '../machine.ts';
import { OracleError } from '../oracle-error.ts';
import { requireTools } from '../tools.ts';
import { bundleTests } from './bundle.ts';
import { countLine, parseReport, reportLines } from './report.ts';
import { RunFolder } from './run-folder.ts';
import { findTests } from './suites.ts';

const USAGE = `usage: npm run test:vm -- [PART OF A TEST'S PATH]... [--timeout SECONDS] [--renew]

Runs the tests that need a kernel of Linux in a virtual machine with Debian's 6.12, which has nlmon.
--renew makes the machine's image again, of the newest packages.
`;
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/u, '');
const CACHE = join(REPOSITORY, 'tooling/oracle/.cache');

/** @returns the exit status */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { timeout: { type: 'string', default: '5400' }, renew: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const timeout = Number(values.timeout);
  if (values.help || !(timeout > 0)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  requireTools();
  const files = findTests(REPOSITORY, positionals);
  if (files.length === 0) throw new OracleError(`there are no such tests: ${positionals.join(', ')}`);
  const image = openImage({ say, renew: values.renew });
  using folder = new RunFolder(CACHE);
  const { tests, input, output } = folder;
  await bundleTests(REPOSITORY, files, tests);
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  say(`${String(files.length)} files of tests on Linux ${image.version}`);
  const script = `cd "$ORACLE_TESTS" && node "$ORACLE_REPOSITORY/node_modules/vitest/vitest.mjs" run --reporter=verbose --reporter=json --outputFile=/out/report.json`;
  say(`what they say is in ${output}, and later in ${join(CACHE, 'last', 'out')}`);
  await runMachine(image, { script, input, output, repository: REPOSITORY, environment: { CI: '1', NO_COLOR: '1', FC_RUNS: '1000', ORACLE_TESTS: tests, ORACLE_WORKLOADS: process.env['ORACLE_WORKLOADS'] ?? '', ORACLE_PACKAGES: image.packages.join(' ') }, timeout, memory: 3072, signal: controller.signal });
  const report = join(output, 'report.json');
  if (!existsSync(report)) throw new OracleError(`the tests did not end; they had said:\n${tail(join(output, 'stdout.txt'))}\n${tail(join(output, 'stderr.txt'))}`);
  const results = parseReport(readFileSync(report, 'utf8'), tests);
  // What vitest says of a failure shows what was expected and what was received.
  if (results.some(({ status }) => status === 'failed')) process.stdout.write(readFileSync(join(output, 'stderr.txt')));
  for (const line of reportLines(results)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${countLine(results)}\n`);
  return results.length === 0 || results.some(({ status }) => status === 'failed') ? 1 : 0;
}

function say(line: string): void {
  process.stderr.write(`test:vm: ${line}\n`);
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-20).join('\n') : '';
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof OracleError) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`test:vm: ${error.message}\n`);
  process.exitCode = error instanceof OracleError ? 1 : 2;
}
