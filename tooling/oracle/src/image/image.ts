import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { OracleError } from '../oracle-error.ts';
import { runTool } from '../tools.ts';
import { AptRoot } from './apt-root.ts';
import { kernelPayload } from './kernel-payload.ts';
import { BOOT_MODULES, isWanted, loadOrder, MODULE_FOLDERS } from './modules.ts';
import { addModules, makeRoot, PACKAGES, unpack } from './root-tree.ts';

/** The suite of Debian whose kernel is the reference: Linux 6.12. */
const SUITE = 'trixie';

const GUEST = fileURLToPath(new URL('../../guest/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url));
/** To be changed with what is made of the same packages. */
const RECIPE = 1;
const MIB = 1 << 20;

/** A machine that can be started. */
export interface Image {
  /** An ELF kernel. */
  readonly kernel: string;
  readonly initrd: string;
  /** An ext4 file system. */
  readonly root: string;
  /** The kernel's version, as `uname -r` says it. */
  readonly version: string;
  /** What is in it: packages with their versions. */
  readonly packages: readonly string[];
}

/** How an image is found. */
export interface ImageOptions {
  /** Says what takes long. */
  readonly say: (line: string) => void;
  /** Whether to make it again, of the newest packages. */
  readonly renew?: boolean;
  /** Where images are kept. */
  readonly cache?: string;
}

/**
 * The image of the reference kernel: from the cache, or made of Debian's packages. It is made again when the list of packages
 * or what runs in the guest has changed.
 *
 * @param options - how it is found
 * @throws OracleError: it cannot be made
 */
export function openImage({ say, renew = false, cache = CACHE }: ImageOptions): Image {
  const folder = join(cache, `image-${SUITE}-${imageKey()}`);
  if (renew || !existsSync(join(folder, 'manifest.json'))) {
    say(`making an image of Debian ${SUITE}, once (a minute)`);
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(join(cache, 'making-'));
    try {
      make(work, cache);
      for (const name of readdirSync(cache)) if (name.startsWith(`image-${SUITE}-`)) rmSync(join(cache, name), { recursive: true, force: true });
      renameSync(join(work, 'image'), folder);
    } finally {
      // Some folders of packages may not be written to.
      rmSync(work, { recursive: true, force: true });
    }
  }
  // CAST: written below.
  const { version, packages } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { version: string; packages: string[] };
  return { kernel: join(folder, 'vmlinux'), initrd: join(folder, 'initrd'), root: join(folder, 'root.img'), version, packages };
}

/** A digest of all that an image is made of, but for the versions of packages. */
function imageKey(): string {
  const hash = createHash('sha256').update(JSON.stringify([RECIPE, SUITE, PACKAGES, MODULE_FOLDERS, BOOT_MODULES]));
  for (const name of ['init', 'oracle-init']) hash.update(name).update(readFileSync(join(GUEST, name)));
  return hash.digest('hex').slice(0, 16);
}

function make(work: string, cache: string): void {
  const apt = new AptRoot(join(cache, `apt-${SUITE}`), SUITE);
  apt.update();
  const meta = apt.kernelOf('linux-image-amd64');
  const version = meta.replace('linux-image-', '');
  // Debian has begun to split kernels into packages.
  const parts = ['base', 'binary', 'modules'].map((part) => `linux-${part}-${version}`).filter((name) => apt.has(name));
  const kernelFiles = apt.downloadOnly([meta, ...parts]);
  const files = apt.download(PACKAGES);
  const root = join(work, 'root');
  const kernel = join(work, 'kernel');
  const image = join(work, 'image');
  for (const folder of [root, kernel, image]) mkdirSync(folder);

  makeRoot(root, files, GUEST);
  unpack(kernelFiles, kernel);
  const modules = [join(kernel, 'lib/modules'), join(kernel, 'usr/lib/modules')].find((folder) => existsSync(join(folder, version)));
  if (modules === undefined) throw new OracleError(`the packages of ${version} hold no modules`);
  prune(join(modules, version));
  addModules(root, modules, version);

  const bzImage = [join(kernel, 'boot', `vmlinuz-${version}`), join(modules, version, 'vmlinuz')].find((file) => existsSync(file));
  if (bzImage === undefined) throw new OracleError(`the packages of ${version} hold no kernel`);
  writeFileSync(join(image, 'vmlinux'), kernelPayload(readFileSync(bzImage)));
  makeInitrd(join(work, 'initrd'), root, version, join(image, 'initrd'));
  makeFileSystem(root, join(image, 'root.img'));
  const packages = [...kernelFiles, ...files].map(({ file }) => file.replace(/\.deb$/u, '').replaceAll('%3a', ':')).sort();
  writeFileSync(join(image, 'manifest.json'), `${JSON.stringify({ suite: SUITE, version, packages }, undefined, 2)}\n`);
}

/** Removes modules that no guest needs. */
function prune(folder: string): void {
  const kernel = join(folder, 'kernel');
  for (const name of readdirSync(kernel, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(kernel, name)).isFile() && !isWanted(name)) rmSync(join(kernel, name));
  }
}

function makeInitrd(folder: string, root: string, version: string, file: string): void {
  for (const name of ['bin', 'modules']) mkdirSync(join(folder, name), { recursive: true });
  copyFileSync(join(root, 'usr/bin/busybox'), join(folder, 'bin/busybox'));
  copyFileSync(join(GUEST, 'init'), join(folder, 'init'));
  chmodSync(join(folder, 'init'), 0o755);
  const modules = join(root, 'usr/lib/modules', version);
  const order = loadOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'), BOOT_MODULES);
  for (const path of order) copyFileSync(join(modules, path), join(folder, 'modules', basename(path)));
  writeFileSync(join(folder, 'order'), order.map((path) => `${basename(path)}\n`).join(''));
  const names = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()];
  const archive = runTool('cpio', ['-o', '-H', 'newc', '--quiet', '-R', '0:0'], { input: names.join('\n'), cwd: folder });
  writeFileSync(file, gzipSync(archive, { level: 1 }));
}

function makeFileSystem(root: string, file: string): void {
  const size = readdirSync(root, { recursive: true, withFileTypes: true }).reduce((sum, entry) => sum + (entry.isFile() ? Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096) * 4096 : 4096), 0);
  // Each run writes to a snapshot: the room that is left is for what programs write beside /tmp.
  runTool('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal,^metadata_csum', '-E', 'root_owner=0:0,lazy_itable_init=1', '-m', '0', '-d', root, file, `${String(Math.ceil((size * 1.2) / MIB) + 128)}M`]);
  if (!existsSync(file)) throw new OracleError(`mke2fs has made no ${basename(file)} in ${dirname(file)}`);
}
