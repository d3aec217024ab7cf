/**
 * The nlmon command, and what other programs can use of it.
 *
 * @packageDocumentation
 */

export { PackageCatalog, type PackageCatalogOptions } from './catalog/package-catalog.ts';
export { run } from './program.ts';
