import { ESLint } from 'eslint';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import netdevkit from '../src/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: true, overrideConfig: netdevkit.configs.workspace });

/** The severity of each rule of the plugin that is set for a file. */
async function rulesFor(file: string): Promise<Record<string, number>> {
  const config = await eslint.calculateConfigForFile(join(ROOT, file));
  const set: [string, unknown][] = Object.entries(config.rules ?? {});
  return Object.fromEntries(set.filter(([name]) => name.startsWith('netdevkit/')).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
}

/** Those that one of the plugin's configurations sets. */
function rulesOf(name: 'driver' | 'abstraction' | 'implementation'): Record<string, number> {
  const names = netdevkit.configs[name].flatMap(({ rules }) => Object.keys(rules ?? {})).filter((rule) => rule.startsWith('netdevkit/'));
  return Object.fromEntries(names.map((rule) => [rule, 2]));
}

describe('configs.workspace', () => {
  it('holds drivers to the driver configuration, whatever their comments say', async () => {
    expect(await rulesFor('drivers/nlmon/src/nlmon.ts')).toEqual({ ...rulesOf('driver'), 'netdevkit/require-public-docs': 2 });
    const config = await eslint.calculateConfigForFile(join(ROOT, 'drivers/nlmon/src/nlmon.ts'));
    expect(config.linterOptions.noInlineConfig).toBe(true);
  });

  it.each(['errno', 'module', 'skbuff', 'netdevice', 'stats', 'rtnl', 'netlink-tap'])('holds %s to the abstraction configuration', async (name) => {
    expect(await rulesFor(`packages/${name}/src/index.ts`)).toEqual(rulesOf('abstraction'));
  });

  it.each(['packages/kernel', 'packages/bindings', 'packages/netlink', 'tooling/bindgen'])('holds %s to the implementation configuration', async (home) => {
    expect(await rulesFor(`${home}/src/index.ts`)).toEqual(rulesOf('implementation'));
  });

  it('leaves tests and configuration files alone', async () => {
    expect(await rulesFor('packages/skbuff/test/skbuff.test.ts')).toEqual({});
    expect(await rulesFor('drivers/nlmon/test/nlmon.test.ts')).toEqual({});
    const config = await eslint.calculateConfigForFile(join(ROOT, 'packages/skbuff/vitest.config.ts'));
    expect(config.languageOptions.parserOptions.projectService).toBe(false);
    // Without a project there are no types to ask.
    expect(config.rules['netdevkit/require-public-docs']).toEqual([0]);
  });

  it.each(['packages/errno/src/generated/errno.ts', 'packages/errno/dist/index.js', 'packages/netlink/test/golden/a.ts', 'tooling/eslint-plugin/test/fixtures/src/index.ts'])(
    'ignores %s',
    async (file) => {
      expect(await eslint.isPathIgnored(join(ROOT, file))).toBe(true);
    },
  );
});
