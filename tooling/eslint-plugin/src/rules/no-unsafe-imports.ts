import type { ParserServicesWithTypeInformation, TSESTree } from '@typescript-eslint/utils';
import { dirname, relative, resolve, sep } from 'node:path';
import { isEscape, isRawPackage, isUnsafeEntryPoint, packageOf } from '../support/entry-points.ts';
import { moduleReferences } from '../support/module-references.ts';
import { manifestOf, packageNameOf } from '../support/packages.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'raw' | 'unsafe' | 'escape' | 'resolved' | 'outside';

/** Drivers import the safe packages alone. */
export const noUnsafeImports: Rule<MessageId> = createRule({
  name: 'no-unsafe-imports',
  description: 'Forbid a driver to import the raw layer, an unsafe entry point, or what lies outside its package',
  types: 'uses',
  messages: {
    raw: "A driver may not import '{{specifier}}': use the safe packages, which wrap it.",
    unsafe: "A driver may not import '{{specifier}}': it hands out raw objects.",
    escape: "A driver may not import '{{specifier}}': it reaches past the type system.",
    resolved: "A driver may not import '{{specifier}}': it stands for {{target}}, which is unsafe.",
    outside: "A driver may not import '{{specifier}}': a path may not leave the package's src. Import packages by name.",
  },
  defaultOptions: [],
  create: (context) => {
    // JavaScript may be read by a parser that knows no types.
    const { parserServices } = context.sourceCode;
    const services = parserServices?.program == null ? undefined : parserServices;
    return moduleReferences(({ specifier, node }) => {
      const messageId = byName(specifier, context.filename);
      if (messageId !== undefined) {
        context.report({ node, messageId, data: { specifier } });
        return;
      }
      const target = unsafeTarget(node, services);
      if (target !== undefined) context.report({ node, messageId: 'resolved', data: { specifier, target } });
    });
  },
});

function byName(specifier: string, filename: string): Exclude<MessageId, 'resolved'> | undefined {
  if (/^\.{1,2}(?:\/|$)/u.test(specifier)) return leavesPackage(specifier, filename) ? 'outside' : undefined;
  // A URL or an absolute path; `node:` is the one scheme that names a package.
  if (/^(?:\/|[a-z]:[\\/]|(?!node:)[a-z][a-z\d+.-]+:)/iu.test(specifier)) return 'outside';
  if (isRawPackage(packageOf(specifier))) return 'raw';
  if (isUnsafeEntryPoint(specifier)) return 'unsafe';
  return isEscape(specifier) ? 'escape' : undefined;
}

/** Whether a path leads to files that no driver configuration looks at: out of the package, or out of its `src`. */
function leavesPackage(specifier: string, filename: string): boolean {
  const root = manifestOf(filename)?.directory;
  if (root === undefined) return false;
  const to = relative(root, resolve(dirname(filename), specifier)).split(sep);
  if (to[0] === '..' || to.includes('node_modules')) return true;
  const [home] = relative(root, filename).split(sep);
  return home === 'src' && to[0] !== home && to.join('/') !== 'package.json';
}

/** What a specifier stands for when its name does not tell: through `imports`, `paths` or a dependency's alias. */
function unsafeTarget(node: TSESTree.Node, services: Partial<ParserServicesWithTypeInformation> | undefined): string | undefined {
  const file = services?.getSymbolAtLocation?.(node)?.declarations?.[0]?.getSourceFile().fileName;
  const name = file === undefined ? undefined : packageNameOf(file);
  if (file === undefined || name === undefined) return undefined;
  const unsafe = isRawPackage(name) || (name.startsWith('@netdevkit/') && /[/.]unsafe\.(?:d\.)?[cm]?tsx?$/u.test(file));
  return unsafe ? name : undefined;
}
