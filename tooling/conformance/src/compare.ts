import type { JsonValue } from '@netdevkit/netlink';
import { Comparable, type AddedAttribute } from './decoded.ts';
import { differencesOf, type Difference } from './difference.ts';
import { ADDED, EXPLAINED, type Explanation } from './explained.ts';
import type { Recording, ScenarioRecord } from './record.ts';
import { isWithin, versionOf, type Version } from './version.ts';

/** What came of a comparison. */
export interface Comparison {
  readonly release: string;
  /** Scenarios that both kernels played. */
  readonly scenarios: number;
  /** What was compared: steps, and the messages that came in them. */
  readonly steps: number;
  readonly messages: number;
  /** What one of them could not play, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** What is not explained. */
  readonly differences: readonly Difference[];
  /** How many are. */
  readonly explained: number;
  /** Explanations that explain nothing any more. */
  readonly idle: readonly (Explanation | AddedAttribute)[];
}

/** Compares kernels, scenario by scenario, and keeps account of what explains what. */
export class Comparer {
  readonly #version: Version;
  readonly #added: readonly AddedAttribute[];
  readonly #explained: readonly Explanation[];
  readonly #used = new Set<Explanation | AddedAttribute>();
  readonly #release: string;
  readonly #differences: Difference[] = [];
  readonly #skipped: { name: string; reason: string }[] = [];
  #explainedCount = 0;
  #scenarios = 0;
  #steps = 0;
  #messages = 0;

  /** @param release - the real kernel's */
  constructor(release: string) {
    this.#release = release;
    this.#version = versionOf(release);
    this.#added = ADDED.filter((range) => isWithin(this.#version, range));
    this.#explained = EXPLAINED.filter((range) => isWithin(this.#version, range));
  }

  /**
   * Compares what two kernels did in a scenario.
   *
   * @returns what is not explained
   */
  add(real: ScenarioRecord, embedded: ScenarioRecord): readonly Difference[] {
    const reason = real.skipped ?? embedded.skipped;
    if (reason !== undefined) {
      this.#skipped.push({ name: real.name, reason });
      return [];
    }
    const theirs = new Comparable(real, this.#added, (added) => this.#used.add(added)).steps();
    const ours = new Comparable(embedded, [], () => undefined).steps();
    this.#scenarios++;
    this.#steps += ours.length;
    for (const { inboxes } of ours) for (const { items } of inboxes.values()) this.#messages += items.length;
    const left = differencesOf(real.name, theirs, ours).filter((difference) => !this.#explains(difference));
    this.#differences.push(...left);
    return left;
  }

  /** The account. */
  result(): Comparison {
    return {
      release: this.#release,
      scenarios: this.#scenarios,
      steps: this.#steps,
      messages: this.#messages,
      skipped: this.#skipped,
      differences: this.#differences,
      explained: this.#explainedCount,
      idle: [...this.#added, ...this.#explained].filter((entry) => !this.#used.has(entry) && !('dependsOn' in entry)),
    };
  }

  #explains(difference: Difference): boolean {
    const found = this.#explained.find((entry) => isExplanation(entry, difference));
    if (found === undefined) return false;
    this.#used.add(found);
    this.#explainedCount++;
    return true;
  }
}

/** Compares a recording with what the embedded kernel did in the same scenarios. */
export function compareRecordings(real: Recording, embedded: Recording): Comparison {
  const comparer = new Comparer(real.release);
  const ours = new Map(embedded.scenarios.map((record) => [record.name, record]));
  for (const record of real.scenarios) {
    const mine = ours.get(record.name);
    if (mine !== undefined) comparer.add(record, mine);
  }
  return comparer.result();
}

function isExplanation(entry: Explanation, { scenario, step, path, real, embedded }: Difference): boolean {
  return (
    isLike(entry.scenario, scenario) &&
    isLike(entry.step, step) &&
    isLike(entry.path, path) &&
    (!('real' in entry) || JSON.stringify(entry.real) === JSON.stringify(real)) &&
    (!('embedded' in entry) || JSON.stringify(entry.embedded) === JSON.stringify(embedded))
  );
}

function isLike(pattern: string | readonly string[] | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern !== 'string') return pattern.some((each) => isLike(each, text));
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(text);
}

/** Differences in words: those that are alike together, at the first of them. */
export function describeAll(differences: readonly Difference[]): string[] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const { path, real, embedded } = difference;
    const key = JSON.stringify([path, real ?? null, embedded ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return '';
    const others = group.length > 1 ? ` (and ${String(group.length - 1)} more)` : '';
    return `${first.scenario} › ${first.step} › ${first.path}${others}\n    real     ${text(first.real)}\n    embedded ${text(first.embedded)}`;
  });
}

function text(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
