import { styleText } from 'node:util';
import type { SummaryPart } from '@netdevkit/netlink';

/** When to colour: on a terminal, or whatever the output is. */
export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;

/** One of {@link COLOUR_CHOICES}. */
export type ColourChoice = (typeof COLOUR_CHOICES)[number];

type Style = Parameters<typeof styleText>[0];

/** A part of a line, or a line about the conversation. */
export type PaintedPart = SummaryPart | 'step' | 'remark';

const STYLES: Readonly<Record<PaintedPart, Style>> = {
  number: 'dim',
  time: 'dim',
  request: 'cyan',
  answer: 'green',
  event: 'yellow',
  type: 'bold',
  detail: 'dim',
  error: 'red',
  step: ['bold', 'underline'],
  remark: 'dim',
};

/** Colours a part, or leaves it as it is. */
export type Paint = (part: PaintedPart, text: string) => string;

/** Leaves everything as it is. */
export const plain: Paint = (_part, text) => text;

/** Colours for a terminal. */
export const coloured: Paint = (part, text) =>
  text === '' ? text : styleText(STYLES[part], text, { validateStream: false });

/**
 * Whether to colour. By default a terminal is coloured unless `NO_COLOR` is set to something, or it says that it is dumb.
 *
 * @param choice - what was asked for
 * @param isTerminal - whether the output is one
 * @param environment - of the process
 */
export function wantsColour(choice: ColourChoice, isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (choice !== 'auto') return choice === 'always';
  // https://no-color.org
  return isTerminal && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}
