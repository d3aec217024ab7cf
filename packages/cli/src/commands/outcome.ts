/** What a command has found out. */
export interface Outcome {
  code: number;
}
