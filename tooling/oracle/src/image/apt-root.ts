import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OracleError } from '../oracle-error.ts';
import { runTool } from '../tools.ts';
import { debianMirror } from './apt-sources.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A file of a package. */
export interface PackageFile {
  /** As apt names it in its cache: name, version, architecture. */
  readonly file: string;
  readonly path: string;
}

/**
 * One suite of Debian as apt sees it on a machine where nothing is installed: with lists and a cache of its own. It changes
 * nothing of the system's apt, and needs no rights.
 */
export class AptRoot {
  readonly #folder: string;
  readonly #config: string;

  /**
   * @param folder - where lists and packages are kept
   * @param suite - such as `'trixie'`
   * @throws OracleError: this machine's apt knows no mirror of Debian, or the suite cannot be had from it
   */
  constructor(folder: string, suite: string) {
    this.#folder = folder;
    this.#config = join(folder, 'apt.conf');
    const mirror = debianMirror();
    if (mirror === undefined) throw new OracleError("the kernel comes from Debian, and this machine's apt knows no mirror of it: add one to /etc/apt/sources.list.d");
    for (const part of ['lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'log']) mkdirSync(join(folder, part), { recursive: true });
    const signedBy = mirror.signedBy ?? (existsSync(KEYRING) ? KEYRING : undefined);
    writeFileSync(
      join(folder, 'etc', 'suite.sources'),
      `Types: deb\nURIs: ${mirror.uri}\nSuites: ${suite}\nComponents: main\nArchitectures: amd64\n${signedBy === undefined ? '' : `Signed-By: ${signedBy}\n`}`,
    );
    // Nothing is installed: what is asked for comes with all that it needs.
    writeFileSync(join(folder, 'status'), '');
    const settings = {
      'Dir::Etc::sourcelist': join(folder, 'etc', 'suite.sources'),
      'Dir::Etc::sourceparts': '-',
      'Dir::Etc::preferences': join(folder, 'etc', 'preferences'),
      'Dir::Etc::preferencesparts': join(folder, 'etc', 'preferences.d'),
      'Dir::State': folder,
      'Dir::State::lists': join(folder, 'lists'),
      'Dir::State::status': join(folder, 'status'),
      'Dir::Cache': join(folder, 'cache'),
      'Dir::Log': join(folder, 'log'),
      'APT::Architecture': 'amd64',
      'APT::Install-Recommends': 'false',
      // Whoever runs this may read what apt downloads; another user might not.
      'APT::Sandbox::User': '',
    };
    writeFileSync(this.#config, Object.entries(settings).map(([key, value]) => `${key} "${value}";\n`).join(''));
  }

  /** Fetches the lists of packages. */
  update(): void {
    this.#run('apt-get', ['update', '-qq']);
  }

  /**
   * The kernel that a meta package stands for.
   *
   * @param meta - such as `'linux-image-amd64'`
   * @returns the package's name
   */
  kernelOf(meta: string): string {
    const [, name] = /^Depends:.*\b(linux-image-\d[^ ,]*)/mu.exec(this.#run('apt-cache', ['show', '--no-all-versions', meta])) ?? [];
    if (name === undefined) throw new OracleError(`Debian's ${meta} depends on no kernel`);
    return name;
  }

  /** Whether there is such a package. */
  has(name: string): boolean {
    return this.#run('apt-cache', ['pkgnames', name]).split('\n').includes(name);
  }

  /**
   * Downloads packages and all that they need.
   *
   * @param names - of packages
   */
  download(names: readonly string[]): PackageFile[] {
    this.#run('apt-get', ['install', '-y', '-d', '-qq', ...names]);
    return this.#files(['install', ...names]);
  }

  /**
   * Downloads packages, and nothing that they need.
   *
   * @param names - of packages
   */
  downloadOnly(names: readonly string[]): PackageFile[] {
    const folder = join(this.#folder, 'cache', 'archives');
    this.#run('apt-get', ['download', '-qq', ...names], folder);
    return this.#files(['download', ...names]);
  }

  #files(args: readonly string[]): PackageFile[] {
    // An archive without files makes apt list all of them.
    const none = join(this.#folder, 'none');
    mkdirSync(join(none, 'partial'), { recursive: true });
    const text = this.#run('apt-get', ['-y', '-qq', '--print-uris', '-o', `Dir::Cache::archives=${none}`, ...args]);
    return text.split('\n').flatMap((line) => {
      const [, file] = /^'[^']*' (\S+\.deb) /u.exec(line) ?? [];
      return file === undefined ? [] : [{ file, path: join(this.#folder, 'cache', 'archives', file) }];
    });
  }

  #run(command: string, args: readonly string[], cwd?: string): string {
    return runTool(command, args, { env: { APT_CONFIG: this.#config, DEBIAN_FRONTEND: 'noninteractive' }, ...(cwd === undefined ? {} : { cwd }) }).toString();
  }
}
