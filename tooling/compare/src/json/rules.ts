import { isObject, isSame, valueAt, type JsonObject } from './value.ts';
import type { World } from './world.ts';

/** What a rule may look at. */
export interface Reading {
  /** What was decoded where the rule is in force. */
  readonly ours: JsonObject;
  /** What the command printed there. */
  readonly theirs: JsonObject;
  /** The command's value that has to be found. */
  readonly value: unknown;
  /** What is known of the machine. */
  readonly world: World;
}

/** Finds what the command's value should be. */
export type Read = (reading: Reading) => unknown;

/** Objects inside, or lists of them, with rules of their own. */
export interface Inside {
  /** Where the decoder has them. */
  readonly at: string | Read;
  /** By the command's keys. */
  readonly rules: Rules;
}

/** Where the decoder has what a command prints under a key: a path, or what finds it. */
export type Rule = string | Read | Inside;

/** By the command's keys. A key without a rule is an attribute of the same name. */
export type Rules = Readonly<Record<string, Rule>>;

/** A value of a command's that the decoder has not, or otherwise. */
export interface Difference {
  /** Keys from the outside in, without places in lists. */
  readonly path: string;
  /** What the command says. */
  readonly theirs: unknown;
  /** What was decoded. */
  readonly ours: unknown;
}

/** Compares what commands print with what was decoded, and counts. */
export class JsonComparison {
  /** How many values are equal. */
  equal = 0;
  /** Those that are not. */
  readonly differences: Difference[] = [];

  /**
   * Compares an object.
   *
   * @param path - what it is
   * @param theirs - as the command prints it
   * @param ours - where the decoder has it; `undefined` if nowhere
   * @param rules - by the command's keys
   * @param world - what is known of the machine
   */
  object(path: string, theirs: JsonObject, ours: unknown, rules: Rules, world: World): void {
    for (const [key, value] of Object.entries(theirs)) {
      const here = `${path}.${key}`;
      const rule = rules[key] ?? key.replaceAll('_', '-');
      const found = find(typeof rule === 'object' ? rule.at : rule, { ours: isObject(ours) ? ours : {}, theirs, value, world });
      this.#value(here, value, found, typeof rule === 'object' ? rule.rules : {}, world);
    }
  }

  /**
   * Compares a value.
   *
   * @param path - what it is
   * @param theirs - what the command says
   * @param ours - what was decoded
   */
  value(path: string, theirs: unknown, ours: unknown): void {
    if (isSame(theirs, ours)) this.equal++;
    else this.differences.push({ path, theirs, ours });
  }

  /**
   * Compares objects of a list with those that the decoder has, in their order.
   *
   * @param path - what they are
   * @param theirs - as the command prints them
   * @param ours - where the decoder has them
   * @param rules - by the command's keys
   * @param world - what is known of the machine
   */
  list(path: string, theirs: readonly JsonObject[], ours: readonly unknown[], rules: Rules, world: World): void {
    this.value(`${path}.length`, theirs.length, ours.length);
    theirs.forEach((item, index) => {
      this.object(path, item, ours[index], rules, world);
    });
  }

  #value(path: string, theirs: unknown, ours: unknown, rules: Rules, world: World): void {
    if (isObject(theirs)) this.object(path, theirs, ours, rules, world);
    else if (Array.isArray(theirs) && theirs.some(isObject)) {
      this.list(path, theirs.filter(isObject), Array.isArray(ours) ? ours : [], rules, world);
    } else this.value(path, theirs, ours);
  }
}

function find(rule: string | Read, reading: Reading): unknown {
  return typeof rule === 'string' ? valueAt(reading.ours, rule) : rule(reading);
}

/**
 * The name of the device whose number stands at a path.
 *
 * @param path - of the number
 */
export function device(path: string): Read {
  return ({ ours, world }) => world.deviceName(valueAt(ours, path));
}

/**
 * What a number or a name is called there.
 *
 * @param path - of the value
 * @param names - the command's word by the decoder's
 */
export function called(path: string, names: Readonly<Record<string, unknown>>): Read {
  return ({ ours }) => {
    const value = valueAt(ours, path);
    return Object.hasOwn(names, String(value)) ? names[String(value)] : value;
  };
}

/**
 * A number in another unit.
 *
 * @param path - of the number
 * @param factor - what the command's unit holds of the decoder's
 */
export function scaled(path: string, factor: number): Read {
  return ({ ours }) => {
    const value = valueAt(ours, path);
    return typeof value === 'number' ? value / factor : value;
  };
}

/**
 * Whether flags have a name.
 *
 * @param path - of the flags
 * @param name - of one of them
 */
export function hasFlag(path: string, name: string): Read {
  return ({ ours }) => {
    const flags = valueAt(ours, path);
    return Array.isArray(flags) && flags.includes(name);
  };
}

/**
 * Whole seconds of what is in ticks of 1/100 s, as commands print them.
 *
 * @param path - of the number
 */
export function seconds(path: string): Read {
  return ({ ours }) => Math.floor(Number(valueAt(ours, path)) / 100);
}

/**
 * One end of `flow`, which holds both: from the upper half, to the lower.
 *
 * @param shift - 16 or 0
 */
export function realm(shift: number): Read {
  return ({ ours }) => (Number(ours['flow']) >>> shift) & 0xffff;
}
