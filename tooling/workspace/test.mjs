// `npm test`: sets the clone up, then lint, type checks and every test; the last line counts the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, turbo } from './bootstrap.mjs';

install();
const status = turbo(['build', 'lint', 'typecheck', 'test'], ['--continue=dependencies-successful', '--concurrency=2', ...process.argv.slice(2)], {
  allowFailure: true,
});

let passed = 0;
let failed = 0;
let skipped = 0;
for (const home of ['packages', 'drivers', 'tooling']) {
  for (const name of readdirSync(join(root, home))) {
    const report = join(root, home, name, '.cache', 'vitest.json');
    if (!existsSync(report)) continue;
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
    skipped += numPendingTests;
  }
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(status !== 0 || failed > 0 ? 1 : 0);
