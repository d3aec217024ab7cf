import { ExitCode, failureLine, fileFailure } from './failure.ts';

/**
 * Writes to standard output what is not worth a sink, such as help. A reader that has gone is no failure; what else goes wrong
 * ends the process.
 *
 * @param text - with its newlines
 */
export function say(text: string): void {
  const { stdout } = process;
  if (stdout.listenerCount('error') === 0) stdout.on('error', failed);
  stdout.write(text);
}

function failed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(ExitCode.OK);
  process.stderr.write(`nlmon: ${failureLine(fileFailure('write standard output', error))}\n`);
  process.exit(ExitCode.FAILURE);
}
