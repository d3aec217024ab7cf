import { parser } from 'typescript-eslint';
import { ESLint, type Linter } from 'eslint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import netdevkit, { rules } from '../src/index.ts';
import { HEAD } from './support/drivers.ts';
import { FIXTURES } from './support/tester.ts';

const ROOT = join(import.meta.dirname, '..');
const names = Object.keys(rules);

interface Example {
  readonly section: string;
  readonly file: string;
  readonly code: string;
}

/** The TypeScript examples of a page, by the heading that they stand under. */
function examplesOf(page: string): Example[] {
  return page.split(/^## /mu).flatMap((text) => {
    const section = /^\w+/u.exec(text)?.[0] ?? '';
    const fences = [...text.matchAll(/^```ts(?: file=(\S+))?\n(.*?)^```$/gmsu)];
    return fences.map(([, file = 'src/driver.ts', code = '']) => ({ section, file, code }));
  });
}

/** ESLint with one rule, over the fixture project. */
function linterFor(name: string): ESLint {
  return new ESLint({
    cwd: FIXTURES,
    overrideConfigFile: true,
    allowInlineConfig: false,
    overrideConfig: {
      files: ['**/*.ts'],
      plugins: { netdevkit },
      // With CI set, the parser would take files for what they were when it first saw them, and the examples are none.
      languageOptions: { parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: FIXTURES, disallowAutomaticSingleRunInference: true } },
      rules: { [`netdevkit/${name}`]: 'error' },
    },
  });
}

/** What a linter says of an example. An example that imports nothing gets what drivers import. */
async function lint(eslint: ESLint, { file, code }: Example): Promise<Linter.LintMessage[]> {
  const text = code.includes('import ') ? code : `${HEAD}\n${code}`;
  const results = await eslint.lintText(text, { filePath: join(FIXTURES, file) });
  return results.flatMap(({ messages }) => messages);
}

describe('docs/rules', () => {
  it('has a page for each rule and no other', () => {
    expect(readdirSync(join(ROOT, 'docs', 'rules')).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
  });

  describe.each(names)('%s', (name) => {
    const rule = rules[name];
    const page = readFileSync(fileURLToPath(rule?.meta.docs?.url ?? ''), 'utf8');

    it('is the page that the rule points at, and says what the rule says', () => {
      expect(page.startsWith(`# netdevkit/${name}\n\n${rule?.meta.docs?.description ?? ''}.\n`)).toBe(true);
      expect(page).toMatch(/^## Rejected$/mu);
      expect(page).toMatch(/^## Accepted$/mu);
    });

    const examples = examplesOf(page);
    // The page of a rule for package.json has none.
    if (examples.length === 0) return;
    it('has examples that the rule takes as the page says', async () => {
      const eslint = linterFor(name);
      for (const example of examples) {
        const messages = await lint(eslint, example);
        expect(messages.filter(({ ruleId }) => ruleId !== `netdevkit/${name}`)).toEqual([]);
        expect(messages.length > 0 ? 'Rejected' : 'Accepted', example.code).toBe(example.section);
      }
    });
  });
});

describe('README.md', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

  it('lists each rule with its description', () => {
    for (const name of names) expect(readme).toContain(`| [\`${name}\`](docs/rules/${name}.md) | ${rules[name]?.meta.docs?.description ?? ''} |`);
  });

  it('lists each configuration', () => {
    for (const name of Object.keys(netdevkit.configs)) expect(readme).toContain(`\`configs.${name}\``);
  });
});
