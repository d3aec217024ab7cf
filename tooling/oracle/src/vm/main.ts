import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exitWith } from '../exit.ts';
import { openImage } from '../image/image.ts';
import { OracleError } from '../oracle-error.ts';
import { requireTools } from '../tools.ts';
import { bundleTests } from './bundle.ts';
import { countLine, reportLines, type TestResult } from './report.ts';
import { RunFolder } from './run-folder.ts';
import { runSuite } from './run-suite.ts';
import { findSuites } from './suites.ts';

const USAGE = `usage: npm run test:vm -- [PART OF A TEST'S PATH]... [--timeout SECONDS] [--renew]

Runs the tests that need a kernel of Linux in virtual machines with Debian's 6.12, which has nlmon, one after another.
--timeout is how long each may take. --renew makes the machines' image again, of the newest packages.
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
  const suites = findSuites(REPOSITORY, positionals);
  if (suites.length === 0) throw new OracleError(`there are no such tests: ${positionals.join(', ')}`);
  const image = openImage({ say, renew: values.renew });
  using folder = new RunFolder(CACHE);
  await bundleTests(REPOSITORY, suites.flatMap(({ files }) => files), folder.tests);
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  const place = { repository: REPOSITORY, image, folder, timeout, signal: controller.signal };
  say(`Linux ${image.version}, ${String(suites.length)} ${suites.length === 1 ? 'machine' : 'machines, one after another'}`);
  const all: TestResult[] = [];
  const begin = performance.now();
  for (const [at, suite] of suites.entries()) {
    const { name, files } = suite;
    say(`${name} (${String(at + 1)} of ${String(suites.length)}), ${files.length === 1 ? '1 file' : `${String(files.length)} files`}: what its tests say is in ${folder.output(name)}`);
    const start = performance.now();
    const { results, said } = await runSuite(place, suite);
    process.stdout.write(said);
    for (const line of reportLines(results)) process.stdout.write(`${line}\n`);
    say(`${name}: ${countLine(results)}, ${secondsSince(start)}`);
    all.push(...results);
  }
  say(`all of that is now in ${join(CACHE, 'last', 'out')}`);
  process.stdout.write(`${countLine(all)}, ${secondsSince(begin)}\n`);
  return all.some(({ status }) => status === 'failed') ? 1 : 0;
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(0)} s`;
}

function say(line: string): void {
  process.stderr.write(`test:vm: ${line}\n`);
}

await exitWith('test:vm', main, 1);
