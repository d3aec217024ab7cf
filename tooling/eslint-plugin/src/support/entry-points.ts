/** The packages that are, or run, the raw layer: no driver may depend on them. */
const RAW_PACKAGES: ReadonlySet<string> = new Set(['@netdevkit/bindings', '@netdevkit/kernel', '@netdevkit/linux']);

/** Modules that reach past the type system: foreign functions, loading code by name, running text. */
const ESCAPES: ReadonlySet<string> = new Set(['ffi', 'module', 'vm', 'koffi', 'ffi-napi', 'ffi-rs', 'ref-napi']);

/** Whether a package is, or runs, the raw layer. */
export function isRawPackage(name: string): boolean {
  return RAW_PACKAGES.has(name);
}

/** The package of a bare specifier. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Whether a specifier names an entry point that hands out raw access, such as `@netdevkit/skbuff/unsafe`. */
export function isUnsafeEntryPoint(specifier: string): boolean {
  const name = packageOf(specifier);
  return name.startsWith('@netdevkit/') && /(?:^|[/.])unsafe(?:[/.]|$)/u.test(specifier.slice(name.length));
}

/** Whether a specifier names the raw layer's declarations. */
export function isRawEntryPoint(specifier: string): boolean {
  return /^@netdevkit\/bindings\/(?:dist\/|src\/)?raw(?:[/.]|$)/u.test(specifier);
}

/** Whether a specifier names a module that reaches past the type system. */
export function isEscape(specifier: string): boolean {
  return ESCAPES.has(packageOf(specifier.replace(/^node:/u, '')));
}
