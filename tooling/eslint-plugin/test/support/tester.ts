import { RuleTester } from '@typescript-eslint/rule-tester';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';

RuleTester.afterAll = afterAll;
RuleTester.describe = describe;
RuleTester.it = it;

/** The folder of the fixture project: its files exist, tests bring their text. */
export const FIXTURES: string = join(import.meta.dirname, '..', 'fixtures');

/** A tester whose code is read as `src/driver.ts` of the fixture project, or another of its files. */
export function typedTester(): RuleTester {
  return new RuleTester({
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: FIXTURES } },
    defaultFilenames: { ts: 'src/driver.ts', tsx: 'src/driver.tsx' },
  });
}

/** A tester for rules that need no types. */
export function plainTester(): RuleTester {
  return new RuleTester({ linterOptions: { reportUnusedDisableDirectives: 'off' } });
}

/** The path of a file of the fixture project. */
export function fixture(path: string): string {
  return join(FIXTURES, path);
}
