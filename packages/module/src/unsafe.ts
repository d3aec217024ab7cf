/**
 * For the kernels and the safe packages: the raw side of modules. Drivers may not import it.
 *
 * @packageDocumentation
 */

export { holdUnsafe, imageOfUnsafe, rawModuleUnsafe } from './module.unsafe.ts';
