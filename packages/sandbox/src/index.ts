/**
 * Runs unmodified programs on the embedded kernel.
 *
 * @packageDocumentation
 */

export {};
