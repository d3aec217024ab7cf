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

/**
 * Writes to standard error. That nobody reads it any more, or that its terminal has gone, changes nothing.
 *
 * @param text - with its newlines
 */
export function tell(text: string): void {
  const { stderr } = process;
  if (stderr.listenerCount('error') === 0) stderr.on('error', () => undefined);
  stderr.write(text);
}

function failed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(ExitCode.OK);
  tell(`nlmon: ${failureLine(fileFailure('write standard output', error))}\n`);
  process.exit(ExitCode.FAILURE);
}
