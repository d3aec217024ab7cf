import { printable } from '@netdevkit/netlink';
import { failureLine } from '../failure.ts';
import { tell } from '../say.ts';

/** Tells of something that the command goes on after. */
export function warn(text: string): void {
  tell(`nlmon: ${printable(text)}\n`);
}

/** An error, and what is behind it, in one line. */
export function told(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${told(error.cause)}` : '';
  return failureLine(error) + cause;
}
