import { Transcoder, type GenericFamily } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
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
 * @param families - generic families to begin with
 * @throws Failure: it is the input, or a terminal; SinkError: it cannot be created
 */
export function openCaptureOutput(path: string, input: string, families: readonly GenericFamily[]): Transcoder {
  if (path === '-' && isTerminal(STDOUT)) throw new Failure('-w -: standard output is a terminal, which cannot show a capture');
  checkApart(input, path === '-' ? STDOUT : path);
  const sink = path === '-' ? new FileSink(STDOUT, 'standard output') : FileSink.create(path);
  return new Transcoder(sink, { application: `nlmon ${version()}`, families });
}
