import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { Host, hasCapability, type Support } from '../src/index.ts';

/** The user without rights. */
export const NOBODY = 65_534;

function look(): Support {
  try {
    using host = new Host();
    host.createNamespace().close();
    return { supported: true };
  } catch (error) {
    return { supported: false, code: 'denied', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether tests can have a network namespace of their own, and why not. */
export const privateNamespace: Support = look();

/** Tests that have a namespace of their own: where they cannot, they say why. */
export const describeInNamespace: typeof describe.skip = privateNamespace.supported ? describe : describe.skip;
if (!privateNamespace.supported) {
  const { reason } = privateNamespace;
  it('namespaces are not tested here', ({ skip }) => {
    skip(reason);
  });
}

/** CAP_SETUID (include/uapi/linux/capability.h). */
const CAP_SETUID = 7;

/** Whether tests can become nobody: root can, where that user is and root's rights are not taken away. */
export const canBeNobody: boolean =
  process.getuid?.() === 0 &&
  hasCapability(CAP_SETUID) &&
  readFileSync('/proc/self/uid_map', 'latin1').split('\n').some((line) => {
    const [inside = Infinity, , count = 0] = line.trim().split(/\s+/).map(Number);
    return inside <= NOBODY && NOBODY < inside + count;
  });
