import { IFNAMSIZ } from '@netdevkit/bindings/raw';
import { byteLength } from '../core/dev-name.ts';
import type { InDevice, InIfaddr } from './in-device.ts';

/**
 * Gives the addresses of a renamed device labels with its new name, and keeps what follows a colon. From
 * net/ipv4/devinet.c:inetdev_changename.
 *
 * @param changed - called for each
 */
export function renameLabels({ addresses, dev }: InDevice, changed: (ifa: InIfaddr) => void): void {
  for (const [i, ifa] of addresses.entries()) {
    const before = ifa.label;
    ifa.label = dev.name;
    if (i > 0) {
      const colon = before.indexOf(':');
      // The first one counts as number 1 and keeps the bare name.
      const suffix = colon === -1 ? `:${String(i + 1)}` : before.slice(colon);
      ifa.label = fit(dev.name, suffix);
    }
    changed(ifa);
  }
}

/** As much of a name as leaves room for the suffix. */
function fit(name: string, suffix: string): string {
  let kept = name;
  while (kept !== '' && byteLength(kept) + byteLength(suffix) >= IFNAMSIZ) kept = kept.slice(0, -1);
  return kept + suffix;
}
