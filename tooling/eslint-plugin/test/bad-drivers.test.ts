import { ESLint, type Linter } from 'eslint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import netdevkit, { rules } from '../src/index.ts';

type ConfigName = 'driver' | 'abstraction' | 'implementation';

interface Expectation {
  readonly config: ConfigName;
  readonly rule?: string;
}

/** The packages of a folder, each with what its package.json says to expect. */
function packagesIn(folder: string): { name: string; directory: string; expectation: Expectation }[] {
  const home = join(import.meta.dirname, folder);
  const names = readdirSync(home, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map(({ name }) => {
    const directory = join(home, name);
    const { expect: expectation } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return { name, directory, expectation };
  });
}

/** Lints a package as `eslint .` in its folder does, with one configuration and nothing else. */
async function lint(directory: string, config: ConfigName): Promise<Linter.LintMessage[]> {
  const eslint = new ESLint({ cwd: directory, overrideConfigFile: true, overrideConfig: netdevkit.configs[config] });
  const results = await eslint.lintFiles(['.']);
  return results.flatMap(({ messages }) => messages);
}

const bad = packagesIn('bad-drivers');

describe('bad drivers', () => {
  it.each(bad)('$name is rejected by its rule alone', async ({ directory, expectation }) => {
    const messages = await lint(directory, expectation.config);
    // ESLint says of a comment that switches a rule off that it has no effect; that is a warning, and rejects nothing.
    const errors = messages.filter(({ severity, fatal }) => severity === 2 || fatal === true);
    expect(errors.length, JSON.stringify(messages)).toBeGreaterThan(0);
    expect(new Set(errors.map(({ ruleId, message }) => ruleId ?? message))).toEqual(new Set([expectation.rule]));
    const others = messages.filter((message) => !errors.includes(message));
    expect(others.filter(({ message }) => !message.includes("you have 'noInlineConfig' setting"))).toEqual([]);
  });

  it('break every rule that the configurations set', () => {
    const { driver, abstraction, implementation } = netdevkit.configs;
    const set = [...driver, ...abstraction, ...implementation].flatMap((config) => Object.keys(config.rules ?? {}));
    expect(new Set(bad.map(({ expectation }) => expectation.rule))).toEqual(new Set(set));
  });

  it('break every rule that the plugin has', () => {
    const broken = new Set(bad.map(({ expectation }) => expectation.rule));
    expect(Object.keys(rules).filter((name) => !broken.has(`netdevkit/${name}`))).toEqual([]);
  });
});

describe('good drivers', () => {
  it.each(packagesIn('good-drivers'))('$name passes', async ({ directory, expectation }) => {
    expect(await lint(directory, expectation.config)).toEqual([]);
  });
});
