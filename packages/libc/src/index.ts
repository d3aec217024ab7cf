/**
 * The few functions of the C library that NetDevKit calls on Linux.
 *
 * @packageDocumentation
 */

export {};
