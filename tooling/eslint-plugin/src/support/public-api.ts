import { join } from 'node:path';
import ts from 'typescript';
import { asRecord, manifestOf, type Manifest } from './packages.ts';
import { resolveAlias } from './types.ts';

// A program is made anew when a file of it changes, so what was found in it stays true.
const found = new WeakMap<ts.Program, Map<string, ReadonlySet<ts.Symbol>>>();

/**
 * What the entry points of a file's package export: declarations, behind whatever re-exports. Entry points are those that
 * `exports` in package.json names in TypeScript, under any condition; a private package has none.
 *
 * @param file - an absolute path
 */
export function publicApiOf(file: string, program: ts.Program): ReadonlySet<ts.Symbol> | undefined {
  const manifest = manifestOf(file);
  if (manifest?.json === undefined || manifest.json['private'] === true) return undefined;
  let packages = found.get(program);
  if (packages === undefined) found.set(program, (packages = new Map<string, ReadonlySet<ts.Symbol>>()));
  let symbols = packages.get(manifest.path);
  if (symbols === undefined) packages.set(manifest.path, (symbols = exportedBy(entryPointsOf(manifest, program), program)));
  return symbols;
}

function exportedBy(entryPoints: readonly ts.SourceFile[], program: ts.Program): ReadonlySet<ts.Symbol> {
  const checker = program.getTypeChecker();
  const symbols = new Set<ts.Symbol>();
  const add = (module: ts.Symbol | undefined): void => {
    if (module === undefined) return;
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = resolveAlias(exported, checker);
      if (symbols.has(symbol)) continue;
      symbols.add(symbol);
      // `export * as names from './names.ts'`.
      if (symbol.flags & ts.SymbolFlags.ValueModule) add(symbol);
    }
  };
  for (const entryPoint of entryPoints) add(checker.getSymbolAtLocation(entryPoint));
  return symbols;
}

function entryPointsOf({ directory, json }: Manifest, program: ts.Program): ts.SourceFile[] {
  return targetsOf(json?.['exports']).flatMap((target) => {
    const [before = '', after] = join(directory, target).split('*');
    if (after !== undefined) return program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(before) && fileName.endsWith(after));
    return program.getSourceFile(before) ?? [];
  });
}

/** The TypeScript files among what an entry of `exports` leads to, whatever the conditions. */
function targetsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return /(?<!\.d)\.[cm]?tsx?$/u.test(entry) ? [entry] : [];
  return Object.values(Array.isArray(entry) ? entry : (asRecord(entry) ?? {})).flatMap(targetsOf);
}
