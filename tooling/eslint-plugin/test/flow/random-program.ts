/** A stream of numbers that is the same for the same seed: mulberry32. */
export function randomStream(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Where a statement may jump to. */
interface Surroundings {
  readonly inLoop: boolean;
  readonly breakable: boolean;
  readonly labels: readonly string[];
  readonly loopLabels: readonly string[];
}

/**
 * Writes a function body of random statements. What it does is asked of the outside: `hit(n)` leaves a trace, `ask()` is
 * a condition, `risk()` may throw, `pick()` chooses a case, `maybe()` is an object or nothing.
 */
export class ProgramWriter {
  readonly #random: (below: number) => number;
  #hits = 0;
  #labels = 0;
  #returns = 0;
  #variables = 0;

  constructor(seed: number) {
    this.#random = randomStream(seed);
  }

  write(): string {
    return this.#block(4, { inLoop: false, breakable: false, labels: [], loopLabels: [] });
  }

  #hit(): string {
    return `hit(${++this.#hits})`;
  }

  #block(depth: number, around: Surroundings): string {
    return Array.from({ length: this.#random(4) }, () => this.#statement(depth, around)).join('\n');
  }

  #test(): string {
    const tests = ['ask()', '!ask()', `ask() && ${this.#hit()}`, `ask() || ${this.#hit()}`, `(${this.#hit()}, ask())`, `!(ask() && !ask() || ${this.#hit()})`, 'true', 'false', '(ask() ? ask() : risk())'];
    return tests[this.#random(tests.length)] ?? 'ask()';
  }

  #expression(): string {
    const a = this.#hit();
    const b = this.#hit();
    const name = `v${++this.#variables}`;
    const all = [
      a,
      'risk()',
      `ask() && ${a}`,
      `${this.#test()} ? ${a} : ${b}`,
      `maybe()?.call(${a})`,
      `maybe()?.inner?.call(${a}, ${b})`,
      `maybe()?.[${a}]`,
      `(maybe() ?? ${a})`,
      `let ${name} = ask() || undefined; ${name} ??= ${a}; ${name} &&= ${b}; ${name} ||= 1`,
      `const { ${name} = ${a} } = maybe() ?? {}`,
      `const [${name} = ${a}] = ask() ? [1] : []`,
      `[${a}, ...[${b}]]`,
      `\`\${${a}}\``,
      `(() => { ${a}; })`,
    ];
    return all[this.#random(all.length)] ?? a;
  }

  #statement(depth: number, around: Surroundings): string {
    const kind = this.#random(depth === 0 ? 6 : 17);
    const inside = (more: Partial<Surroundings> = {}): string => this.#block(depth - 1, { ...around, ...more });
    const loop: Partial<Surroundings> = { inLoop: true, breakable: true };
    switch (kind) {
      case 0:
      case 1:
        return `${this.#hit()};`;
      case 2:
        return `${this.#expression().replace(/^\(\(\) =>/u, 'void (() =>')};`;
      case 3:
        return this.#random(3) === 0 ? `return end(${++this.#returns});` : `if (ask()) return end(${++this.#returns});`;
      case 4:
        return this.#jump(around);
      case 5:
        return this.#random(4) === 0 ? 'throw error;' : 'risk();';
      case 6:
      case 7:
        return `if (${this.#test()}) { ${inside()} } else { ${inside()} }`;
      case 8:
        return `if (${this.#test()}) { ${inside()} }`;
      case 9:
        return `while (${this.#test()} && step()) { ${inside(loop)} }`;
      case 10:
        return `do { ${inside(loop)} } while (${this.#test()} && step());`;
      case 11:
        return `for (${this.#hit()}; step() && ${this.#test()}; ${this.#hit()}) { ${inside(loop)} }`;
      case 12:
        return `for (const v${++this.#variables} of ask() ? [1, 2] : []) { step(); ${inside(loop)} }`;
      case 13:
        return `for (;;) { if (!step()) break; ${inside(loop)} }`;
      case 14:
        return `switch (pick()) { case ${this.#hit()}: ${inside({ breakable: true })} case 0: ${inside({ breakable: true })} ${this.#random(2) === 0 ? `default: ${inside({ breakable: true })}` : ''} case 1: ${inside({ breakable: true })} }`;
      case 15: {
        const handler = this.#random(3) === 0 ? '' : ` catch { ${inside()} }`;
        const finalizer = handler === '' || this.#random(2) === 0 ? ` finally { ${inside()} }` : '';
        return `try { ${inside()} }${handler}${finalizer}`;
      }
      default:
        return this.#labelled(depth, around);
    }
  }

  #labelled(depth: number, around: Surroundings): string {
    const label = `l${++this.#labels}`;
    const labels = [...around.labels, label];
    if (this.#random(2) === 0) return `${label}: { ${this.#block(depth - 1, { ...around, labels })} }`;
    const body = this.#block(depth - 1, { inLoop: true, breakable: true, labels, loopLabels: [...around.loopLabels, label] });
    return `${label}: while (step() && ${this.#test()}) { ${body} }`;
  }

  #jump(around: Surroundings): string {
    const jumps = [
      ...(around.inLoop ? ['continue;'] : []),
      ...(around.breakable ? ['break;'] : []),
      ...around.labels.map((label) => `break ${label};`),
      ...around.loopLabels.map((label) => `continue ${label};`),
    ];
    const jump = jumps[this.#random(jumps.length)];
    return jump === undefined ? `${this.#hit()};` : `if (ask()) ${jump}`;
  }
}
