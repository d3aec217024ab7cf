import { nlmon } from './command.ts';
import type { Outcome } from './conversations.ts';
import { captureDifferences, outcomeDifferences } from './differences.ts';
import type { Explanation } from './explained.ts';

/** A workload that was had twice: what differs, and is not explained. */
export class Comparison {
  readonly #explanations: readonly Explanation[];
  readonly #used = new Set<Explanation>();
  readonly #left: string[] = [];

  /** @param explanations - of what differs in this workload */
  constructor(explanations: readonly Explanation[]) {
    this.#explanations = explanations;
  }

  /** Compares what commands printed. */
  commands(theirs: readonly Outcome[], ours: readonly Outcome[]): void {
    for (const [at, outcome] of theirs.entries()) {
      const own = ours[at];
      const lines = own?.command === outcome.command ? this.#unexplained(outcomeDifferences(outcome, own), outcome.command) : ['- all of it'];
      if (lines.length > 0) this.#left.push(`$ ${outcome.command}`, ...lines);
    }
    for (const { command } of ours.slice(theirs.length)) this.#left.push(`$ ${command}`, '+ all of it');
  }

  /**
   * Compares captures by `nlmon diff`.
   *
   * @param theirs - a file
   * @param ours - another
   */
  async captures(theirs: string, ours: string): Promise<void> {
    const { code, stdout, stderr } = await nlmon('diff', '--color', 'never', theirs, ours);
    if (stderr !== '' || (code !== 0 && code !== 1)) this.#left.push(`nlmon diff ended with ${String(code)}: ${stderr}`);
    const differences = captureDifferences(stdout);
    if (code === 1 && differences.length === 0) this.#left.push('nlmon diff found differences, of which none was understood:', ...stdout.split('\n'));
    if (this.#unexplained(differences).length > 0) this.#left.push('messages:', ...stdout.split('\n'));
  }

  /** What is left when that which is explained is taken away, and what was explained for nothing: `''` for nothing. */
  left(): string {
    const idle = this.#explanations.filter((one) => one.isSometimes !== true && !this.#used.has(one));
    return [...this.#left, ...idle.map(({ reason }) => `nothing that this would explain: ${reason}`)].join('\n');
  }

  #unexplained(lines: readonly string[], command?: string): string[] {
    return lines.filter((line) => {
      const explanation = this.#explanations.find((one) => (command === undefined ? one.command === undefined : one.command?.test(command) === true) && one.lines.test(line));
      if (explanation !== undefined) this.#used.add(explanation);
      return explanation === undefined;
    });
  }
}
