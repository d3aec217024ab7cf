// `npm test`: sets the clone up, then lint, type checks and every test; the last line counts the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { install, root, turbo } from './bootstrap.mjs';

install();
const status = turbo(['build', 'lint', 'typecheck', 'test'], ['--continue=dependencies-successful', '--concurrency=2', ...process.argv.slice(2)], {
  allowFailure: true,
});

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const home of ['packages', 'drivers', 'tooling']) {
  for (const name of readdirSync(join(root, home))) {
    const report = join(root, home, name, '.cache', 'vitest.json');
    if (existsSync(report)) count(`${home}/${name}`, JSON.parse(readFileSync(report, 'utf8')));
  }
}
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
