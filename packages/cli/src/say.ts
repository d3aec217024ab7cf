/**
 * Writes to standard output what is not worth a sink, such as help. A reader that has gone is no failure.
 *
 * @param text - with its newlines
 */
export function say(text: string): void {
  const { stdout } = process;
  if (stdout.listenerCount('error') === 0) stdout.on('error', failed);
  stdout.write(text);
}

function failed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
