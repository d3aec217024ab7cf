import { AF_INET, AF_NETLINK, AF_PACKET, AF_UNIX } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abiOf, type SyscallName } from '../src/abi.ts';
import { BpfAssembler } from '../src/bpf.ts';
import { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_USER_NOTIF, interceptionFilter } from '../src/filter.ts';
import { evaluate } from './bpf-interpreter.ts';

const ENOSYS = SECCOMP_RET_ERRNO | 38;
const ALLOW = SECCOMP_RET_ALLOW;
const ASK = SECCOMP_RET_USER_NOTIF;

describe('BpfAssembler', () => {
  it('jumps to labels ahead', () => {
    const program = new BpfAssembler().load(0).ifEqual(1, 'one').ifAtLeast(10, 'many', 'few').label('one').ret(1).label('few').ret(2).label('many').ret(3).assemble();
    expect([1, 5, 10, 4_000_000_000].map((nr) => evaluate(program, { nr, arch: 0 }))).toEqual([1, 2, 3, 3]);
  });

  it('refuses jumps backwards, to nowhere, and too far', () => {
    expect(() => new BpfAssembler().label('back').ret(0).ifEqual(1, 'back').assemble()).toThrow(RangeError);
    expect(() => new BpfAssembler().jump('nowhere').ret(0).assemble()).toThrow(RangeError);
    const far = new BpfAssembler().ifEqual(1, 'far');
    for (let i = 0; i < 256; i++) far.load(0);
    expect(() => far.label('far').ret(0).assemble()).toThrow(RangeError);
    const near = new BpfAssembler().jump('far');
    for (let i = 0; i < 256; i++) near.load(0);
    expect(evaluate(near.label('far').ret(7).assemble(), { nr: 0, arch: 0 })).toBe(7);
  });
});

describe.each(['x64', 'arm64'] as const)('interceptionFilter on %s', (architecture) => {
  const abi = abiOf(architecture);
  const all = { families: [AF_NETLINK, AF_PACKET], descriptors: { first: 512, end: 1024 }, interfaceIoctls: true, mappings: true, files: true };
  const program = interceptionFilter(abi, all);
  const bare = interceptionFilter(abi, { ...all, interfaceIoctls: false, mappings: false, files: false });
  const verdict = (name: SyscallName, args: readonly bigint[], of: Uint8Array = program): number =>
    evaluate(of, { nr: abi.numberOf(name) ?? -1, arch: abi.auditArch, args });

  it('asks about sockets of the families it is given', () => {
    expect([AF_NETLINK, AF_PACKET, AF_INET, AF_UNIX].map((family) => verdict('socket', [BigInt(family)]))).toEqual([ASK, ASK, ALLOW, ALLOW]);
  });

  it('asks about calls on reserved descriptors, and no others', () => {
    const calls: SyscallName[] = ['read', 'write', 'recvmsg', 'sendmsg', 'bind', 'setsockopt', 'dup', 'dup3', 'recvmmsg', 'shutdown', 'accept4'];
    for (const name of calls) {
      expect([511n, 512n, 1023n, 1024n, -1n].map((fd) => verdict(name, [fd]))).toEqual([ALLOW, ASK, ASK, ALLOW, ALLOW]);
    }
  });

  it('asks about every socket when it is to, and still not about every file', () => {
    const every = interceptionFilter(abi, { ...all, everySocket: true });
    expect([verdict('sendmsg', [3n], every), verdict('read', [3n], every), verdict('read', [600n], every)]).toEqual([ASK, ALLOW, ASK]);
  });

  it('looks at the low half of a descriptor, as the kernel does', () => {
    expect(verdict('read', [0xffff_ffff_0000_0200n])).toBe(ASK);
  });

  it('asks about fcntl only where it duplicates', () => {
    expect([0n, 1030n, 3n, 4n].map((command) => verdict('fcntl', [600n, command]))).toEqual([ASK, ASK, ALLOW, ALLOW]);
    expect(verdict('fcntl', [3n, 0n])).toBe(ALLOW);
  });

  it('asks about interface ioctls on every descriptor, and about others on reserved ones', () => {
    expect(verdict('ioctl', [3n, 0x8913n])).toBe(ASK);
    expect(verdict('ioctl', [3n, 0x5401n])).toBe(ALLOW);
    expect(verdict('ioctl', [600n, 0x541bn])).toBe(ASK);
    expect(verdict('ioctl', [3n, 0x8913n], bare)).toBe(ALLOW);
  });

  it('refuses what would make interfaces of the host, or change its tables of packet filters and multicast routes', () => {
    const [ENODEV, ENOPROTOOPT] = [SECCOMP_RET_ERRNO | 19, SECCOMP_RET_ERRNO | 92];
    expect([verdict('ioctl', [3n, 0x4004_54can]), verdict('ioctl', [3n, 0x4004_54can], bare)]).toEqual([ENODEV, ALLOW]);
    for (const name of ['setsockopt', 'getsockopt'] as const) {
      const refused = (level: bigint, of = program): number[] => {
        const options = Array.from({ length: 260 }, (_, option) => option);
        return options.filter((option) => {
          const found = verdict(name, [3n, level, BigInt(option)], of);
          expect([ALLOW, ENOPROTOOPT]).toContain(found);
          return found === ENOPROTOOPT;
        });
      };
      const multicast = Array.from({ length: 13 }, (_, i) => 200 + i);
      expect(refused(0n)).toEqual([64, 65, 66, 67, 96, 97, 98, 99, 128, 129, 130, 131, ...multicast]);
      // Not 66 and 67, which are traffic classes.
      expect(refused(41n)).toEqual([64, 65, 68, 69, ...multicast]);
      expect([refused(1n), refused(6n), refused(0n, bare)]).toEqual([[], [], []]);
      expect([verdict(name, [3n, 0n, 0xffff_ffffn]), verdict(name, [600n, 0n, 10n]), verdict(name, [600n, 41n, 10n])]).toEqual([ALLOW, ASK, ASK]);
    }
  });

  it('asks about closing reserved descriptors where that is wanted', () => {
    const closing = interceptionFilter(abi, { ...all, closing: true });
    expect([verdict('close', [600n], closing), verdict('close', [3n], closing), verdict('close', [600n])]).toEqual([ASK, ALLOW, ALLOW]);
  });

  it('asks about mappings of reserved descriptors', () => {
    const map = (fd: bigint): bigint[] => [0n, 4096n, 3n, 1n, fd, 0n];
    expect([600n, 3n, -1n].map((fd) => verdict('mmap', map(fd)))).toEqual([ASK, ALLOW, ALLOW]);
    expect(verdict('mmap', map(600n), bare)).toBe(ALLOW);
  });

  it('asks about files only when it is to', () => {
    expect([verdict('openat', [-100n]), verdict('openat', [-100n], bare)]).toEqual([ASK, ALLOW]);
    expect([0n, 1n, 2n, 3n, 600n].map((fd) => verdict('write', [fd]))).toEqual([ALLOW, ASK, ASK, ALLOW, ASK]);
    expect(verdict('write', [1n], bare)).toBe(ALLOW);
  });

  it('refuses io_uring and other ABIs', () => {
    expect(verdict('io_uring_setup', [8n])).toBe(ENOSYS);
    const foreign = architecture === 'x64' ? [0x4000_0003, 0xc000_00b7] : [0x4000_0028, 0xc000_003e];
    for (const arch of foreign) expect(evaluate(program, { nr: 1, arch })).toBe(ENOSYS);
    if (architecture === 'x64') expect(evaluate(program, { nr: 0x4000_0000 + 1, arch: abi.auditArch })).toBe(ENOSYS);
  });

  it('asks about nothing else, whatever the call', () => {
    const known = new Set<number>();
    for (let nr = 0; nr < 500; nr++) if (abi.nameOf(nr) !== undefined) known.add(nr);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 6, maxLength: 6 }), (nr, args) => {
        fc.pre(!known.has(nr));
        return evaluate(program, { nr, arch: abi.auditArch, args }) === ALLOW;
      }),
    );
  });
});
