import type { TSESTree } from '@typescript-eslint/utils';
import { joinReach, type FunctionNode, type Reach, type Transfer } from './transfer.ts';

/** Why control leaves a statement other than by its end. */
export type JumpKind = 'break' | 'continue' | 'return' | 'throw';

/** Control on its way to a statement further out. */
export interface Jump<S> {
  readonly kind: JumpKind;
  /** The loop, switch or label that it goes to; of a `return`, where it stands; none for a `throw`. */
  readonly target: TSESTree.Statement | FunctionNode | undefined;
  readonly state: S;
}

/** The jumps that leave a region, those of one kind and target joined into one. */
export class Jumps<S> {
  readonly #transfer: Transfer<S>;
  #jumps: readonly Jump<S>[] = [];

  constructor(transfer: Transfer<S>) {
    this.#transfer = transfer;
  }

  /** Adds a jump, unless no path leads to it. */
  add(kind: JumpKind, target: Jump<S>['target'], state: Reach<S>): void {
    const joined = joinReach(this.#transfer, this.take(kind, target), state);
    if (joined !== undefined) this.#jumps = [...this.#jumps, { kind, target, state: joined }];
  }

  /** Ends the jumps to a target here, and gives what holds where they arrive. */
  take(kind: JumpKind, target: Jump<S>['target']): Reach<S> {
    const isMatch = (jump: Jump<S>): boolean => jump.kind === kind && jump.target === target;
    const state = this.#jumps.find(isMatch)?.state;
    this.#jumps = this.#jumps.filter((jump) => !isMatch(jump));
    return state;
  }

  /** Those that are left. */
  get all(): readonly Jump<S>[] {
    return this.#jumps;
  }
}
