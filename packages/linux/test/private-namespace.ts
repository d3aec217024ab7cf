import { Host, type Support } from '../src/index.ts';

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
