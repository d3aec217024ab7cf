import { Transcoder, type GenericFamily, type Sink } from '@netdevkit/capture';
import { Failure } from '../failure.ts';
import { checkApart } from '../input/files.ts';
import { isTerminal } from '../terminal.ts';
import { version } from '../version.ts';

const STDOUT = 1;

/**
 * Opens a capture for writing.
 *
 * @param path - of the file; `'-'` is standard output
 * @param input - the capture that is read, which it must not be
 * @param open - opens a descriptor, or creates a file
 * @param families - generic families to begin with
 * @throws Failure: it is the input, or a terminal; SinkError: it cannot be created
 */
export async function openCaptureOutput(
  path: string,
  input: string,
  open: (target: number | string) => Promise<Sink>,
  families: readonly GenericFamily[],
): Promise<Transcoder> {
  if (path === '-' && isTerminal(STDOUT)) throw new Failure('-w -: standard output is a terminal, which cannot show a capture');
  checkApart(input, path === '-' ? STDOUT : path);
  return new Transcoder(await open(path === '-' ? STDOUT : path), { application: `nlmon ${version()}`, families });
}
