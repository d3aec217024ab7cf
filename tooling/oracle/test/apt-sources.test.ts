import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianMirror, parseLines, parseStanzas } from '../src/image/apt-sources.ts';

const STANZAS = `# A comment.
Types: deb deb-src
# URIs: http://old.example/debian
URIs: http://mirror.example/debian/ http://second.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://sources.example/debian

Enabled: no
Types: deb
URIs: http://off.example/debian

Types: deb
URIs: http://security.example/debian-security
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
`;

describe('parseStanzas', () => {
  it('gives what is on and has binaries', () => {
    expect(parseStanzas(STANZAS)).toEqual([
      { uris: ['http://mirror.example/debian/', 'http://second.example/debian'], signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg' },
      { uris: ['http://security.example/debian-security'], signedBy: undefined },
    ]);
  });
});

describe('parseLines', () => {
  it('takes options or none, and passes comments over', () => {
    const text = 'deb http://a.example/debian bookworm main\n# deb http://b.example/debian x y\ndeb-src http://c.example/debian x y\n  deb [arch=amd64 signed-by=/k.gpg] http://d.example/ubuntu noble main\n';
    expect(parseLines(text)).toEqual([
      { uris: ['http://a.example/debian'], signedBy: undefined },
      { uris: ['http://d.example/ubuntu'], signedBy: '/k.gpg' },
    ]);
  });
});

describe('debianMirror', () => {
  it('is the first source of Debian itself, in whatever format', () => {
    const folder = mkdtempSync(join(tmpdir(), 'apt-'));
    try {
      expect(debianMirror(folder)).toBeUndefined();
      writeFileSync(join(folder, 'sources.list'), 'deb http://one.example/ubuntu noble main\ndeb http://two.example/debian/ bookworm main\n');
      expect(debianMirror(folder)).toEqual({ uri: 'http://two.example/debian', signedBy: undefined });
      mkdirSync(join(folder, 'sources.list.d'));
      writeFileSync(join(folder, 'sources.list.d', 'debian.sources'), STANZAS);
      writeFileSync(join(folder, 'sources.list.d', 'old.disabled'), 'deb http://three.example/debian bookworm main\n');
      expect(debianMirror(folder)).toEqual({ uri: 'http://mirror.example/debian', signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
