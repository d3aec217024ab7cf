import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRawPackage, packageOf } from '../support/entry-points.ts';
import { asRecord, manifestOf, type Manifest } from '../support/packages.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'dependency' | 'alias' | 'unreadable';

const FIELDS = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'] as const;

/** What a driver's package.json asks for, its users get. */
export const noUnsafeDependencies: Rule<MessageId> = createRule({
  name: 'no-unsafe-dependencies',
  description: "Forbid a driver's package.json to depend on the raw layer or on a kernel",
  types: 'none',
  messages: {
    dependency: "{{path}}: {{field}} lists '{{name}}', which a driver may not use; a kernel for its tests belongs in devDependencies.",
    alias: "{{path}}: {{field}} lists '{{name}}' as '{{target}}', which a driver may not use.",
    unreadable: '{{path}} is not a JSON object, so what the driver depends on cannot be checked.',
  },
  defaultOptions: [],
  create: (context) => ({
    Program: (): void => {
      const manifest = manifestOf(context.filename);
      if (manifest === undefined || !isEntry(context.filename, manifest)) return;
      const loc = { line: 1, column: 0 };
      const path = basename(manifest.path);
      if (manifest.json === undefined) {
        context.report({ loc, messageId: 'unreadable', data: { path } });
        return;
      }
      for (const { field, name, target } of listed(manifest.json)) {
        const data = { path, field, name, target };
        context.report({ loc, messageId: target === name ? 'dependency' : 'alias', data });
      }
    },
  }),
});

const INDEX = /^index\.[cm]?[jt]sx?$/u;

/** Once for a package: on its index file, in `src` or beside package.json; on every file of a package that has none. */
function isEntry(filename: string, { directory }: Manifest): boolean {
  const homes = [join(directory, 'src'), directory];
  const home = homes.find((folder) => namesIn(folder).some((name) => INDEX.test(name)));
  return home === undefined || (dirname(filename) === home && INDEX.test(basename(filename)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

interface Listed {
  readonly field: string;
  readonly name: string;
  readonly target: string;
}

function listed(json: Readonly<Record<string, unknown>>): Listed[] {
  return FIELDS.flatMap((field) => {
    const value = json[field];
    const entries = Array.isArray(value) ? value.map((name) => [String(name), ''] as const) : Object.entries(asRecord(value) ?? {});
    return entries
      .map(([name, range]) => ({ field, name, target: targetOf(name, range) }))
      .filter(({ name, target }) => isRawPackage(name) || isRawPackage(target));
  });
}

/** The package behind a dependency: `"raw": "npm:@netdevkit/bindings@^1"` and `"workspace:@netdevkit/bindings@*"` name another. */
function targetOf(name: string, range: unknown): string {
  const [, alias] = (typeof range === 'string' ? /^(?:npm|workspace):(@?[^@]+)@/u.exec(range) : null) ?? [];
  return alias === undefined ? name : packageOf(alias);
}
