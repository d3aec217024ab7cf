import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Compiler } from './compiler.ts';
import { generate } from './generate.ts';
import { newerConstants } from './newer.ts';

const workspace = new URL('../../../', import.meta.url);
const newer = newerConstants(readFileSync(new URL('packages/bindings/src/newer.ts', workspace), 'utf8'));
using compiler = new Compiler();
for (const [path, text] of generate(compiler, newer).files) {
  const file = fileURLToPath(new URL(path, workspace));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
