import type { Direction } from './direction.ts';

/** What a part of a summary's line is, for its colour. */
export type SummaryPart = 'number' | 'time' | Direction | 'type' | 'detail' | 'error';

/** Escape sequences before and after parts of a line; empty where there is no colour. */
export type SummaryStyle = Readonly<Record<SummaryPart, readonly [before: string, after: string]>>;

const NONE = ['', ''] as const;

/** Lines without colours. */
export const plainSummary: SummaryStyle = {
  number: NONE,
  time: NONE,
  request: NONE,
  answer: NONE,
  event: NONE,
  type: NONE,
  detail: NONE,
  error: NONE,
};
