import { readdirSync } from 'node:fs';
import { NETLINK_NAMES } from '@netdevkit/bindings';
import { families, familySize, type FamilyEntry } from '../src/catalog/index.ts';
import type { Schema } from '../src/schema/index.ts';

/** All that the specifications say. */
async function specified(): Promise<ReadonlySet<unknown>> {
  const found = new Set<unknown>();
  for (const file of readdirSync(new URL('../src/generated', import.meta.url)).filter((name) => name.endsWith('.ts'))) {
    const exports: unknown = await import(`../src/generated/${file.replace(/\.ts$/, '')}.ts`);
    for (const value of Object.values(Object(exports) as Record<string, unknown>)) found.add(value);
  }
  return found;
}

function originOf(schemas: readonly Schema[], isSpecified: (schema: Schema) => boolean): string {
  const own = schemas.filter((schema) => !('code' in schema));
  if (!own.some(isSpecified)) return 'by hand';
  return own.every(isSpecified) ? 'specification' : 'both';
}

/** The module that a family can be imported from. */
export function moduleOf({ name }: FamilyEntry): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** The table of families, as README.md of the package has it. */
export async function familiesTable(): Promise<string> {
  const known = await specified();
  const rows: string[] = [];
  let messages = 0;
  let attributes = 0;
  for (const entry of families) {
    const schemas = await entry.load();
    const size = familySize(entry, schemas);
    messages += size.messages;
    attributes += size.attributes;
    const protocol = entry.protocol === undefined ? '' : (NETLINK_NAMES[entry.protocol] ?? '').replace('NETLINK_', '');
    const numbers = `${String(size.messages)} | ${String(size.attributes)}`;
    rows.push(`| \`${entry.name}\` | ${protocol} | ${originOf(schemas, (schema) => known.has(schema))} | ${numbers} |`);
  }
  const head = '| family | protocol | from | messages | attributes |\n|---|---|---|---|---|\n';
  return `${head}${rows.join('\n')}\n| ${String(families.length)} | | | ${String(messages)} | ${String(attributes)} |\n`;
}
