import { Libc, type Memory } from '@netdevkit/libc/unsafe';
import { expect, it } from 'vitest';
import { RemoteMemory, probeRemoteMemory } from '../src/remote-memory.unsafe.ts';
import { describePrograms } from './rig.ts';

const EFAULT = -14;
/** No process has memory there. */
const NOWHERE = [8, 0x7fff_ffff_f000 + 4096, 2 ** 60];

// This process is as good as another one: the kernel does not ask whose memory it is.
describePrograms.each([
  ['process_vm_readv', false],
  ['/proc/PID/mem', true],
])('RemoteMemory by %s', (_, byFile) => {
  function withMemory(run: (remote: RemoteMemory, there: Memory) => void): void {
    const libc = Libc.open();
    using remote = new RemoteMemory(libc, byFile);
    using there = libc.map({ length: 8192 });
    run(remote, there);
  }

  it('reads records', () => {
    withMemory((remote, there) => {
      there.view.setUint32(100, 0xdead_beef);
      const view = remote.read(process.pid, there.at(100, 4), 4);
      expect(typeof view === 'number' ? view : view.getUint32(0)).toBe(0xdead_beef);
    });
  });

  it('gathers buffers, empty ones among them', () => {
    withMemory((remote, there) => {
      there.bytes.set([1, 2, 3, 4, 5, 6], 10);
      const vector = { bases: [there.at(10, 2), 0, there.at(13, 3)], lengths: [2, 0, 3], total: 5 };
      expect(remote.gather(process.pid, vector)).toEqual(Uint8Array.of(1, 2, 4, 5, 6));
    });
  });

  it('scatters octets until either ends', () => {
    withMemory((remote, there) => {
      const vector = { bases: [there.at(0, 2), there.at(8, 4)], lengths: [2, 4], total: 6 };
      expect(remote.scatter(process.pid, vector, Uint8Array.of(1, 2, 3))).toBe(3);
      expect(there.bytes.slice(0, 12)).toEqual(Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0));
      expect(remote.scatter(process.pid, vector, Uint8Array.of(4, 5, 6, 7, 8, 9, 10))).toBe(6);
      expect(there.bytes.slice(8, 13)).toEqual(Uint8Array.of(6, 7, 8, 9, 0));
    });
  });

  it.each(NOWHERE)('fails with EFAULT at %d', (address) => {
    withMemory((remote) => {
      expect(remote.read(process.pid, address, 4)).toBe(EFAULT);
      expect(remote.write(process.pid, address, Uint8Array.of(1))).toBe(EFAULT);
    });
  });

  it('fails with EFAULT where a process is gone', () => {
    withMemory((remote, there) => {
      expect(remote.read(0x3fff_ffff, there.at(0, 4), 4)).toBe(EFAULT);
    });
  });
});

describePrograms('probeRemoteMemory', () => {
  it('finds one of the two ways', () => {
    expect(probeRemoteMemory(Libc.open())).toBe(0);
  });
});
