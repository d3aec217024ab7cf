/** Sizes of rings. */
export interface Sizes {
  readonly received?: number;
}
