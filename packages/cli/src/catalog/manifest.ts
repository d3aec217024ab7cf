/** What a package's manifest says that matters here. */
export interface Manifest {
  /** The name of the package. */
  readonly name: string;
  /** The aliases of the module that the package is; empty for a package that is none. */
  readonly alias: readonly string[];
  /** For aliases that several packages provide: the one to load. */
  readonly prefer: Readonly<Record<string, string>>;
  /** The packages that it depends on, for its use or its development. */
  readonly dependencies: readonly string[];
}

const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;

/**
 * Reads a package.json.
 *
 * @param text - its text
 * @returns what it says; what is of another shape than it should be counts as not said
 * @throws SyntaxError: it is no JSON
 */
export function parseManifest(text: string): Manifest {
  const manifest = objectOf(JSON.parse(text));
  const netdevkit = objectOf(manifest['netdevkit']);
  const { name } = manifest;
  return {
    name: typeof name === 'string' ? name : '',
    alias: strings(netdevkit['alias']),
    prefer: Object.fromEntries(Object.entries(objectOf(netdevkit['prefer'])).filter(isPair)),
    dependencies: [...new Set(DEPENDENCIES.flatMap((key) => Object.keys(objectOf(manifest[key]))))],
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function isPair(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
