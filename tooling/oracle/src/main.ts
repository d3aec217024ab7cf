import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exitWith } from './exit.ts';
import { openImage } from './image/image.ts';
import { runMachine } from './machine.ts';
import { shellQuote } from './shell-quote.ts';
import { requireTools } from './tools.ts';

const USAGE = `usage: pnpm oracle [--in PATH]... [--out FOLDER] [--timeout SECONDS] [--memory MIB] [--renew] -- COMMAND...

Runs a command of the shell as root in a virtual machine with Debian's kernel. It starts in /in, where each PATH is; what it writes to
/out is in FOLDER afterwards. This repository is in the machine, too, and its Node.
`;
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/u, '');
const FAILED = 99;

/** @returns the exit status */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      in: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      timeout: { type: 'string', default: '120' },
      memory: { type: 'string', default: '2048' },
      renew: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const timeout = Number(values.timeout);
  const memory = Number(values.memory);
  if (values.help || positionals.length === 0 || !(timeout > 0) || !(memory >= 256)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  requireTools();
  const image = openImage({ say: (line) => process.stderr.write(`oracle: ${line}\n`), renew: values.renew });
  const work = mkdtempSync(join(tmpdir(), 'oracle-'));
  const input = join(work, 'in');
  const output = values.out === undefined ? join(work, 'out') : resolve(values.out);
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  try {
    mkdirSync(input);
    for (const path of values.in) cpSync(path, join(input, basename(resolve(path))), { recursive: true, dereference: true });
    const script = positionals.length === 1 ? (positionals[0] ?? '') : positionals.map(shellQuote).join(' ');
    const code = await runMachine(image, { script, input, output, repository: REPOSITORY, timeout, memory, signal: controller.signal });
    process.stdout.write(readFileSync(join(output, 'stdout.txt')));
    process.stderr.write(readFileSync(join(output, 'stderr.txt')));
    return code;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await exitWith('oracle', main, FAILED);
