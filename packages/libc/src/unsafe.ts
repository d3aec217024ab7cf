/**
 * The few functions of the C library that NetDevKit calls on Linux: what the packages of this repository share.
 *
 * @packageDocumentation
 */

export {};
