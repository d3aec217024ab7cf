import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKernelError } from '@netdevkit/errno';
import { readAddress, readMessageHeader, readVector, writeAddress, writeMessageHeader } from '../src/message-header.ts';
import { FakeCall } from './fake-call.ts';

const { BASE } = FakeCall;

/** A call whose msghdr is at the start of its memory, with these members. */
function withHeader(members: { name?: number; namelen?: number; iov?: number; iovlen?: number; control?: number; controllen?: number }, size = 512): FakeCall {
  const call = new FakeCall(size);
  const { view } = call;
  view.setBigUint64(0, BigInt(members.name ?? 0), true);
  view.setInt32(8, members.namelen ?? 0, true);
  view.setBigUint64(16, BigInt(members.iov ?? 0), true);
  view.setBigUint64(24, BigInt(members.iovlen ?? 0), true);
  view.setBigUint64(32, BigInt(members.control ?? 0), true);
  view.setBigUint64(40, BigInt(members.controllen ?? 0), true);
  return call;
}

describe('readVector', () => {
  it('reads buffers, and adds up their lengths', () => {
    const call = new FakeCall(64);
    [10n, 5n, 20n, 7n].forEach((word, i) => {
      call.view.setBigUint64(i * 8, word, true);
    });
    expect(readVector(call, BASE, 2, 'EINVAL')).toEqual({ bases: [10, 20], lengths: [5, 7], total: 12 });
    expect(readVector(call, 0, 0, 'EINVAL').total).toBe(0);
  });

  it('refuses too many, negative lengths, and what cannot be read', () => {
    const call = new FakeCall(64);
    expect(() => readVector(call, BASE, 1025, 'EMSGSIZE')).toThrow(expect.objectContaining({ code: 'EMSGSIZE' }));
    expect(() => readVector(call, 8, 1, 'EINVAL')).toThrow(expect.objectContaining({ code: 'EFAULT' }));
    call.view.setBigInt64(8, -1n, true);
    expect(() => readVector(call, BASE, 1, 'EINVAL')).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('never takes more than one call may transfer', () => {
    const call = new FakeCall(64);
    call.view.setBigInt64(8, 0x7fff_ffffn, true);
    call.view.setBigInt64(24, 0x7fff_ffffn, true);
    expect(readVector(call, BASE, 2, 'EINVAL').total).toBe(0x7fff_f000);
  });
});

describe('readMessageHeader', () => {
  it('takes an address without a place for no address, and cuts one that is too long', () => {
    expect(readMessageHeader(withHeader({ namelen: 12 }), BASE)).toMatchObject({ name: 0, nameLength: 0 });
    expect(readMessageHeader(withHeader({ name: BASE, namelen: 500 }), BASE)).toMatchObject({ nameLength: 128 });
    expect(() => readMessageHeader(withHeader({ name: BASE, namelen: -1 }), BASE)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('throws nothing but errors of the kernel, whatever it reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 120 }), (octets) => {
        const call = new FakeCall(octets.length);
        call.memory.set(octets);
        try {
          readMessageHeader(call, BASE);
        } catch (error) {
          if (!isKernelError(error)) throw error;
        }
      }),
    );
  });
});

describe('addresses', () => {
  it('are as long as any may be', () => {
    const call = new FakeCall(256);
    call.memory.fill(7);
    expect(readAddress(call, BASE, 3)).toEqual(Uint8Array.of(7, 7, 7));
    expect(readAddress(call, 0, 0)).toHaveLength(0);
    for (const length of [-1, 129]) expect(() => readAddress(call, BASE, length)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('are cut where there is no room, and tell their length', () => {
    const call = new FakeCall(64);
    call.view.setInt32(0, 2, true);
    writeAddress(call, BASE + 16, BASE, Uint8Array.of(1, 2, 3));
    expect(call.view.getInt32(0, true)).toBe(3);
    expect([...call.memory.subarray(16, 20)]).toEqual([1, 2, 0, 0]);
    call.view.setInt32(0, -2, true);
    expect(() => { writeAddress(call, BASE + 16, BASE, Uint8Array.of(1)); }).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });
});

describe('writeMessageHeader', () => {
  const control = [
    { level: 270, type: 3, bytes: Uint8Array.of(1, 0, 0, 0) },
    { level: 1, type: 2, bytes: new Uint8Array(12).fill(9) },
  ];
  const written = (room: number): { used: number; flags: number; call: FakeCall } => {
    const call = withHeader({ control: BASE + 128, controllen: room });
    writeMessageHeader(call, readMessageHeader(call, BASE), new Uint8Array(12), control, 0x20);
    return { used: Number(call.view.getBigUint64(40, true)), flags: call.view.getUint32(48, true), call };
  };

  // C: CMSG_SPACE(4) is 24, CMSG_SPACE(12) is 32; MSG_TRUNC is 0x20, MSG_CTRUNC 8.
  it.each([
    [100, 56, 0x20],
    [56, 56, 0x20],
    [52, 52, 0x20],
    [45, 45, 0x28],
    [39, 24, 0x28],
    [20, 20, 0x28],
    [16, 16, 0x28],
    [15, 0, 0x28],
    [0, 0, 0x28],
  ])('with room for %i octets of control messages uses %i and says %i', (room, used, flags) => {
    expect(written(room)).toMatchObject({ used, flags });
  });

  it('lays control messages out as C does', () => {
    const { call } = written(100);
    const { view } = call;
    expect([Number(view.getBigUint64(128, true)), view.getInt32(136, true), view.getInt32(140, true), view.getUint32(144, true)]).toEqual([20, 270, 3, 1]);
    expect([Number(view.getBigUint64(152, true)), view.getInt32(160, true), view.getInt32(164, true), view.getUint8(168)]).toEqual([28, 1, 2, 9]);
  });
});
