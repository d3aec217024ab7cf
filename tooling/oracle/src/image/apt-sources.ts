import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A repository of packages. */
export interface Source {
  readonly uris: readonly string[];
  readonly signedBy: string | undefined;
}

/**
 * Reads apt's sources in the format of stanzas.
 *
 * @param text - of a `.sources` file
 */
export function parseStanzas(text: string): Source[] {
  return text.split(/\n\s*\n/u).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const [, field, value = ''] = /^([\w-]+):\s*(.*)$/u.exec(line) ?? [];
      if (field !== undefined) fields.set((name = field.toLowerCase()), value.trim());
      else if (name !== '') fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`.trim());
    }
    const isOn = fields.get('enabled')?.toLowerCase() !== 'no' && words(fields.get('types')).includes('deb');
    const [signedBy] = words(fields.get('signed-by'));
    return isOn ? [{ uris: words(fields.get('uris')), signedBy: signedBy?.startsWith('/') === true ? signedBy : undefined }] : [];
  });
}

/**
 * Reads apt's sources in the format of lines.
 *
 * @param text - of a `.list` file
 */
export function parseLines(text: string): Source[] {
  return text.split('\n').flatMap((line) => {
    const [, options = '', uri] = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S/u.exec(line) ?? [];
    if (uri === undefined) return [];
    const [, signedBy] = /signed-by=(\/\S+)/u.exec(options) ?? [];
    return [{ uris: [uri], signedBy }];
  });
}

/**
 * The mirror of Debian that this machine's apt uses: the first source whose address ends in `/debian`, which is what mirrors
 * call it.
 *
 * @param folder - apt's configuration
 */
export function debianMirror(folder: string = '/etc/apt'): { readonly uri: string; readonly signedBy: string | undefined } | undefined {
  const parts = join(folder, 'sources.list.d');
  const files = [...(existsSync(parts) ? readdirSync(parts).sort().map((name) => join(parts, name)) : []), join(folder, 'sources.list')];
  for (const file of files) {
    if (!existsSync(file)) continue;
    const parse = file.endsWith('.sources') ? parseStanzas : file.endsWith('.list') ? parseLines : () => [];
    for (const { uris, signedBy } of parse(readFileSync(file, 'utf8'))) {
      const uri = uris.map((one) => one.replace(/\/+$/u, '')).find((one) => one.endsWith('/debian'));
      if (uri !== undefined) return { uri, signedBy };
    }
  }
  return undefined;
}

function words(text: string = ''): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
