#!/usr/bin/env node
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createDriver } from './create.ts';
import { planOf } from './plan.ts';

const USAGE = `Usage: npm create netdev-driver [FOLDER] -- [--name NAME] [--kind KIND]

Makes a package with a network device driver for NetDevKit: the driver, its
tests, its lint rules.

  FOLDER       where; it must be empty or absent
  --name NAME  the package's name (default: the folder's)
  --kind KIND  the kind of link, for ip link add type KIND (default: from the name)
  -h, --help   print this help
`;

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`create-netdev-driver: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function main(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { name: { type: 'string' }, kind: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) {
    process.stderr.write(USAGE);
    return 2;
  }
  const plan = planOf(folder, values);
  const files = createDriver(plan);
  const place = relative(process.cwd(), plan.folder);
  const steps = [...(place === '' ? [] : [`cd ${place}`]), 'npm install', 'npm test'];
  process.stdout.write(`${plan.name}: a driver for links of the kind ${plan.kind}, ${String(files.length)} files. Next:\n\n${steps.map((step) => `  ${step}\n`).join('')}\n`);
  return 0;
}
