import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { generate } from './generate.ts';
import { units } from './units.ts';

const target = new URL('../../../packages/netlink/src/generated/code/', import.meta.url);

mkdirSync(target, { recursive: true });
// The module of a unit that is gone would stay behind.
for (const name of readdirSync(target)) if (!units.some(({ file }) => `${file}.ts` === name)) rmSync(new URL(name, target));
for (const unit of units) writeFileSync(new URL(`${unit.file}.ts`, target), await generate(unit));
