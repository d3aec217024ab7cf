import { NETLINK_GENERIC, NETLINK_NAMES, NLMSG_ERROR, NLM_F_REQUEST, nlmsghdr } from '@netdevkit/bindings';
import type { Condition } from './condition.ts';
import type { FieldName } from './expression.ts';
import { fieldOf, FIELD_NAMES, Needs, type Field } from './field.ts';
import { bitsTest } from './flag-test.ts';
import { plainName, remembering, suggestion } from './names.ts';
import type { Subject } from './subject.ts';
import { valueAt } from './value-path.ts';

/** A family of messages that has a name: a filter's word. */
export interface FilterFamily {
  /** Such as `rt-link` or `nl80211`. */
  readonly name: string;
  /** Its netlink protocol; absent for a generic family. */
  readonly protocol?: number;
  /** The types of its messages, from and to, if the protocol is not all its own. */
  readonly types?: readonly (readonly [number, number])[];
}

/** Words that stand for something about the header. */
const HEADER_WORDS: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  ['request', bitsTest(NLM_F_REQUEST)],
  ['ack', { needs: Needs.HEADER, test: isAck }],
  ['dump', { needs: Needs.NAMES, test: ({ identity, cursor }) => identity?.flagNames(cursor.context).includes('NLM_F_DUMP') ?? false }],
]);

const PROTOCOLS: ReadonlyMap<string, number> = new Map(
  Object.entries(NETLINK_NAMES).flatMap(([number, name = '']) => {
    const plain = plainName(name);
    return [plain, plain.replace(/^netlink-/, '')].map((word) => [word, Number(number)] as const);
  }),
);

/**
 * A word by itself as the name of a field.
 *
 * @param word - as it is written
 * @returns `undefined` if it cannot be one
 */
export function wordField(word: string): FieldName | undefined {
  return /^[\w#.-]+$/.test(word) ? { path: word.split('.'), at: 0 } : undefined;
}

/**
 * What a word by itself asks for: a field that is there, a word about the header, a protocol, a type of message, a family.
 *
 * @param word - as it is written
 * @param families - all that there are; without them a word that is nothing else is a generic family
 * @returns what is wrong, as a sentence, if it is nothing
 */
export function wordTest(word: string, families: readonly FilterFamily[] | undefined): Condition | string {
  const name = wordField(word);
  const field = name === undefined ? undefined : fieldOf(name);
  if (field !== undefined) return presence(field);
  const plain = plainName(word);
  const header = HEADER_WORDS.get(plain);
  if (header !== undefined) return header;
  const protocol = PROTOCOLS.get(plain);
  if (protocol !== undefined) return { needs: Needs.PACKET, test: ({ cursor }) => cursor.context.protocol === protocol };
  const named = families?.filter(({ name }) => plainName(name) === plain);
  if (named !== undefined && named.length > 0) return anyOf(named.map(familyTest));
  // Types of messages are written in capitals: RTM_NEWLINK, NFT_MSG_NEWRULE.
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(word)) return typeTest(plain);
  if (families !== undefined || !/^[\w-]+$/.test(word)) return unknown(word, families ?? []);
  return familyTest({ name: word });
}

function unknown(word: string, families: readonly FilterFamily[]): string {
  const known = [...HEADER_WORDS.keys(), ...[...PROTOCOLS.keys()].filter((name) => !name.startsWith('netlink-')), ...families.map(({ name }) => name), ...FIELD_NAMES];
  return `${JSON.stringify(word)} is no protocol, family, type of message or field${suggestion(word, known)}`;
}

/** A number of the message itself is not 0; anything else is there. */
function presence(field: Field): Condition {
  const { needs } = field;
  switch (field.kind) {
    case 'number':
    case 'errno':
      return { needs, test: (subject) => (field.read(subject) ?? 0) !== 0 };
    case 'flags':
      return { needs: Needs.HEADER, test: (subject) => (field.number.read(subject) ?? 0) !== 0 };
    case 'name':
      return { needs, test: (subject) => field.read(subject) !== undefined };
    case 'time':
      return { needs, test: ({ cursor }) => cursor.context.seconds >= 0 };
    case 'value': {
      const { path } = field;
      const [root = ''] = path;
      // An empty list is there, too, though nothing is in it.
      return { needs, test: (subject) => valueAt(subject.member(root), path, 1) !== undefined };
    }
  }
}

function familyTest({ name, protocol, types }: FilterFamily): Condition {
  const plain = plainName(name);
  if (protocol !== undefined) {
    const isOwn = ({ cursor }: Subject): boolean => cursor.context.protocol === protocol;
    if (types === undefined) return { needs: Needs.PACKET, test: isOwn };
    return {
      needs: Needs.HEADER,
      test: (subject) => {
        const { cursor } = subject;
        if (!isOwn(subject) || !cursor.isMessage) return false;
        const type = nlmsghdr.nlmsg_type(cursor.view, cursor.offset);
        return types.some(([from, to]) => from <= type && type <= to);
      },
    };
  }
  const isSame = remembering((family) => plainName(family) === plain);
  return {
    needs: Needs.NAMES,
    test: ({ cursor, identity }) => cursor.context.protocol === NETLINK_GENERIC && identity?.family !== undefined && isSame(identity.family),
  };
}

function typeTest(plain: string): Condition {
  const isSame = remembering((name) => plainName(name) === plain);
  return { needs: Needs.NAMES, test: ({ identity }) => identity !== undefined && isSame(identity.typeName) };
}

function anyOf(conditions: readonly Condition[]): Condition {
  const needs = conditions.reduce<Needs>((most, condition) => (condition.needs > most ? condition.needs : most), Needs.PACKET);
  return { needs, test: (subject) => conditions.some(({ test }) => test(subject)) };
}

function isAck(subject: Subject): boolean {
  const { cursor, errno } = subject;
  return errno === 0 && nlmsghdr.nlmsg_type(cursor.view, cursor.offset) === NLMSG_ERROR;
}
