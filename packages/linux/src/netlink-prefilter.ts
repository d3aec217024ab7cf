import { MAX_LINKS, NETLINK_KOBJECT_UEVENT, NETLINK_NAMES, NLMSG_HDRLEN, NLM_F_REQUEST, SKF_AD_OFF, SKF_AD_PROTOCOL, nlmsghdr } from '@netdevkit/bindings';
import { families, isRange, type Comparison, type Expression, type Literal, type Range } from '@netdevkit/netlink';
import { assemble, type BpfInstruction } from './bpf.ts';

const ALL = 0xffff_ffff;
const NUMBER = /^(?:\d+|0x[\da-f]+)$/iu;

/** A number that a filter can load: the packet's netlink protocol, or a field of the first message's header. */
type Source = 'protocol' | 'type' | 'flags' | 'seq' | 'pid' | 'len';

/** Numbers from one to another. */
type Span = readonly [from: number, to: number];

/** What the kernel can be asked: anything else is `undefined`, which may be true. */
type Question =
  | { readonly kind: 'in'; readonly source: Source; readonly spans: readonly Span[] }
  | { readonly kind: 'bits'; readonly mask: number }
  | { readonly kind: 'all' | 'any'; readonly operands: readonly Question[] }
  | { readonly kind: 'not'; readonly operand: Question };

const SOURCES: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['protocol', 'protocol'],
  ['type', 'type'],
  ['typeId', 'type'],
  ['flagsId', 'flags'],
  ['seq', 'seq'],
  ['pid', 'pid'],
  ['len', 'len'],
]);

const PROTOCOLS: ReadonlyMap<string, number> = new Map(
  Object.entries(NETLINK_NAMES).flatMap(([number, name = '']) => {
    const plain = plainName(name);
    return [plain, plain.replace(/^netlink-/u, '')].map((word) => [word, Number(number)] as const);
  }),
);

/**
 * As much of a filter as the kernel can answer for a packet socket on an nlmon interface: a socket filter that rejects no
 * packet which the filter wants.
 *
 * The kernel sees the netlink protocol, and the header of a datagram's first message; a datagram with more than one message
 * therefore passes unless its protocol decides. Names of types, generic families and everything inside of messages are the
 * filter's own business, which must be asked again.
 *
 * @param expression - what `parseFilter` of `@netdevkit/netlink` gave
 * @param options - how many octets of a packet to pass on
 * @returns a program for `attachFilter`; `undefined` when the kernel cannot answer any of it
 *
 * @example
 * ```ts
 * import { netlinkPrefilter } from '@netdevkit/linux';
 * import { parseFilter } from '@netdevkit/netlink';
 *
 * const program = netlinkPrefilter(parseFilter('route and type == 16 and attr.ifname ~ "veth*"'));
 * ```
 */
export function netlinkPrefilter(expression: Expression, options: { readonly snaplen?: number } = {}): Uint8Array<ArrayBuffer> | undefined {
  const question = questionOf(expression, false);
  if (question === undefined) return undefined;
  const writer = new Writer();
  writer.ask(question, 'yes', 'no');
  writer.end(options.snaplen ?? ALL);
  try {
    return assemble(writer.instructions);
  } catch (error) {
    // Longer than jumps reach: the filter itself has no such limit.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The question that is true wherever the expression is, or with `isNegated` wherever its opposite is; `undefined` when that
 * cannot be told, which counts as true.
 */
function questionOf(expression: Expression, isNegated: boolean): Question | undefined {
  switch (expression.kind) {
    case 'all':
    case 'any': {
      const questions = expression.operands.map((operand) => questionOf(operand, isNegated));
      // not (a and b) is not a or not b.
      const isAll = (expression.kind === 'all') !== isNegated;
      const known = questions.filter((question) => question !== undefined);
      if (isAll) return known.length === 0 ? undefined : { kind: 'all', operands: known };
      return known.length === questions.length ? { kind: 'any', operands: known } : undefined;
    }
    case 'not':
      return questionOf(expression.operand, !isNegated);
    case 'word':
      return negated(wordQuestion(expression.word), isNegated);
    case 'compare': {
      const { field, operator, value: literal } = expression;
      const source = sourceOf(field.path);
      const value = source === undefined ? undefined : numberOf(source, literal);
      if (source === undefined || value === undefined) return undefined;
      // "protocol != route" is false of a protocol without a name, and its opposite therefore true.
      if (isNegated && operator === '!=' && !NUMBER.test(literal.text)) return undefined;
      return negated({ kind: 'in', source, spans: spansOf(operator, value) }, isNegated);
    }
    case 'in': {
      const source = sourceOf(expression.field.path);
      if (source === undefined) return undefined;
      const spans = expression.choices.map((choice) => spanOf(source, choice));
      return spans.every((span) => span !== undefined) ? negated({ kind: 'in', source, spans }, isNegated) : undefined;
    }
    case 'like':
    case 'has':
      return undefined;
  }
}

function negated(question: Question | undefined, isNegated: boolean): Question | undefined {
  return question === undefined || !isNegated ? question : { kind: 'not', operand: question };
}

function wordQuestion(word: string): Question | undefined {
  const plain = plainName(word);
  if (plain === 'request') return { kind: 'bits', mask: NLM_F_REQUEST };
  const protocol = PROTOCOLS.get(plain);
  if (protocol !== undefined) return { kind: 'in', source: 'protocol', spans: [[protocol, protocol]] };
  const named = families.filter(({ name }) => plainName(name) === plain);
  const questions = named.map((family): Question | undefined => {
    if (family.protocol === undefined) return undefined;
    const own: Question = { kind: 'in', source: 'protocol', spans: [[family.protocol, family.protocol]] };
    return family.types === undefined ? own : { kind: 'all', operands: [own, { kind: 'in', source: 'type', spans: family.types }] };
  });
  const known = questions.filter((question) => question !== undefined);
  return known.length === 0 || known.length < questions.length ? undefined : { kind: 'any', operands: known };
}

function sourceOf(path: readonly string[]): Source | undefined {
  return path.length === 1 ? SOURCES.get(path[0] ?? '') : undefined;
}

function numberOf(source: Source, { text, isQuoted }: Literal): number | undefined {
  if (isQuoted) return undefined;
  if (NUMBER.test(text)) {
    const number = Number(text);
    return number <= ALL ? number : undefined;
  }
  return source === 'protocol' ? PROTOCOLS.get(plainName(text)) : undefined;
}

function spanOf(source: Source, choice: Literal | Range): Span | undefined {
  if (!isRange(choice)) {
    const number = numberOf(source, choice);
    return number === undefined ? undefined : [number, number];
  }
  const [from, to] = [numberOf(source, choice.from), numberOf(source, choice.to)];
  return from === undefined || to === undefined ? undefined : [from, to];
}

function spansOf(operator: Comparison, value: number): Span[] {
  const below: Span[] = value > 0 ? [[0, value - 1]] : [];
  const above: Span[] = value < ALL ? [[value + 1, ALL]] : [];
  switch (operator) {
    case '==':
      return [[value, value]];
    case '!=':
      return [...below, ...above];
    case '<':
      return below;
    case '<=':
      return [[0, value]];
    case '>':
      return above;
    case '>=':
      return [[value, ALL]];
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Whether a question is about nothing but the protocol, which every datagram answers. */
function isAboutProtocol(question: Question): boolean {
  switch (question.kind) {
    case 'in':
      return question.source === 'protocol';
    case 'bits':
      return false;
    case 'not':
      return isAboutProtocol(question.operand);
    case 'all':
    case 'any':
      return question.operands.every(isAboutProtocol);
  }
}

/** Writes the program. What is asked about a message is asked only of a datagram that is one message. */
class Writer {
  readonly instructions: BpfInstruction[] = [];
  #labels = 0;

  /** Goes to one label where the question is true, to the other where it is not; to `yes` where the datagram cannot tell. */
  ask(question: Question, then: string, otherwise: string): void {
    switch (question.kind) {
      case 'not':
        this.ask(question.operand, otherwise, then);
        return;
      case 'all':
      case 'any':
        this.#combine(question.operands, question.kind === 'all', then, otherwise);
        return;
      case 'in':
        this.#load(question.source);
        for (const [from, to] of question.spans) this.#span(from, to, then);
        this.instructions.push({ op: 'goto', label: otherwise });
        return;
      case 'bits':
        this.#load('flags');
        this.instructions.push({ op: 'jump', test: 'set', value: question.mask, then, otherwise });
    }
  }

  /** The two ends. */
  end(snaplen: number): void {
    this.#here('yes');
    this.instructions.push({ op: 'return', length: snaplen });
    this.#here('no');
    this.instructions.push({ op: 'return', length: 0 });
  }

  #combine(operands: readonly Question[], isAll: boolean, then: string, otherwise: string): void {
    // The protocol first: it may settle what is to become of a datagram of several messages.
    const ordered = operands.toSorted((a, b) => Number(isAboutProtocol(b)) - Number(isAboutProtocol(a)));
    for (const [index, operand] of ordered.entries()) {
      if (index === ordered.length - 1) {
        this.ask(operand, then, otherwise);
        return;
      }
      const next = this.#label();
      this.ask(operand, isAll ? next : then, isAll ? otherwise : next);
      this.#here(next);
    }
  }

  #span(from: number, to: number, then: string): void {
    if (from > to) return;
    if (from === to) {
      this.instructions.push({ op: 'jump', test: 'eq', value: from, then });
      return;
    }
    const next = this.#label();
    this.instructions.push({ op: 'jump', test: 'ge', value: from, otherwise: next });
    this.instructions.push({ op: 'jump', test: 'gt', value: to, otherwise: then });
    this.#here(next);
  }

  #load(source: Source): void {
    if (source === 'protocol') {
      this.instructions.push({ op: 'load', size: 2, at: SKF_AD_OFF + SKF_AD_PROTOCOL });
      return;
    }
    const [bare, framed, whole, single] = [this.#label(), this.#label(), this.#label(), this.#label()];
    // What has no header has no message in it: see the decoder's cursor.
    this.instructions.push(
      { op: 'load', size: 2, at: SKF_AD_OFF + SKF_AD_PROTOCOL },
      { op: 'jump', test: 'eq', value: NETLINK_KOBJECT_UEVENT, then: bare },
      { op: 'jump', test: 'ge', value: MAX_LINKS, otherwise: framed },
    );
    this.#here(bare);
    this.instructions.push({ op: 'goto', label: 'yes' });
    this.#here(framed);
    this.instructions.push({ op: 'length' }, { op: 'jump', test: 'ge', value: NLMSG_HDRLEN, then: whole }, { op: 'goto', label: 'yes' });
    this.#here(whole);
    this.#loadInteger(nlmsghdr.FIELDS.nlmsg_len);
    this.instructions.push({ op: 'toIndex' }, { op: 'length' }, { op: 'subtractIndex' }, { op: 'jump', test: 'eq', value: 0, then: single }, { op: 'goto', label: 'yes' });
    this.#here(single);
    this.#loadInteger(nlmsghdr.FIELDS[`nlmsg_${source}`]);
  }

  /** An integer in host order, which is little-endian: loads are big-endian. */
  #loadInteger({ offset, size }: { readonly offset: number; readonly size: number }): void {
    this.instructions.push({ op: 'load', size: 1, at: offset + size - 1 });
    for (let at = size - 2; at >= 0; at -= 1) {
      this.instructions.push({ op: 'left', value: 8 }, { op: 'toIndex' }, { op: 'load', size: 1, at: offset + at }, { op: 'orIndex' });
    }
  }

  #label(): string {
    this.#labels += 1;
    return `l${String(this.#labels)}`;
  }

  #here(label: string): void {
    this.instructions.push({ op: 'label', label });
  }
}
