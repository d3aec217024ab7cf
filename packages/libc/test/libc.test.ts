import { readdirSync, readFileSync } from 'node:fs';
import { isKernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { whyUnavailable } from '../src/index.ts';
import { Libc } from '../src/unsafe.ts';
import { run } from './run.ts';

const EBADF = 9;
const EINVAL = 22;
const getpid = process.arch === 'arm64' ? 172 : 39;

function code(callback: () => unknown): unknown {
  try {
    callback();
  } catch (error) {
    return isKernelError(error) ? error.code : error;
  }
  return 'no error';
}

function descriptors(): string[] {
  // The last is the directory itself.
  return readdirSync('/proc/self/fd').filter((fd) => code(() => readFileSync(`/proc/self/fdinfo/${fd}`)) === 'no error');
}

describe('whyUnavailable', () => {
  it('has nothing to say on Linux for x64 and arm64', () => {
    expect(whyUnavailable('linux', 'x64')).toBeUndefined();
    expect(whyUnavailable('linux', 'arm64')).toBeUndefined();
  });

  it('names what is in the way elsewhere', () => {
    expect(whyUnavailable('darwin', 'arm64')).toBe("the host's kernel must be Linux, and this is darwin");
    expect(whyUnavailable('linux', 'riscv64')).toBe('the host must be x64 or arm64, and this is riscv64');
  });
});

describe('Libc.open', () => {
  it('is one clear error on another system, where importing did nothing', () => {
    const { stdout, status } = run(`
      Object.defineProperty(process, 'platform', { value: 'win32' });
      const { Libc } = await import('#src/unsafe.ts');
      try { Libc.open(); } catch (error) { console.log(error.code, error.message); }
    `);
    expect(stdout).toBe("ENOSYS libc: the host's kernel must be Linux, and this is win32 (ENOSYS)\n");
    expect(status).toBe(0);
  });

  it('says so when koffi cannot be loaded', () => {
    const { stdout } = run(`
      import Module from 'node:module';
      const load = Module._load;
      Module._load = (request, ...rest) => { if (request === 'koffi') throw new Error('no such binary'); return load(request, ...rest); };
      const { Libc } = await import('#src/unsafe.ts');
      try { Libc.open(); } catch (error) { console.log(error.code, error.message, error.cause.message); }
    `);
    expect(stdout).toMatch(/^ENOSYS libc: koffi, which calls the C library, cannot be loaded: no such binary; .* no such binary\n$/u);
  });
});

describe('Libc.function', () => {
  const libc = Libc.open();

  it('returns what the function returns, or its negative errno', () => {
    expect(libc.function('int getpid()')()).toBe(process.pid);
    expect(libc.function('int close(int fd)')(-1)).toBe(-EBADF);
    expect(libc.function('int dup(int fd)')(-1)).toBe(-EBADF);
    expect(libc.function('int fcntl(int fd, int command, long argument)')(1, 9999, 0)).toBe(-EINVAL);
  });

  it('passes up to seven arguments, octets among them', () => {
    const copy = new Uint8Array(8);
    const memcpy = libc.rawFunction('long memcpy(void *to, void *from, size_t length)');
    memcpy(copy, Uint8Array.of(1, 2, 3, 4), 4);
    expect([...copy]).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    expect(libc.syscall(getpid)).toBe(process.pid);
    expect(libc.syscall(0xffff)).toBe(-38);
    expect(() => libc.function('int f(int, int, int, int, int, int, int, int)')).toThrow();
  });

  it('refuses what the C library does not have', () => {
    expect(code(() => libc.function('int no_such_function(int)'))).toBe('ENOSYS');
  });
});

describe('Libc.map', () => {
  const libc = Libc.open();

  it('gives zeroed memory at an address that C sees', () => {
    using memory = libc.map({ length: 10_000 });
    expect(memory.length).toBe(10_000);
    expect(memory.address % 4096).toBe(0);
    expect(memory.bytes.every((octet) => octet === 0)).toBe(true);
    libc.rawFunction('long memset(long at, int octet, size_t length)')(memory.at(9_998, 2), 0xab, 2);
    expect(memory.view.getUint16(9_998)).toBe(0xabab);
    expect(memory.bytes[9_997]).toBe(0);
  });

  it('hands out no address beyond its end, nor after its end', () => {
    const memory = libc.map({ length: 4096 });
    expect(() => memory.at(4090, 7)).toThrow(RangeError);
    expect(() => memory.at(-1, 1)).toThrow(RangeError);
    memory.close();
    memory.close();
    expect(code(() => memory.at(0, 1))).toBe('EBADF');
  });

  it('leaves dead views behind, not views of what is mapped there next', () => {
    let isThere = false;
    // Other threads of this process, such as V8's, map memory as well, and one of them may come first.
    for (const end = performance.now() + 60_000; !isThere && performance.now() < end; ) {
      const memory = libc.map({ length: 65_536 });
      const { address, bytes, view } = memory;
      bytes[0] = 7;
      memory.close();
      using next = libc.map({ length: 65_536 });
      isThere = next.address === address;
      expect(bytes.length).toBe(0);
      expect(bytes[0]).toBeUndefined();
      expect(() => view.getUint8(0)).toThrow(TypeError);
      bytes[0] = 9;
      expect(next.bytes[0]).toBe(0);
    }
    expect(isThere).toBe(true);
  });

  it('says what mmap says', () => {
    expect(code(() => libc.map({ length: 2 ** 52 }))).toBe('ENOMEM');
    expect(code(() => libc.map({ length: 4096, fd: 999_999 }))).toBe('EBADF');
    expect(() => libc.map({ length: 0 })).toThrow(RangeError);
    expect(() => libc.map({ length: Number.NaN })).toThrow(RangeError);
  });
});

describe('Descriptor', () => {
  it('is closed once, and accounted for until then', () => {
    const before = descriptors();
    const libc = Libc.open({ trackLeaks: true });
    const descriptor = libc.descriptor(libc.function('int dup(int fd)')(1), 'copy of stdout');
    expect(libc.openDescriptors()).toMatchObject([{ fd: descriptor.fd, what: 'copy of stdout' }]);
    expect(libc.openDescriptors()[0]?.where).toContain('libc.test.ts');
    expect(descriptors().length).toBe(before.length + 1);
    descriptor.close();
    descriptor.close();
    expect(descriptor.closed).toBe(true);
    expect(code(() => descriptor.fd)).toBe('EBADF');
    expect(libc.openDescriptors()).toEqual([]);
    expect(descriptors()).toEqual(before);
  });

  it('is not made of a failure', () => {
    const libc = Libc.open();
    expect(code(() => libc.descriptor(-EBADF, 'socket'))).toBe('EBADF');
    expect(libc.openDescriptors()).toEqual([]);
  });
});

describe('Libc.withSignalsBlocked', () => {
  const libc = Libc.open();

  function blocked(): bigint {
    const status = readFileSync('/proc/thread-self/status', 'latin1');
    return BigInt(`0x${/^SigBlk:\s*(\w+)/mu.exec(status)?.[1] ?? ''}`);
  }

  it('blocks what can be blocked, for the time of the call', () => {
    const before = blocked();
    const during = libc.withSignalsBlocked(blocked);
    // All but SIGKILL and SIGSTOP; the C library keeps 32 and 33 to itself.
    expect(during & 0x7fffffffn & ~(1n << 8n) & ~(1n << 18n)).toBe(0x7ffbfeffn);
    expect(blocked()).toBe(before);
  });

  it('restores the mask when the callback throws', () => {
    const before = blocked();
    expect(() => libc.withSignalsBlocked(() => { throw new Error('inside'); })).toThrow('inside');
    expect(blocked()).toBe(before);
  });
});
