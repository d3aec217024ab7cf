/**
 * `TASKSTATS`: what tasks have used. C twins: `linux/taskstats.h`, `linux/cgroupstats.h`.
 *
 * @packageDocumentation
 */

import {
  attributes,
  flagBits,
  nest,
  pad,
  record,
  s64,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type GenericFamily,
} from '../schema/index.ts';

const delays = ['cpu', 'blkio', 'swapin', 'freepages', 'thrashing', 'compact', 'wpcopy', 'irq'] as const;

const timespec = struct('timespec', [s64('tv-sec'), s64('tv-nsec')]);

/** Grows at its end: what an older kernel leaves out is not there. */
const taskstatsStruct = struct('taskstats', [
  u16('version'),
  pad(2),
  u32('ac-exitcode'),
  u8('ac-flag', { names: flagBits('acct-flag', ['afork', 'asu', 'acompat', 'acore', 'axsig', 'agroup']) }),
  u8('ac-nice'),
  pad(6),
  u64('cpu-count'),
  u64('cpu-delay-total'),
  u64('blkio-count'),
  u64('blkio-delay-total'),
  u64('swapin-count'),
  u64('swapin-delay-total'),
  u64('cpu-run-real-total'),
  u64('cpu-run-virtual-total'),
  string('ac-comm', 32),
  u8('ac-sched'),
  pad(3),
  pad(4),
  u32('ac-uid'),
  u32('ac-gid'),
  u32('ac-pid'),
  u32('ac-ppid'),
  u32('ac-btime'),
  pad(4),
  u64('ac-etime'),
  u64('ac-utime'),
  u64('ac-stime'),
  u64('ac-minflt'),
  u64('ac-majflt'),
  u64('coremem'),
  u64('virtmem'),
  u64('hiwater-rss'),
  u64('hiwater-vm'),
  u64('read-char'),
  u64('write-char'),
  u64('read-syscalls'),
  u64('write-syscalls'),
  u64('read-bytes'),
  u64('write-bytes'),
  u64('cancelled-write-bytes'),
  u64('nvcsw'),
  u64('nivcsw'),
  u64('ac-utimescaled'),
  u64('ac-stimescaled'),
  u64('cpu-scaled-run-real-total'),
  u64('freepages-count'),
  u64('freepages-delay-total'),
  u64('thrashing-count'),
  u64('thrashing-delay-total'),
  u64('ac-btime64'),
  u64('compact-count'),
  u64('compact-delay-total'),
  u32('ac-tgid'),
  pad(4),
  u64('ac-tgetime'),
  u64('ac-exe-dev'),
  u64('ac-exe-inode'),
  u64('wpcopy-count'),
  u64('wpcopy-delay-total'),
  u64('irq-count'),
  u64('irq-delay-total'),
  // From version 16 on.
  ...delays.flatMap((name) => [u64(`${name}-delay-max`), u64(`${name}-delay-min`)]),
  // From version 17 on.
  ...delays.map((name) => record(`${name}-delay-max-ts`, timespec)),
]);

const aggregate: AttributeSet = attributes('taskstats-aggr-attrs', {
  1: u32('pid'),
  2: u32('tgid'),
  3: record('stats', taskstatsStruct),
  6: pad(undefined, 'null'),
});

const typeAttrs = attributes('taskstats-type-attrs', {
  1: u32('pid'),
  2: u32('tgid'),
  3: record('stats', taskstatsStruct),
  4: nest('aggr-pid', aggregate),
  5: nest('aggr-tgid', aggregate),
  6: pad(undefined, 'null'),
});

const cmdAttrs = attributes('taskstats-cmd-attrs', {
  1: u32('pid'),
  2: u32('tgid'),
  3: string('register-cpumask'),
  4: string('deregister-cpumask'),
});

const cgroupStats = struct('cgroupstats', [
  u64('nr-sleeping'),
  u64('nr-running'),
  u64('nr-stopped'),
  u64('nr-uninterruptible'),
  u64('nr-io-wait'),
]);

/** Statistics of tasks and of groups of tasks. */
export const taskstats: GenericFamily = {
  name: 'TASKSTATS',
  generic: true,
  version: 1,
  requests: {
    1: { name: 'get', attributes: cmdAttrs },
    2: { name: 'new', attributes: typeAttrs },
    3: { name: 'cgroup-get', attributes: attributes('cgroupstats-cmd-attrs', { 1: u32('fd') }) },
    4: { name: 'cgroup-new', attributes: attributes('cgroupstats-type-attrs', { 1: record('cgroup-stats', cgroupStats) }) },
  },
};
