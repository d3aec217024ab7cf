import { Host } from '@netdevkit/linux';

/** Whether there can be network namespaces to try things in: else there is nothing that may be disturbed. */
export const canHaveNamespace: boolean = ((): boolean => {
  try {
    using host = new Host();
    host.createNamespace().close();
    return true;
  } catch {
    return false;
  }
})();
