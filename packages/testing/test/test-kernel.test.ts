import { AF_PACKET, ETH_P_ALL, PACKET_HOST, PACKET_OUTGOING, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { LeakError } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { describe, expect, it } from 'vitest';
import { eachAllocation, ethernet, icmpEcho, ipv4, takePackets, TestKernel } from '../src/index.ts';

const frame = ethernet({ source: '00:00:00:00:00:00', destination: '00:00:00:00:00:00' }, ipv4({ source: '127.0.0.1', destination: '127.0.0.1' }, icmpEcho({ id: 1, sequence: 1 })));

describe('TestKernel', () => {
  it('sends and captures packets', () => {
    using test = new TestKernel();
    test.ip.link.set('lo', { up: true });
    const packets = test.packets('lo');
    // A socket does not see what it sends itself.
    test.packets('lo').send(frame);
    expect(takePackets(packets).map(({ bytes, pktType }) => [bytes, pktType])).toEqual([
      [frame, PACKET_OUTGOING],
      [frame, PACKET_HOST],
    ]);
  });

  it('takes what was captured before a device went down', () => {
    using test = new TestKernel();
    test.ip.link.set('lo', { up: true });
    const packets = test.packets('lo');
    // A socket does not see what it sends itself.
    test.packets('lo').send(frame);
    test.ip.link.set('lo', { up: false });
    expect(takePackets(packets)).toHaveLength(2);
  });

  it('ends namespaces, clients and sockets', () => {
    const test = new TestKernel({ modules: [nlmon] });
    const { namespace, ip } = test.namespace('other');
    ip.link.add({ kind: 'nlmon', up: true });
    test.packets(undefined, namespace);
    expect(test.ifindex('nlmon0', namespace)).toBeGreaterThan(1);
    expect(() => test.ifindex('nlmon0')).toThrow('ENODEV');
    test[Symbol.dispose]();
    expect(namespace.isAlive).toBe(false);
  });

  it('fails when something is left over', () => {
    const test = new TestKernel();
    test.kernel.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL);
    expect(() => {
      test[Symbol.dispose]();
    }).toThrow(LeakError);
  });

  it('has a clock that the test moves', () => {
    using test = new TestKernel();
    using watch = test.kernel.watchNetlink();
    test.ip.link.list();
    test.clock.advance(1_500_000_000);
    test.ip.link.list();
    const times = new Set(watch.take().map(({ sec, nsec }) => `${String(sec)}.${String(nsec)}`));
    expect([...times]).toEqual(['1700000000.0', '1700000001.500000000']);
  });
});

describe('eachAllocation', () => {
  const refused = (action: () => void): boolean => {
    try {
      action();
      return false;
    } catch (error) {
      if (!isKernelError(error)) throw error;
      return true;
    }
  };

  it('runs once for each allocation, and counts those that were felt', () => {
    const report = eachAllocation({ kernel: { modules: [nlmon], expectedWarnings: [/^modprobe: could not insert/] }, run: ({ ip }) => refused(() => void ip.link.add({ kind: 'nlmon', up: true })) });
    expect(report.allocations).toBeGreaterThan(5);
    expect(report.felt).toBeGreaterThan(0);
    expect(report.felt).toBeLessThanOrEqual(report.allocations);
  });

  it('says which allocation a failure belongs to', () => {
    expect(() => eachAllocation({ run: ({ ip }) => (ip.link.set('lo', { up: true }), false) })).toThrow(/with allocation \d+ of \d+ failing/);
  });

  it('checks what must hold after each run', () => {
    let checks = 0;
    const { allocations } = eachAllocation({ run: ({ ip }) => refused(() => void ip.link.list()), check: () => void checks++ });
    expect(checks).toBe(allocations + 1);
  });

  it('refuses a scenario that fails by itself, does nothing, or is not the same each time', () => {
    expect(() => eachAllocation({ run: () => true })).toThrow('the scenario fails although no allocation does');
    expect(() => eachAllocation({ run: () => false })).toThrow('makes no allocation');
    let round = 0;
    const unsteady = (): unknown => eachAllocation({ run: ({ ip }) => (round++ === 0 ? refused(() => void ip.link.list()) : false) });
    expect(unsteady).toThrow('with allocation 1 of');
  });
});
