/**
 * `NETLINK_CONNECTOR`: messages of kernel modules to programs, among them the life of processes.
 * C twins: `linux/connector.h`, `linux/cn_proc.h`.
 *
 * @packageDocumentation
 */

import {
  binary,
  choice,
  enumeration,
  flagBits,
  pad,
  string,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  type Field,
  type Format,
  type RawFamily,
} from '../schema/index.ts';

const indices = enumeration('cn-idx', {
  1: 'proc',
  2: 'cifs',
  3: 'w1',
  4: 'v86d',
  5: 'bb',
  6: 'dst',
  7: 'dm',
  8: 'drbd',
  9: 'kvp',
  10: 'vss',
});

const cnMsg = struct('cn-msg', [u32('idx', { names: indices }), u32('val'), u32('seq'), u32('ack'), u16('len'), u16('flags')]);

const what: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'fork',
  2: 'exec',
  4: 'uid',
  0x40: 'gid',
  0x80: 'sid',
  0x100: 'ptrace',
  0x200: 'comm',
  0x20000000: 'nonzero-exit',
  0x40000000: 'coredump',
  0x80000000: 'exit',
};

const eventBits = flagBits('proc-cn-event-mask', {
  0: 'fork',
  1: 'exec',
  2: 'uid',
  6: 'gid',
  7: 'sid',
  8: 'ptrace',
  9: 'comm',
  29: 'nonzero-exit',
  30: 'coredump',
  31: 'exit',
});

const mcastOp = u32('op', { names: enumeration('proc-cn-mcast-op', { 1: 'listen', 2: 'ignore' }) });

const eventHeader = struct('proc-event', [
  u32('what', { names: enumeration('proc-cn-event', what) }),
  u32('cpu'),
  u64('timestamp-ns'),
]);

/** All events are as long as the longest. */
const event = (name: string, ...members: readonly Field[]): Format => ({ header: struct(`${name}-proc-event`, [...members, pad()]) });

const process = [u32('process-pid'), u32('process-tgid')];
const parent = [u32('parent-pid'), u32('parent-tgid')];

const exit = event('exit', ...process, u32('exit-code', { hint: 'hex' }), u32('exit-signal'), ...parent);

const events = choice('proc-event-msg', {
  none: event('ack', u32('err')),
  fork: event('fork', ...parent, u32('child-pid'), u32('child-tgid')),
  exec: event('exec', ...process),
  uid: event('uid', ...process, u32('ruid'), u32('euid')),
  gid: event('gid', ...process, u32('rgid'), u32('egid')),
  sid: event('sid', ...process),
  ptrace: event('ptrace', ...process, u32('tracer-pid'), u32('tracer-tgid')),
  comm: event('comm', ...process, string('comm', 16)),
  coredump: event('coredump', ...process, ...parent),
  exit,
  'nonzero-exit': exit,
});

/** What is asked is 4 octets long, or 8 with the events that are wanted; what comes is longer. */
const proc = choice('cn-proc-msg', {
  4: { header: struct('proc-cn-mcast', [mcastOp]) },
  8: { header: struct('proc-input', [mcastOp, u32('event-type', { names: eventBits })]) },
  '*': { header: eventHeader, body: subMessage('event', events, 'what') },
});

const data = choice('cn-data-msg', {
  proc: { body: subMessage('proc', proc, 'len') },
  '*': { body: binary('octets') },
});

/** The connector: the type of its messages is that which ends a dump elsewhere. */
export const connector: RawFamily = {
  name: 'connector',
  protocol: 11,
  requests: {},
  others: { name: 'CN_MSG', kind: 'other', header: cnMsg, body: subMessage('data', data, 'idx') },
  ownsControlTypes: true,
  groups: { 1: 'proc', 2: 'cifs', 3: 'w1', 4: 'v86d', 5: 'bb', 6: 'dst', 7: 'dm', 8: 'drbd', 9: 'kvp', 10: 'vss' },
};
