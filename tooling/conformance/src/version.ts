/** A kernel's version: major, minor. */
export type Version = readonly [major: number, minor: number];

/**
 * The version in what `uname -r` says.
 *
 * @throws RangeError: there is none in it
 */
export function versionOf(release: string): Version {
  const [, major, minor] = /^(\d+)\.(\d+)/u.exec(release) ?? [];
  if (major === undefined || minor === undefined) throw new RangeError(`release: expected one such as 6.12.0, got ${JSON.stringify(release)}`);
  return [Number(major), Number(minor)];
}

/** Whether a version is another or a later one. */
export function isAtLeast(version: Version, least: Version): boolean {
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}

/** Kernels by their versions. */
export interface VersionRange {
  /** The first that it holds for; by default the first of all. */
  readonly since?: Version;
  /** The first that it does not hold for any more. */
  readonly before?: Version;
}

/** Whether a version is in a range. */
export function isWithin(version: Version, { since, before }: VersionRange): boolean {
  return (since === undefined || isAtLeast(version, since)) && (before === undefined || !isAtLeast(version, before));
}
