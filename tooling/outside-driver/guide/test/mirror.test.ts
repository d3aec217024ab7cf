import { PACKET_HOST, PACKET_OTHERHOST } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { eachAllocation, ethernet, icmpEcho, ipv4, takePackets } from '@netdevkit/testing';
import { kernelTest } from '@netdevkit/testing/vitest';
import { expect } from 'vitest';
import mirror from '../src/index.ts';
import { attributes } from '../src/mirror.ts';

const test = kernelTest({ modules: [mirror] });
const there = '02:00:00:00:00:02';
const frameFrom = (source: string): Uint8Array => ethernet({ source, destination: there }, ipv4({ source: '192.0.2.1', destination: '192.0.2.2' }, icmpEcho({ id: 1, sequence: 1 })));

test('sends a frame back to where it came from', ({ kernel }) => {
  kernel.ip.link.add({ kind: 'mirror', address: '02:00:00:00:00:01', up: true });
  const capture = kernel.packets('mirror0');
  kernel.packets('mirror0').send(frameFrom('02:00:00:00:00:01'));
  const [, back] = takePackets(capture);
  expect(back?.pktType).toBe(PACKET_HOST);
  expect(back?.bytes).toMatchFrame({ ethernet: { source: there, destination: '02:00:00:00:00:01' }, icmp: { type: 8, checksum: 'good' } });
  expect(kernel.ip.link.show('mirror0').stats).toMatchObject({ txPackets: 1n, rxPackets: 1n });
});

test('is no host of its own: what came from elsewhere goes there', ({ kernel }) => {
  kernel.ip.link.add({ kind: 'mirror', up: true });
  const capture = kernel.packets('mirror0');
  kernel.packets('mirror0').send(frameFrom('02:00:00:00:00:09'));
  expect(takePackets(capture).map(({ pktType }) => pktType)).toContain(PACKET_OTHERHOST);
});

test('loses each third frame, and counts it', ({ kernel }) => {
  kernel.ip.link.add({ kind: 'mirror', up: true, data: (writer) => { writer.putU32(attributes.dropEvery.id, 3); } });
  const socket = kernel.packets('mirror0');
  for (let i = 0; i < 6; i++) socket.send(frameFrom('02:00:00:00:00:01'));
  expect(kernel.ip.link.show('mirror0').stats).toMatchObject({ txPackets: 4n, txDropped: 2n, rxPackets: 4n });
});

test('refuses in words', ({ kernel: { ip } }) => {
  ip.link.add({ kind: 'mirror' });
  const change = (value: number): void => { ip.link.set('mirror0', { kind: 'mirror', data: (writer) => { writer.putU32(attributes.dropEvery.id, value); } }); };
  change(2);
  expect(() => { change(1); }).toThrowErrno('EINVAL', 'A mirror that loses every frame shows nothing.');
  expect(() => { ip.link.add({ kind: 'mirror', address: '01:00:00:00:00:01' }); }).toThrowErrno('EADDRNOTAVAIL');
});

test('leaves nothing behind when memory is short', () => {
  const { felt } = eachAllocation({
    kernel: { modules: [mirror], expectedWarnings: [/^modprobe: could not insert/] },
    run: (kernel) => {
      try {
        kernel.ip.link.add({ kind: 'mirror', up: true });
        kernel.packets('mirror0').send(frameFrom('02:00:00:00:00:01'));
        return false;
      } catch (error) {
        if (!isKernelError(error)) throw error;
        return true;
      }
    },
  });
  expect(felt).toBeGreaterThan(0);
});
