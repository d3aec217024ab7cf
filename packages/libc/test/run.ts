import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program of its own ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a module's text in a process of its own, with this package's sources at hand. */
export function run(text: string): Ended {
  const source = fileURLToPath(new URL('../src/', import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', text.replaceAll('#src/', source)],
    { encoding: 'utf8', timeout: 100_000, cwd: fileURLToPath(new URL('..', import.meta.url)) },
  );
  return { status, signal, stdout, stderr };
}
