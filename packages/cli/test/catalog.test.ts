import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../src/catalog/manifest.ts';
import { PackageCatalog } from '../src/catalog/package-catalog.ts';
import { matchesAlias } from '../src/catalog/wildcard.ts';
import { lines, nlmon } from './run-command.ts';

const ALIAS = 'rtnl-link-nlmon';
const root = realpathSync(mkdtempSync(join(tmpdir(), 'nlmon-catalog-')));
afterAll(() => rmSync(root, { recursive: true }));

/** A project with these packages installed; gives its folder. */
function project(name: string, manifest: object, packages: Readonly<Record<string, { readonly manifest: unknown; readonly code?: string }>>): string {
  const folder = join(root, name);
  for (const [dependency, { manifest: own, code }] of Object.entries(packages)) {
    const at = join(folder, 'node_modules', dependency);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), typeof own === 'string' ? own : JSON.stringify(own));
    if (code !== undefined) writeFileSync(join(at, 'index.js'), code);
  }
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: Object.fromEntries(Object.keys(packages).map((key) => [key, '*'])), ...manifest }));
  return folder;
}

const driver = (name: string): object => ({ name, type: 'module', exports: './index.js', netdevkit: { alias: [ALIAS] } });

/** A catalogue that keeps what it complains of. */
function catalog(folder: string, prefer: Readonly<Record<string, string>> = {}): { modules: PackageCatalog; problems: string[] } {
  const problems: string[] = [];
  return { modules: new PackageCatalog({ project: folder, prefer, onProblem: (problem) => problems.push(problem) }), problems };
}

describe('PackageCatalog', () => {
  it('finds nothing for an alias that nobody has', () => {
    const { modules, problems } = catalog(project('nothing', {}, {}));
    expect(modules.find('rtnl-link-nosuch')).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('passes over packages that are no modules, are missing, or say strange things of themselves', () => {
    const folder = project('strange', { dependencies: { plain: '*', missing: '*', broken: '*', odd: '*', other: '*', '../..': '*', 'a/b/c': '*' } }, {
      plain: { manifest: { name: 'plain' } },
      broken: { manifest: '{' },
      odd: { manifest: { name: 'odd', netdevkit: { alias: [1, null, 'rtnl-link-odd'], prefer: [] } } },
      other: { manifest: { name: 'not-other', netdevkit: { alias: ['rtnl-link-odd'] } } },
    });
    const { modules, problems } = catalog(folder);
    expect(modules.find('rtnl-link-odd')).toEqual([]);
    expect(problems).toEqual([
      expect.stringContaining(join('broken', 'package.json')),
      expect.stringMatching(/^odd: cannot be loaded: /),
    ]);
  });

  it('says what is wrong with a module that cannot be used', () => {
    const folder = project('unusable', {}, {
      'a-throws': { manifest: { ...driver('a-throws'), netdevkit: { alias: ['a'] } }, code: 'throw new Error("at once");' },
      'b-nothing': { manifest: { ...driver('b-nothing'), netdevkit: { alias: ['b'] } }, code: 'export default { name: "b" };' },
    });
    const { modules, problems } = catalog(folder);
    expect(modules.find('a')).toEqual([]);
    expect(modules.find('b')).toEqual([]);
    expect(problems).toEqual([
      'a-throws: cannot be loaded: at once',
      'b-nothing: its default export is not what defineModule of this @netdevkit/module made',
    ]);
  });

  it('says that the package that is preferred does not provide the alias', () => {
    const { modules, problems } = catalog(project('wrong', {}, {}), { [ALIAS]: 'nosuch' });
    expect(modules.find(ALIAS)).toEqual([]);
    expect(problems).toEqual([`${ALIAS}: nosuch is preferred, but only @netdevkit/nlmon provides it`]);
  });

  it('looks from a folder inside the project, at the nearest node_modules that has the package', () => {
    const outer = project('outer', {}, { hoisted: { manifest: { name: 'hoisted', netdevkit: { alias: ['x'] } }, code: 'throw new Error("found");' } });
    const inner = join(outer, 'packages', 'inner');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'package.json'), JSON.stringify({ devDependencies: { hoisted: '*' } }));
    const { modules, problems } = catalog(inner);
    modules.find('x');
    expect(problems).toEqual([expect.stringMatching(/^hoisted: cannot be loaded/)]);
  });

  // Modules are loaded by Node, which in these tests has other copies of the packages than the tests; so by the command.
  describe('in the command', () => {
    const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
    const own = { manifest: driver('my-nlmon'), code: "export { default } from '@netdevkit/nlmon';" };
    const install = (folder: string): string => {
      mkdirSync(join(folder, 'node_modules', '@netdevkit'), { recursive: true });
      symlinkSync(join(repository, 'drivers', 'nlmon'), join(folder, 'node_modules', '@netdevkit', 'nlmon'));
      return folder;
    };

    it('says that several packages provide an alias, and takes the project’s', async () => {
      const folder = install(project('several', {}, { 'my-nlmon': own }));
      const run = await nlmon(['demo', '--client', 'builtin'], { cwd: join(folder, 'src', 'deep') });
      expect(run.code).toBe(0);
      expect(run.stderr).toBe(`nlmon: ${ALIAS}: provided by my-nlmon, @netdevkit/nlmon; loading my-nlmon (--prefer ${ALIAS}=PACKAGE chooses)\n`);
      expect(lines(run)).toContain(`# the kernel asked for ${ALIAS}: module nlmon loaded`);
    });

    it('takes the one that is preferred, by the command line or the manifest', async () => {
      const folder = install(project('chosen', { netdevkit: { prefer: { [ALIAS]: 'my-nlmon' } } }, { 'my-nlmon': own, bad: { manifest: driver('bad'), code: 'throw new Error("bad");' } }));
      const [byManifest, byOption] = await Promise.all([
        nlmon(['demo', '--client', 'builtin'], { cwd: folder }),
        nlmon(['demo', '--client', 'builtin', '--prefer', `${ALIAS}=bad`], { cwd: folder }),
      ]);
      expect(byManifest).toMatchObject({ code: 0, stderr: '' });
      expect(byOption).toMatchObject({ code: 1, stderr: expect.stringContaining('nlmon: bad: cannot be loaded: bad\n') });
    });
  });
});

describe('matchesAlias', () => {
  it.each([
    ['rtnl-link-nlmon', 'rtnl-link-nlmon', true],
    ['rtnl-link-nlmon', 'rtnl-link-nlmon2', false],
    ['rtnl-link-*', 'rtnl-link-', true],
    ['rtnl-link-*', 'rtnl-lin', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*ab*ab', 'ab', false],
    ['a.c', 'abc', false],
    ['', '', true],
    ['', 'a', false],
  ])('%s covers %s: %s', (pattern, alias, covers) => {
    expect(matchesAlias(pattern, alias)).toBe(covers);
  });

  it('says what a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const words = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(letters, words, (pattern, alias) => {
        expect(matchesAlias(pattern, alias)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(alias));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for a pattern that a backtracking matcher would take for ever', () => {
    expect(matchesAlias('a*'.repeat(1000) + 'b', 'a'.repeat(10_000))).toBe(false);
  });
});

describe('parseManifest', () => {
  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { name, alias, dependencies } = parseManifest(text);
        expect(typeof name).toBe('string');
        expect([...alias, ...dependencies].every((one) => typeof one === 'string')).toBe(true);
      }),
    );
    expect(() => parseManifest('{')).toThrow(SyntaxError);
  });
});
