/**
 * The folder of this package. Modules are two levels below it wherever they run from: `src/catalog`, `dist/catalog`, and
 * `dist/bin`, where the published command is.
 */
export const OWN_FOLDER: URL = new URL('../..', import.meta.url);
