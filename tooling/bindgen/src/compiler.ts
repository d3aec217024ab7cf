import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// BTF for a target other than BPF came with GCC 12; clang writes it for BPF alone.
const OLDEST_GCC = 12;

const FLAGS = ['-std=gnu11', '-xc', '-fno-eliminate-unused-debug-types'];

/** Says which tool or header package is missing on this machine, in one sentence fit for a user. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

/** What the compiler said about one line of a source that it refused. */
export interface Diagnostic {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What came of a compilation: an object file, or the errors. */
export type Compilation = { readonly object: Uint8Array } | { readonly errors: readonly Diagnostic[] };

/** A C compiler, asked what the headers of this machine say. */
export class Compiler implements Disposable {
  readonly #command: string;
  readonly #folder: string;

  /**
   * Finds the compiler.
   *
   * @param command - Command of a GCC, version 12 or later; a cross compiler for a 64-bit little-endian target works.
   * @throws {@link MissingToolError} When there is no such command, or it is not such a GCC.
   * @defaultValue `command` is `$CC` or else `gcc`.
   */
  constructor(command: string = process.env['CC'] || 'gcc') {
    this.#command = command;
    const { status, stdout } = spawnSync(command, ['-E', '-P', '-xc', '-'], { input: '__GNUC__ __clang__', encoding: 'utf8' });
    if (status !== 0) {
      throw new MissingToolError(`the C compiler ${command} is missing: install gcc and libc6-dev, or name a GCC in CC`);
    }
    const [version, clang] = stdout.trim().split(/\s+/u);
    if (clang !== '__clang__' || !(Number(version) >= OLDEST_GCC)) {
      throw new MissingToolError(`${command} is not GCC ${OLDEST_GCC} or later, which alone writes BTF: name one in CC`);
    }
    this.#folder = mkdtempSync(join(tmpdir(), 'bindgen-'));
  }

  /**
   * Preprocesses a source, with line markers and with the definitions of all macros in their places (`-dD`).
   *
   * @throws {@link MissingToolError} When a header is missing.
   */
  preprocess(source: string): string {
    const { status, stdout, stderr } = this.#run(['-E', '-dD', '-'], source);
    if (status !== 0) throw new MissingToolError(`a header is missing: install linux-libc-dev and libc6-dev\n${excerpt(stderr)}`);
    return stdout;
  }

  /**
   * Compiles a source to an object file with BTF.
   *
   * @returns The object file, or the errors with their lines.
   * @throws {@link Error} When the compiler fails and names no line.
   */
  compile(source: string): Compilation {
    const input = join(this.#folder, 'probe.c');
    const output = join(this.#folder, 'probe.o');
    writeFileSync(input, source);
    const { status, stderr } = this.#run(['-gbtf', '-w', '-fmax-errors=0', '-c', input, '-o', output], '');
    if (status === 0) return { object: readFileSync(output) };
    const errors = [...stderr.matchAll(/probe\.c:(\d+):\d+: (?:fatal )?error: (.*)/gu)].map(([, line, text]) => ({
      line: Number(line),
      text: text ?? '',
    }));
    if (errors.length === 0) throw new Error(`${this.#command} failed: ${excerpt(stderr)}`);
    return { errors };
  }

  /**
   * Compiles a program and runs it.
   *
   * @returns What the program wrote to its standard output.
   * @throws {@link Error} When it does not compile, or does not run on this machine.
   */
  run(source: string): string {
    const program = join(this.#folder, 'program');
    const built = this.#run(['-o', program, '-'], source);
    if (built.status !== 0) throw new Error(`${this.#command} failed: ${built.stderr}`);
    const { status, stdout } = spawnSync(program, { encoding: 'utf8', env: { LC_ALL: 'C' } });
    if (status !== 0) throw new Error(`what ${this.#command} makes does not run here: name a native compiler in CC`);
    return stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(args: readonly string[], input: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(this.#command, [...FLAGS, ...args], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, LC_ALL: 'C' },
    });
  }
}

/** The first lines of a compiler's complaints: one mistake can fill screens. */
function excerpt(stderr: string): string {
  return stderr.split('\n', 10).join('\n');
}
