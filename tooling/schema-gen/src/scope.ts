import { SpecError } from './spec-node.ts';
import type { SpecFamily, SpecField } from './spec.ts';

/** The names that a module declares and imports. */
export class Scope {
  readonly #family: SpecFamily;
  readonly #asFlags: Set<string> = new Set();
  /** Functions that the module imports. */
  readonly functions: Set<string> = new Set();
  /** Types that the module imports. */
  readonly types: Set<string> = new Set();
  /** What stands above the line that is being written. */
  readonly declared: Set<string> = new Set();

  constructor(family: SpecFamily) {
    this.#family = family;
    const fields = [...family.structs.flatMap(({ members }) => members), ...family.sets.flatMap(({ attributes }) => attributes.map(({ field }) => field))];
    for (const field of fields) if (field.enum !== undefined && this.isFlags(field)) this.#asFlags.add(field.enum);
  }

  /** The family's own constant. */
  get family(): string {
    return camelCase(this.#family.name);
  }

  /** Whether a field's names are of bits. */
  isFlags(field: SpecField): boolean {
    if (field.enumAsFlags) return true;
    return this.#family.names.find(({ name }) => name === field.enum)?.kind === 'flags';
  }

  /** Whether some field takes the values of an enumeration for numbers of bits. */
  isUsedAsFlags(name: string): boolean {
    return this.#asFlags.has(name);
  }

  /** The constant of an enumeration. */
  names(name: string, flags: boolean): string {
    const found = this.#family.names.find((candidate) => candidate.name === name);
    if (found === undefined) throw this.#unknown('enumeration', name);
    return camelCase(name) + (flags ? 'Bits' : 'Names');
  }

  /** The constant of a structure. */
  struct(name: string): string {
    if (!this.#family.structs.some((candidate) => candidate.name === name)) throw this.#unknown('structure', name);
    return `${camelCase(name)}Struct`;
  }

  /** The constant of a set. */
  set(name: string): string {
    if (!this.#family.sets.some((candidate) => candidate.name === name)) throw this.#unknown('set', name);
    return `${camelCase(name)}Set`;
  }

  /** The constant of a choice. */
  choice(name: string): string {
    if (!this.#family.subMessages.some((candidate) => candidate.name === name)) throw this.#unknown('sub-message', name);
    return `${camelCase(name)}Formats`;
  }

  /** A reference to a constant: through a function if it stands further down. */
  refer(constant: string): string {
    return this.declared.has(constant) ? constant : `() => ${constant}`;
  }

  #unknown(what: string, name: string): SpecError {
    return new SpecError(`${this.#family.file}: unknown ${what} "${name}"`);
  }
}

function camelCase(name: string): string {
  const words = name.split(/[-_]+/).filter((word) => word !== '');
  const joined = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}
