import { errno, isKernelError } from '@netdevkit/errno';
import type { UserMemory } from '@netdevkit/kernel';
import { single } from './message-header.ts';
import type { Call } from './personality.ts';

/** The memory of the program that makes a call, as the embedded kernel reads and writes it. */
export function userMemory(call: Call): UserMemory {
  return {
    read: (address, length) => orUndefined(() => call.gather(single(Number(address), length)).slice()),
    write: (address, bytes) =>
      orUndefined(() => {
        call.write(Number(address), bytes);
        return true;
      }) ?? false,
  };
}

function orUndefined<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch (error) {
    if (isKernelError(error) && error.errno === errno.EFAULT) return undefined;
    throw error;
  }
}
