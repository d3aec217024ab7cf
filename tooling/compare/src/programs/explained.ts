/** A difference that is understood. */
export interface Explanation {
  /** Of which commands. */
  readonly commands: RegExp;
  /** What is left out of both outputs before they are compared. */
  readonly ignored: RegExp;
  readonly why: string;
}

/** Where what a program prints on the embedded kernel differs from what it prints on the host's, and why. */
export const EXPLAINED: readonly Explanation[] = [
  {
    commands: /^ip -s link/,
    ignored: /^ +\d+(?: +\d+)+ *$/gm,
    why: 'the host sends packets of IPv6 by itself; the embedded kernel keeps addresses and sends nothing',
  },
  {
    commands: /^bridge fdb/,
    ignored: /^(?:33:33|01:00:5e).*\n/gm,
    why: 'multicast addresses of devices are not told as forwarding entries',
  },
];
