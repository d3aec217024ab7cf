import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { generateLinkData } from './generate-link-data.ts';
import { generate, generateView } from './generate.ts';
import { units, viewUnits } from './units.ts';

const generated = new URL('../../../packages/netlink/src/generated/', import.meta.url);
const linkData = new URL('../../../packages/iproute/src/generated/link-data.ts', import.meta.url);

await write('code/', units, generate);
await write('views/', viewUnits, generateView);
writeFileSync(linkData, await generateLinkData());

async function write<T extends { readonly file: string }>(folder: string, all: readonly T[], text: (unit: T) => Promise<string>): Promise<void> {
  const target = new URL(folder, generated);
  // Before anything is removed: code that is being replaced is code that the generator loads.
  const modules = await Promise.all(all.map(async (unit) => [`${unit.file}.ts`, await text(unit)] as const));
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) if (!modules.some(([file]) => file === name)) rmSync(new URL(name, target));
  for (const [name, module] of modules) writeFileSync(new URL(name, target), module);
}
