import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Compiler, MissingToolError } from './compiler.ts';
import { FOLDER, generate } from './generate.ts';
import { newerConstants } from './newer.ts';

const workspace = new URL('../../../', import.meta.url);
const folder = new URL(`${FOLDER}/`, workspace);

try {
  using compiler = new Compiler();
  const newer = newerConstants(readFileSync(new URL('packages/bindings/src/newer.ts', workspace), 'utf8'));
  const { files } = generate(compiler, newer);
  // A file of an area that is no longer in the list would stay behind.
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(`${FOLDER}/${name}`)) rmSync(new URL(name, folder));
  for (const [path, text] of files) writeFileSync(new URL(path, workspace), text);
} catch (error) {
  if (!(error instanceof MissingToolError)) throw error;
  process.stderr.write(`bindgen: ${error.message}\n`);
  process.exitCode = 1;
}
