/**
 * A program's memory, as the kernel reads and writes it: where system calls follow pointers.
 *
 * C twin: `copy_from_user`, `copy_to_user`.
 */
export interface UserMemory {
  /**
   * Octets of the program.
   *
   * @param address - where they start
   * @param length - how many
   * @returns a copy or a view, or `undefined` when not all of them can be read
   */
  read(address: bigint, length: number): Uint8Array | undefined;
  /**
   * Puts octets into the program's memory.
   *
   * @returns whether all of them could be written
   */
  write(address: bigint, bytes: Uint8Array): boolean;
}

/**
 * Memory that consists of one buffer, at an address; everything else cannot be read. What an `ioctl` of this process has
 * for its argument.
 *
 * @param bytes - what is there; writes change it
 * @param base - the address of the first octet
 * @param elsewhere - what has the other addresses
 *
 * @example
 * ```ts
 * const memory = bufferMemory(new Uint8Array(40));
 * memory.write(0x1000n, Uint8Array.of(1));
 * ```
 */
export function bufferMemory(bytes: Uint8Array, base: bigint = ARGUMENT_ADDRESS, elsewhere: UserMemory | null = null): UserMemory {
  const within = (address: bigint, length: number): number => {
    const at = address - base;
    return at >= 0n && at + BigInt(length) <= BigInt(bytes.length) ? Number(at) : -1;
  };
  return {
    read(address, length) {
      const at = within(address, length);
      return at === -1 ? elsewhere?.read(address, length) : bytes.subarray(at, at + length);
    },
    write(address, value) {
      const at = within(address, value.length);
      if (at === -1) return elsewhere?.write(address, value) ?? false;
      bytes.set(value, at);
      return true;
    },
  };
}

/** Where {@link bufferMemory} puts its buffer: the second page, as the first holds only null pointers. */
export const ARGUMENT_ADDRESS = 0x1000n;
