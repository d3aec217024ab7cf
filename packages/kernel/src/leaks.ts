/** Something that was left over: an skb that nobody settled, a socket that nobody closed, a device that is still there. */
export interface Leak {
  /** The kind of thing; a module is one that something still pins. */
  readonly what: 'skb' | 'socket' | 'device' | 'tap' | 'module';
  /** Which one. */
  readonly text: string;
  /** Where it was made, when the kernel tracks leaks. */
  readonly origin: Error | undefined;
}

/**
 * Thrown when a kernel that tracks leaks is closed and something was left over.
 */
export class LeakError extends Error {
  /** What was left over: at least one. */
  readonly leaks: readonly Leak[];

  constructor(leaks: readonly Leak[]) {
    const lines = leaks.map(({ what, text, origin }) => `  ${what}: ${text}${origin?.stack === undefined ? '' : `\n${indent(origin.stack)}`}`);
    super(`${String(leaks.length)} left over:\n${lines.join('\n')}`);
    this.name = 'LeakError';
    this.leaks = leaks;
  }
}

function indent(stack: string): string {
  return stack.replaceAll(/^/gm, '    ');
}
