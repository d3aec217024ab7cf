/**
 * The few functions of the C library that NetDevKit calls on Linux: what the packages of this repository share.
 *
 * @packageDocumentation
 */

export { Descriptor } from './descriptor.unsafe.ts';
export { Libc, type Argument, type ErrnoFunction, type LibcOptions, type MapOptions, type OpenDescriptor, type RawFunction } from './libc.unsafe.ts';
export { Memory } from './memory.unsafe.ts';
export { Watch, type Interest, type Readiness } from './watch.unsafe.ts';
