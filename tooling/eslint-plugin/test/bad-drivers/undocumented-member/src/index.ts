export type { Sizes } from './sizes.ts';
