import type { Explanation } from './explained.ts';

/** What differs between a conversation with Linux and the same, had with the embedded kernel from what was recorded of it. */
export const REPLAY_EXPLAINED: readonly Explanation[] = [
  {
    workloads: ['replayed/conntrack'],
    command: /^conntrack -E/u,
    lines: /^[-+] .* \[USERSPACE\] portid=\d+( progname=.*)?$/u,
    reason: 'it looks in /proc for the name of a process with the number that was recorded',
  },
  {
    workloads: ['replayed/wireless'],
    command: /^iw event/u,
    lines: /^(?:- mon0 \(phy #0\)|\+ phy #0): new interface type monitor /u,
    reason: 'it asks by ioctl for the name of a link, which is not recorded',
  },
];
