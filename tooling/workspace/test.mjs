// `npm test`: sets the clone up, then lint, type checks and every test; the last line counts the tests.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { install, root, turbo } from './bootstrap.mjs';

install();
const packages = ['packages', 'drivers', 'tooling'].flatMap((home) => readdirSync(join(root, home)).map((name) => `${home}/${name}`));
const reports = packages.map((folder) => ({ folder, report: join(root, folder, '.cache', 'vitest.json') }));
// What an earlier run has said is not this one's; turbo gives back what it need not run again.
for (const { report } of reports) rmSync(report, { force: true });
const status = turbo(['build', 'lint', 'typecheck', 'test'], ['--continue=dependencies-successful', '--concurrency=2', ...process.argv.slice(2)], {
  allowFailure: true,
});

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const { folder, report } of reports) if (existsSync(report)) count(folder, JSON.parse(readFileSync(report, 'utf8')));
const { passed, failed, skipped } = counts;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(status !== 0 || failed > 0 ? 1 : 0);

/** Counts a package's tests, and says again what failed: what one package prints is far above what the others print after it. */
function count(folder, { numPassedTests, numFailedTests, numPendingTests, testResults }) {
  counts.passed += numPassedTests;
  counts.failed += numFailedTests;
  counts.skipped += numPendingTests;
  for (const { name, status, message, assertionResults } of testResults) {
    const file = `${folder}/${relative(join(root, folder), name)}`;
    const failures = assertionResults.filter((test) => test.status === 'failed');
    for (const test of failures) console.log(`\nfailed: ${file}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
    if (status === 'failed' && failures.length === 0) console.log(`\nfailed: ${file}\n${message}`);
  }
}
