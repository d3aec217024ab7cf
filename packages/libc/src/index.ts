/**
 * The few functions of the C library that NetDevKit calls on Linux: whether they can be called here. Calling them is
 * what `@netdevkit/libc/unsafe` is for.
 *
 * @packageDocumentation
 */

export { whyUnavailable } from './load.unsafe.ts';
