import { NETLINK_NAMES, nlmsghdr } from '@netdevkit/bindings';
import type { JsonValue } from '../decode/json-value.ts';
import type { FieldName } from './expression.ts';
import type { Subject } from './subject.ts';
import { valueAt } from './value-path.ts';

/**
 * What has to be known of a message to answer, from the least to the most: its packet, its header, its names (which takes
 * the schema of its family), or what is inside.
 */
export const Needs = { PACKET: 0, HEADER: 1, NAMES: 2, PAYLOAD: 3 } as const;

/** One of {@link Needs}. */
export type Needs = (typeof Needs)[keyof typeof Needs];

interface FieldBase {
  readonly needs: Needs;
}

/** A number of the message itself. */
export interface NumberField extends FieldBase {
  readonly kind: 'number';
  /** `undefined` where there is none. */
  readonly read: (subject: Subject) => number | undefined;
}

/** The value of `error`: a number whose values have names. */
export interface ErrnoField extends FieldBase {
  readonly kind: 'errno';
  readonly read: (subject: Subject) => number | undefined;
}

/** A name. Capitals do not count, and `_` is `-`, but for names that somebody gave. */
export interface NameField extends FieldBase {
  readonly kind: 'name';
  readonly read: (subject: Subject) => string | undefined;
  /** The number behind the name. */
  readonly number?: NumberField;
  /** Whether names are as somebody gave them. */
  readonly isExact?: true;
  /** What may stand in front of the name. */
  readonly prefix?: string;
  /** All names that there are. */
  readonly all?: readonly string[];
}

/** When the packet was captured. */
export interface TimeField extends FieldBase {
  readonly kind: 'time';
}

/** `nlmsg_flags`. */
export interface FlagsField extends FieldBase {
  readonly kind: 'flags';
  readonly number: NumberField;
}

/** What is found by keys in the decoded message. */
export interface ValueField extends FieldBase {
  readonly kind: 'value';
  readonly path: readonly string[];
}

/** What a condition may ask about. */
export type Field = NumberField | ErrnoField | NameField | TimeField | FlagsField | ValueField;

const header = (read: (view: DataView, offset: number) => number): NumberField => ({
  kind: 'number',
  needs: Needs.HEADER,
  read: ({ cursor }) => (cursor.isMessage ? read(cursor.view, cursor.offset) : undefined),
});

const typeId = header(nlmsghdr.nlmsg_type);
const flagsId = header(nlmsghdr.nlmsg_flags);

const protocolId: NumberField = { kind: 'number', needs: Needs.PACKET, read: ({ cursor }) => cursor.context.protocol };

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['frame', { kind: 'number', needs: Needs.PACKET, read: ({ cursor }) => (cursor.context.frame < 0 ? undefined : cursor.context.frame) }],
  ['time', { kind: 'time', needs: Needs.PACKET }],
  ['interface', { kind: 'name', needs: Needs.PACKET, read: ({ cursor }) => cursor.context.interface, isExact: true }],
  [
    'protocol',
    {
      kind: 'name',
      needs: Needs.PACKET,
      read: ({ cursor }) => cursor.context.protocolName,
      number: protocolId,
      prefix: 'NETLINK_',
      all: Object.values(NETLINK_NAMES).filter((name) => name !== undefined),
    },
  ],
  ['family', { kind: 'name', needs: Needs.NAMES, read: ({ identity }) => identity?.family }],
  ['command', { kind: 'name', needs: Needs.NAMES, read: ({ identity }) => identity?.command }],
  ['version', { kind: 'number', needs: Needs.NAMES, read: ({ identity }) => (identity?.command === undefined ? undefined : identity.version) }],
  ['type', { kind: 'name', needs: Needs.NAMES, read: ({ identity }) => identity?.typeName, number: typeId }],
  ['typeId', typeId],
  ['flags', { kind: 'flags', needs: Needs.NAMES, number: flagsId }],
  ['flagsId', flagsId],
  ['seq', header(nlmsghdr.nlmsg_seq)],
  ['pid', header(nlmsghdr.nlmsg_pid)],
  ['len', { kind: 'number', needs: Needs.HEADER, read: lengthOf }],
  ['error', { kind: 'errno', needs: Needs.HEADER, read: ({ errno }) => errno }],
  ['payload', { kind: 'value', needs: Needs.PAYLOAD, path: ['payload'] }],
  ['trailing', { kind: 'value', needs: Needs.PAYLOAD, path: ['trailing'] }],
  ['truncated', { kind: 'value', needs: Needs.PAYLOAD, path: ['truncated'] }],
]);

/** Fields that have others inside. */
const ROOTS: ReadonlyMap<string, string> = new Map([
  ['attr', 'attrs'],
  ['attrs', 'attrs'],
  ['header', 'header'],
  ['error', 'error'],
]);

/** The first words of fields. */
export const FIELD_NAMES: readonly string[] = [...new Set([...FIELDS.keys(), ...ROOTS.keys()])].sort();

/**
 * What a field's name means.
 *
 * @param name - as it was parsed
 * @returns `undefined` if it is no field's
 */
export function fieldOf({ path }: FieldName): Field | undefined {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return FIELDS.get(first) ?? rootOf(first);
  const root = ROOTS.get(first);
  return root === undefined ? undefined : { kind: 'value', needs: Needs.PAYLOAD, path: [root, ...rest] };
}

function rootOf(first: string): Field | undefined {
  const root = ROOTS.get(first);
  return root === undefined ? undefined : { kind: 'value', needs: Needs.PAYLOAD, path: [root] };
}

/**
 * The value of a field, as JSON lines have it.
 *
 * @param field - the field
 * @param subject - the message
 * @returns `undefined` where it is absent
 */
export function fieldValue(field: Field, subject: Subject): JsonValue | undefined {
  switch (field.kind) {
    case 'number':
    case 'errno':
    case 'name':
      return field.read(subject);
    case 'time':
      return subject.member('time');
    case 'flags': {
      const { identity, cursor } = subject;
      return identity === undefined ? undefined : [...identity.flagNames(cursor.context)];
    }
    case 'value': {
      const [root = ''] = field.path;
      return valueAt(subject.member(root), field.path, 1);
    }
  }
}

function lengthOf({ cursor }: Subject): number {
  return cursor.isMessage ? nlmsghdr.nlmsg_len(cursor.view, cursor.offset) : cursor.trailing;
}
