/** What a driver's source needs, on one line: a test's own code starts on the second. */
export const HEAD: string = [
  "import type { KernelError } from '@netdevkit/errno';",
  "import type { Device, DeviceSetup, LinkStats } from '@netdevkit/netdevice';",
  "import type { ChangeLinkContext, InfoWriter, NewLinkContext, ValidateContext } from '@netdevkit/rtnl';",
  "import type { ReadonlyBytes, SkBuff, TxOutcome } from '@netdevkit/skbuff';",
  "import { Tap } from '@netdevkit/netlink-tap';",
  'interface State { pending: SkBuff | undefined; queue: SkBuff[]; dev: Device | undefined; bytes: unknown; tap: Tap; all: Map<number, Device> }',
].join(' ');

/** A driver's source with one method. */
export function method(text: string): string {
  return `${HEAD}\nclass Driver {\n${text}\n}\nnew Driver();`;
}

/** A driver's source with a `startXmit` of these lines, the first of which is line 4. */
export function startXmit(...lines: string[]): string {
  return method(['startXmit(skb: SkBuff, dev: Device, state: State): TxOutcome {', ...lines, '}'].join('\n'));
}
