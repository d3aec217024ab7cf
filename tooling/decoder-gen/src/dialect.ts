import { Kind, type Entry } from '@netdevkit/netlink/tables';

/** How a writer writes: what the code for JSON and for text differ in. */
export interface Dialect {
  /** The function's name, and the beginning of those of structures. */
  readonly method: 'json' | 'text';
  /** The class of what walks. */
  readonly walker: string;
  /** What stands before an attribute's value. */
  key(entry: Entry): string;
  /** What stands before a member's value. */
  memberKey(entry: Entry): string;
  /** The expression that is `next`, a place behind a comma, or before it. */
  after(next: string): string;
  /** What stands behind a member's value. */
  readonly separator: string;
  /** Around texts and octets. */
  readonly open: string;
  readonly close: string;
  /** Around a record. */
  readonly openRecord: string;
  readonly closesRecord: boolean;
  /** Around the attributes of a nest. */
  readonly openNest: string;
  /** The value of an attribute without octets. */
  readonly flag: string;
  /** Whether a kind is written otherwise than digit by digit or octet by octet. */
  isOdd(entry: Entry): boolean;
}

/** JSON: each value has a comma behind it. */
export const json: Dialect = {
  method: 'json',
  walker: 'JsonWalker',
  key: ({ name }) => `${JSON.stringify(name)}:`,
  memberKey: ({ name }) => `${JSON.stringify(name)}:`,
  after: (next) => next,
  separator: ',',
  open: '"',
  close: '",',
  openRecord: '{',
  closesRecord: true,
  openNest: '{',
  flag: 'true,',
  isOdd: () => false,
};

/** Text: an attribute on a line of its own, a record behind its name. */
export const text: Dialect = {
  method: 'text',
  walker: 'TextWalker',
  key: ({ name }) => `${name}: `,
  memberKey: ({ name }) => ` ${name} `,
  after: (next) => `${next} - 1`,
  separator: '',
  open: '',
  close: '',
  openRecord: '',
  closesRecord: false,
  openNest: '',
  flag: 'yes',
  isOdd: ({ isHex, kind }) => isHex && kind !== Kind.FLAGS && kind >= Kind.U64,
};
