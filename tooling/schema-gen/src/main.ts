import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from './generate.ts';
import { SpecError } from './spec-node.ts';

/** The version whose specifications the committed modules are made from. */
const KERNEL = '7.2.13';

const target = new URL('../../../packages/netlink/src/generated/', import.meta.url);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kernel: { type: 'string', default: KERNEL } } });
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  process.stderr.write('usage: node src/main.ts FOLDER [--kernel VERSION]\n');
  process.exitCode = 2;
} else {
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const modules = generate(new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')])), values.kernel);
    mkdirSync(target, { recursive: true });
    // The module of a specification that is gone would stay behind.
    for (const name of readdirSync(target)) if (name.endsWith('.ts') && !modules.has(name)) rmSync(new URL(name, target));
    for (const [name, text] of modules) writeFileSync(new URL(name, target), text);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    process.stderr.write(`schema-gen: ${error.message}\n`);
    process.exitCode = 1;
  }
}
