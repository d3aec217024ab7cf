import type { TSESLint, TSESTree } from '@typescript-eslint/utils';

/** Where an skb came from, which decides what is owed to it. */
export type SkbOrigin =
  /** A parameter of a function that returns its outcome: to be settled, once, on every path. */
  | 'owned'
  /** A parameter of any other function: the caller's. */
  | 'borrowed'
  /** A parameter of a function that is handed to a call: settled on every path or on none. */
  | 'callback'
  /** A clone, a copy, or taken out of an array: to be settled, stored or passed on. */
  | 'made'
  /** Read from where it is held. */
  | 'held';

/** An skb that a function gets to see. */
export interface Skb {
  readonly origin: SkbOrigin;
  /** Where it appears first. */
  readonly node: TSESTree.Node;
  readonly name: string;
}

/** What has become of an skb. */
export const STATUS = { OPEN: 0, SETTLED: 1, KEPT: 2 } as const;
/** Where else it is known: nowhere, to a call that was given it, in state. */
export const REACH = { NONE: 0, HANDED: 1, STORED: 2 } as const;

type Status = (typeof STATUS)[keyof typeof STATUS];
type Reach = (typeof REACH)[keyof typeof REACH];

/** What may be true of an skb at one place: a set of (status, reach) pairs, one for each way to get there. */
export interface SkbFacts {
  /** One bit for each pair. */
  readonly ways: number;
  /** Where it may have been stored. */
  readonly stores: ReadonlySet<TSESTree.Node>;
  /** Where it may have been kept. */
  readonly keeps: ReadonlySet<TSESTree.Node>;
}

/** What is known at one place of a function: which skbs its names may stand for, and what may be true of each skb. */
export interface SkbState {
  readonly names: ReadonlyMap<TSESLint.Scope.Variable, ReadonlySet<Skb>>;
  readonly skbs: ReadonlyMap<Skb, SkbFacts>;
}

function bit(status: Status, reach: Reach): number {
  return 1 << (status * 3 + reach);
}

/** An skb that nothing has been done with. */
export function fresh(reach: Reach = REACH.NONE): SkbFacts {
  return { ways: bit(STATUS.OPEN, reach), stores: new Set(), keeps: new Set() };
}

/** Whether an skb may be in a state. */
export function may(facts: SkbFacts, status: Status, reach?: Reach): boolean {
  const reaches = reach === undefined ? [REACH.NONE, REACH.HANDED, REACH.STORED] : [reach];
  return reaches.some((one) => (facts.ways & bit(status, one)) !== 0);
}

/** Whether an skb of the function's own may be neither settled nor known elsewhere. */
export function isForgotten(facts: SkbFacts): boolean {
  return may(facts, STATUS.OPEN, REACH.NONE) || may(facts, STATUS.OPEN, REACH.HANDED);
}

function mapWays(ways: number, change: (status: Status, reach: Reach) => number): number {
  let changed = 0;
  for (const status of Object.values(STATUS)) {
    for (const reach of Object.values(REACH)) {
      if ((ways & bit(status, reach)) !== 0) changed |= change(status, reach);
    }
  }
  return changed;
}

/** Settles an skb on every way. */
export function settled(facts: SkbFacts, status: Status, node: TSESTree.Node): SkbFacts {
  return {
    ...facts,
    ways: mapWays(facts.ways, (_, reach) => bit(status, reach)),
    keeps: status === STATUS.KEPT ? new Set([...facts.keeps, node]) : facts.keeps,
  };
}

/** Makes an skb known elsewhere. */
export function reaching(facts: SkbFacts, reach: Reach, node: TSESTree.Node): SkbFacts {
  return {
    ...facts,
    ways: mapWays(facts.ways, (status, before) => bit(status, reach > before ? reach : before)),
    stores: reach === REACH.STORED ? new Set([...facts.stores, node]) : facts.stores,
  };
}

/** What may be true of an skb where two ways meet. */
export function joinFacts(a: SkbFacts, b: SkbFacts): SkbFacts {
  return { ways: a.ways | b.ways, stores: new Set([...a.stores, ...b.stores]), keeps: new Set([...a.keeps, ...b.keeps]) };
}

function sameFacts(a: SkbFacts, b: SkbFacts): boolean {
  return a.ways === b.ways && a.stores.size === b.stores.size && a.keeps.size === b.keeps.size;
}

/** What is known where two paths meet. An skb that one path does not have is as the other left it. */
export function joinStates(a: SkbState, b: SkbState): SkbState {
  const names = new Map(a.names);
  for (const [name, skbs] of b.names) names.set(name, new Set([...(names.get(name) ?? []), ...skbs]));
  const skbs = new Map(a.skbs);
  for (const [skb, facts] of b.skbs) {
    const other = skbs.get(skb);
    skbs.set(skb, other === undefined ? facts : joinFacts(other, facts));
  }
  return { names, skbs };
}

/** Whether two states of one walk, one joined from the other, are the same. */
export function sameStates(a: SkbState, b: SkbState): boolean {
  if (a.names.size !== b.names.size || a.skbs.size !== b.skbs.size) return false;
  for (const [name, skbs] of a.names) if (b.names.get(name)?.size !== skbs.size) return false;
  for (const [skb, facts] of a.skbs) {
    const other = b.skbs.get(skb);
    if (other === undefined || !sameFacts(facts, other)) return false;
  }
  return true;
}

/** The state with a name bound. */
export function bind(state: SkbState, name: TSESLint.Scope.Variable, skbs: Iterable<Skb>): SkbState {
  return { ...state, names: new Map(state.names).set(name, new Set(skbs)) };
}

/** The state with an skb changed. */
export function change(state: SkbState, skb: Skb, facts: SkbFacts): SkbState {
  return { ...state, skbs: new Map(state.skbs).set(skb, facts) };
}

/** The state without some skbs: they are not there, or have become somebody else's. */
export function without(state: SkbState, gone: Iterable<Skb>): SkbState {
  const skbs = new Map(state.skbs);
  for (const skb of gone) skbs.delete(skb);
  return { ...state, skbs };
}
