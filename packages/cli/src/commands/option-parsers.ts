import { InvalidArgumentError, Option, type Command } from 'commander';
import { COLOUR_CHOICES } from '../colour.ts';
import { DECODE_FORMATS } from '../decode/options.ts';
import { ARBITRARY, type Arbitrary } from '../diff/arbitrary.ts';

const LONGEST_FILE_NAME = 255;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `--color`, of all commands that print. */
export function colourOption(): Option {
  return new Option('--color <WHEN>', 'when to colour; NO_COLOR is honoured').choices(COLOUR_CHOICES).default('auto');
}

/** `--prefer`, of all commands that load drivers. */
export function preferOption(): Option {
  return new Option('--prefer <ALIAS=PACKAGE>', 'which package to load for a module alias that several provide; repeatable')
    .argParser(preference)
    .default({}, 'the project’s package.json, "netdevkit": {"prefer": {…}}');
}

/** Names with commas between them. */
export function nameList(value: string): string[] {
  return value.split(',').map((name) => name.trim());
}

/** Kinds of values that are arbitrary. */
export function kinds(value: string): Arbitrary[] {
  return nameList(value).map((name) => {
    const kind = ARBITRARY.find((known) => known === name);
    if (kind === undefined) throw new InvalidArgumentError(`It is some of ${ARBITRARY.join(', ')}, with commas between them.`);
    return kind;
  });
}

/** A number from 1 up. */
export function positive(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError('It is a number from 1 up.');
  return Number(value);
}

/** A time, in milliseconds. */
export function milliseconds(value: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(value) ?? [];
  const time = Math.round(Number(number) * (UNITS.get(unit) ?? 0));
  if (number === '' || time <= 0) throw new InvalidArgumentError('It is a time such as 500ms, 10s or 5m.');
  return time;
}

/** A size: K, M and G count by 1024. */
export function octets(value: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})([KMG]?)$/i.exec(value) ?? [];
  const size = Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase());
  if (number === '' || size >= 2 ** 32) throw new InvalidArgumentError('It is a size such as 512K, 64M or 1G, less than 4G.');
  return size;
}

/** The number of a generic family, gathered. */
export function familyNumber(value: string, before: Readonly<Record<number, string>>): Readonly<Record<number, string>> {
  const [, name = '', number = ''] = /^([\w-]{1,15})=(\d{1,5})$/.exec(value) ?? [];
  const id = Number(number);
  if (name === '' || id < 16 || id > 0xffff) throw new InvalidArgumentError('It is NAME=ID, such as wireguard=29; numbers go from 16 to 65535.');
  return { ...before, [id]: name };
}

/** A package for an alias, gathered. */
function preference(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('It is ALIAS=PACKAGE, such as rtnl-link-nlmon=@netdevkit/nlmon.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

/** The name of a session, which becomes part of a path. */
export function sessionName(value: string): string {
  if (!/^[\w.-]{1,32}$/.test(value) || value.startsWith('.')) throw new InvalidArgumentError('It is up to 32 letters, digits, ".", "_" and "-".');
  return value;
}

/** The name of a network namespace. From iproute2: it becomes that of a file. */
export function namespaceName(value: string): string {
  if (!/^[^/\0]+$/.test(value) || value === '.' || value === '..' || Buffer.byteLength(value) > LONGEST_FILE_NAME) throw new InvalidArgumentError(`It is a name, of up to ${String(LONGEST_FILE_NAME)} octets and without "/".`);
  return value;
}

/** A word: shells make nothing of a variable that is not set. */
export function word(value: string): string {
  if (value === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

/** An option that may come again, gathered. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** The options of all commands that show messages as they pass. */
export function addLiveOutput(command: Command): Command {
  return command
    .option('-w, --write <FILE>', 'write all messages to FILE, as pcapng; "-" is standard output')
    .addOption(new Option('--format <FORMAT>', 'how to print messages (default: text, or nothing with -w)').choices(DECODE_FORMATS))
    .option('-q, --quiet', 'print no messages')
    .addOption(colourOption());
}
