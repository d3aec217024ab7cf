import { KernelError } from '@netdevkit/errno';

/** A parameter that is an integer of 32 bits. */
export interface IntParameter {
  /** With a sign (`int`: from -2147483648 to 2147483647) or without (`uint`: from 0 to 4294967295). */
  readonly type: 'int' | 'uint';
  /** What it is when the module is loaded without it. */
  readonly default: number;
  /** What it is for: `MODULE_PARM_DESC`. */
  readonly description: string;
}

/** A parameter that is on or off. */
export interface BoolParameter {
  /** What begins with `y`, `t`, `1` or `on` is true, as is the bare name; what begins with `n`, `f`, `0` or `off` is false. */
  readonly type: 'bool';
  /** What it is when the module is loaded without it. */
  readonly default: boolean;
  /** What it is for: `MODULE_PARM_DESC`. */
  readonly description: string;
}

/** A parameter that is a text. */
export interface TextParameter {
  /** Any text; quotes around it let it have blanks. */
  readonly type: 'charp';
  /** What it is when the module is loaded without it. */
  readonly default: string;
  /** What it is for: `MODULE_PARM_DESC`. */
  readonly description: string;
}

/**
 * The parameters of a module, by name.
 *
 * C twin: `module_param` and `MODULE_PARM_DESC` (include/linux/moduleparam.h).
 */
export type ParameterDefinitions = Readonly<Record<string, IntParameter | BoolParameter | TextParameter>>;

/** The parameters of a module that has none. */
export type NoParameters = Readonly<Record<string, never>>;

/** What a module's init is told of its parameters. */
export type ParameterValues<P extends ParameterDefinitions> = {
  readonly [N in keyof P]: P[N] extends IntParameter ? number : P[N] extends BoolParameter ? boolean : string;
};

type Value = number | boolean | string;

const RANGES = { int: [-0x8000_0000, 0x7fff_ffff], uint: [0, 0xffff_ffff] } as const;

/**
 * Reads the words that a module is loaded with.
 *
 * From kernel/params.c:parse_args.
 *
 * @param definitions - the module's parameters
 * @param words - such as `numdummies=2 debug`: blanks between them, quotes around those that have some
 * @param warn - told of what no parameter is, and of what no value is
 * @throws KernelError `EINVAL`: a word is no value of its parameter; `ENOSPC`: a quote is not closed
 */
export function parseParameters<P extends ParameterDefinitions>(
  definitions: P,
  words: string,
  warn: (text: string) => void,
): ParameterValues<P> {
  const values: Record<string, Value> = {};
  for (const [name, definition] of Object.entries(definitions)) values[name] = definition.default;
  for (const word of split(words)) {
    const [given, value] = cut(word);
    // From kernel/params.c:dash2underscore.
    const name = given.replaceAll('-', '_');
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (definition === undefined) {
      warn(`unknown parameter '${given}' ignored`);
      continue;
    }
    const parsed = parseValue(definition.type, value);
    if (parsed === undefined) {
      warn(`'${value ?? ''}' invalid for parameter '${name}'`);
      throw new KernelError('EINVAL', `'${value ?? ''}' invalid for parameter '${name}'`);
    }
    values[name] = parsed;
  }
  // CAST: each definition's name has a value of its type: its default, or what parseValue made for it.
  return values as ParameterValues<P>;
}

function split(words: string): string[] {
  if ((words.split('"').length - 1) % 2 !== 0) throw new KernelError('ENOSPC', 'a quote is not closed');
  return words.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
}

function cut(word: string): [name: string, value: string | undefined] {
  const at = word.indexOf('=');
  if (at === -1) return [word.replaceAll('"', ''), undefined];
  return [word.slice(0, at).replaceAll('"', ''), word.slice(at + 1).replaceAll('"', '')];
}

function parseValue(type: ParameterDefinitions[string]['type'], value: string | undefined): Value | undefined {
  switch (type) {
    case 'bool':
      // From lib/kstrtox.c:kstrtobool.
      if (value === undefined || /^(?:[yt1]|on)/i.test(value)) return true;
      return /^(?:[nf0]|off)/i.test(value) ? false : undefined;
    case 'charp':
      return value;
    case 'int':
    case 'uint':
      return parseInteger(value ?? '', RANGES[type]);
  }
}

/** From lib/kstrtox.c: decimal, `0x` hexadecimal, or octal with a 0 in front. */
function parseInteger(text: string, [least, most]: readonly [number, number]): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(0x[0-9a-f]+|[0-9]+)$/i.exec(text) ?? [];
  if (digits === '' || (sign === '-' && least === 0)) return undefined;
  const octal = /^0[0-9]+$/.test(digits);
  if (octal && /[89]/.test(digits)) return undefined;
  const value = (octal ? Number.parseInt(digits, 8) : Number(digits)) * (sign === '-' ? -1 : 1);
  return value >= least && value <= most ? value : undefined;
}
