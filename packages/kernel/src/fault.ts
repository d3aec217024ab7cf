/** A fault that is set; disposing it takes it back. */
export interface Fault extends Disposable {
  /** How often it struck. */
  readonly hits: number;
}
