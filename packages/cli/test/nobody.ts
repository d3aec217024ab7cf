import { readFileSync } from 'node:fs';

/** The user without rights. */
export const NOBODY = 65_534;

function isMapped(): boolean {
  return readFileSync('/proc/self/uid_map', 'latin1').split('\n').some((line) => {
    const [inside = Infinity, , count = 0] = line.trim().split(/\s+/).map(Number);
    return inside <= NOBODY && NOBODY < inside + count;
  });
}

/** Whether tests can become nobody: root can, where that user is. */
export const canBeNobody: boolean = process.platform === 'linux' && process.getuid?.() === 0 && isMapped();
