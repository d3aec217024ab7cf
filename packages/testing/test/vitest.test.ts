import nlmon from '@netdevkit/nlmon';
import { describe, expect } from 'vitest';
import { ethernet, icmpEcho, ipv4, NetlinkRecord } from '../src/index.ts';
import { kernelTest } from '../src/vitest.ts';

const test = kernelTest({ modules: [nlmon] });
const frame = ethernet(
  { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' },
  ipv4({ source: '192.0.2.1', destination: '192.0.2.2' }, icmpEcho({ id: 7, sequence: 3 })),
);

describe('kernelTest', () => {
  test('gives each test a kernel of its own', ({ kernel: { ip } }) => {
    ip.link.add({ kind: 'nlmon', name: 'mine' });
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo', 'mine']);
  });

  test('which knows nothing of the others', ({ kernel: { ip } }) => {
    expect(ip.link.list().map(({ name }) => name)).toEqual(['lo']);
  });
});

describe('toThrowErrno', () => {
  test('compares code and text', ({ kernel: { ip } }) => {
    ip.link.add({ kind: 'nlmon', name: 'mine' });
    expect(() => ip.link.add({ kind: 'nlmon', name: 'mine' })).toThrowErrno('EEXIST');
    expect(() => ip.link.add({ kind: 'vxlan' })).toThrowErrno('EOPNOTSUPP', /device type/);
    expect(() => ip.link.add({ kind: 'vxlan' })).not.toThrowErrno('EOPNOTSUPP', 'another text');
    expect(() => ip.link.list()).not.toThrowErrno('EEXIST');
    expect(() => {
      expect(() => ip.link.list()).toThrowErrno('EEXIST');
    }).toThrow(/EEXIST.* to be thrown, got .*undefined/);
  });
});

describe('toMatchFrame', () => {
  test('compares the parts that are named', () => {
    expect(frame).toMatchFrame({ ipv4: { source: '192.0.2.1', checksum: 'good' }, icmp: { sequence: 3 } });
    expect(frame).toMatchFrame({ rest: new Uint8Array(0) });
    expect(frame).not.toMatchFrame({ ipv4: { source: '192.0.2.9' } });
    expect(frame).not.toMatchFrame({ udp: {} });
  });
});

describe('NetlinkRecord', () => {
  test('is the same each time', async ({ kernel }) => {
    using watch = kernel.kernel.watchNetlink();
    kernel.ip.link.set('lo', { up: true });
    const record = await NetlinkRecord.of(watch);
    expect(record.length).toBe(2);
    expect(record.messages()).toMatchObject([
      { type: 'RTM_NEWLINK', flags: ['NLM_F_REQUEST', 'NLM_F_ACK'], header: { 'ifi-index': 0 }, attrs: { ifname: 'lo' } },
      { type: 'NLMSG_ERROR', error: { errno: 0 } },
    ]);
    expect(record.text().split('\n')[0]).toMatch(/^NETLINK_ROUTE RTM_NEWLINK seq \d+ pid \d+ len \d+ REQUEST,ACK$/);
  });
});
