import { readFileSync } from 'node:fs';
import { OWN_FOLDER } from './catalog/own-folder.ts';

/** The version of this package. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', OWN_FOLDER), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
