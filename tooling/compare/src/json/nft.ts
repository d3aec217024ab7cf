import type { DecodedMessage } from '@netdevkit/netlink';
import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { called, scaled, type JsonComparison, type Read, type Rules } from './rules.ts';
import { isObject, valueAt, type JsonObject } from './value.ts';
import type { World } from './world.ts';

const FAMILIES = { inet: 'inet', ipv4: 'ip', ipv6: 'ip6' };

/** What all objects of a rule set have. */
const common: Rules = { family: called('nfgen-family', FAMILIES), prio: 'hook.priority', hook: 'hook.num' };

const PERIODS: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3600: 'hour', 86400: 'day', 604800: 'week' };

const per: Read = ({ ours }) => PERIODS[Number(valueAt(ours, 'data.unit') ?? ours['unit'])];

/** Octets of a key as nft writes them. */
function keyText(value: unknown, type: unknown): unknown {
  const octets = String(valueAt(value, 'key.value')).match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return type === 'ipv4_addr' ? octets.join('.') : octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Objects by the key that nft prints them under. */
const OBJECTS: Readonly<Record<string, readonly [type: string, rules: Rules]>> = {
  table: ['NFT_MSG_NEWTABLE', common],
  // The numbers of hooks are those of the family: this is the one that the goldens have.
  chain: ['NFT_MSG_NEWCHAIN', { ...common, hook: called('hook.num', { 1: 'input' }) }],
  counter: ['NFT_MSG_NEWOBJ', { ...common, packets: 'data.packets', bytes: 'data.bytes' }],
  quota: ['NFT_MSG_NEWOBJ', { ...common, bytes: 'data.bytes', used: 'data.consumed', inv: ({ ours }) => JSON.stringify(valueAt(ours, 'data.flags')) !== '[]' }],
  limit: ['NFT_MSG_NEWOBJ', { ...common, rate: 'data.rate', burst: 'data.burst', per }],
  'ct helper': ['NFT_MSG_NEWOBJ', { ...common, type: 'data.name', protocol: 'data.l4proto', l3proto: called('data.l3proto', FAMILIES) }],
  flowtable: ['NFT_MSG_NEWFLOWTABLE', { ...common, dev: 'hook.devs.name.0', hook: called('hook.num', { 0: 'ingress' }) }],
  // Types of data are numbers of nft's own.
  set: ['NFT_MSG_NEWSET', { ...common, timeout: scaled('timeout', 1000), type: ({ value }) => value }],
  map: ['NFT_MSG_NEWSET', { ...common, map: 'data-type', type: ({ value }) => value }],
  rule: ['NFT_MSG_NEWRULE', { ...common, comment: ({ ours }) => commentOf(String(ours['userdata'])) }],
};

/** nft keeps a comment as a TLV of its own: a type, a length, a text with its NUL. */
function commentOf(userdata: string): string {
  return Buffer.from(userdata, 'hex').subarray(2, -1).toString();
}

/** Statements that are one expression each, with where their parts are. */
const STATEMENTS: Readonly<Record<string, Rules>> = {
  counter: {},
  limit: { per },
  log: {},
};

/** Compares a rule set: objects by their kind and handle. */
export const compareRuleset: Compare = (comparison, { json, answers, world }) => {
  for (const item of objectsIn(isObject(json) ? json['nftables'] : undefined)) {
    const [entry] = Object.entries(item);
    if (entry === undefined || !isObject(entry[1])) continue;
    const [kind, theirs] = entry;
    if (kind === 'metainfo') continue;
    const [type, rules] = OBJECTS[kind] ?? ['', {}];
    const messages = answers.filter((message) => message.type === type);
    const ours = messages.map(contentsOf).find(({ handle }) => handle === theirs['handle']);
    const { elem, expr, ...rest } = theirs;
    comparison.object(`nft ${kind}`, rest, ours, rules, world);
    if (elem !== undefined) compareElements(comparison, theirs, answers);
    if (expr !== undefined) compareExpressions(comparison, objectsIn(expr), expressionsOf(ours), world);
  }
};

/** Elements of a set: the kernel has them in any order, with ends of intervals among them. */
function compareElements(comparison: JsonComparison, set: JsonObject, answers: readonly DecodedMessage[]): void {
  const ours = answers.filter(({ type, attrs }) => type === 'NFT_MSG_NEWSETELEM' && attrs?.['set'] === set['name']).flatMap(({ attrs }) => objectsIn(attrs?.['elements']));
  const begins = ours.filter(({ flags }) => !(Array.isArray(flags) && flags.includes('interval-end')));
  const items: readonly unknown[] = Array.isArray(set['elem']) ? set['elem'] : [];
  comparison.value('nft elem.length', items.length, begins.length);
  for (const item of items) {
    const inner = isObject(item) && isObject(item['elem']) ? item['elem'] : undefined;
    const key: unknown = Array.isArray(item) ? item[0] : inner?.['val'];
    const wanted = valueAt(key, 'prefix.addr') ?? key;
    const found = begins.find((element) => keyText(element, set['type']) === wanted);
    comparison.value('nft elem.val', wanted, found === undefined ? undefined : keyText(found, set['type']));
    if (inner?.['timeout'] !== undefined) comparison.value('nft elem.timeout', inner['timeout'], Number(found?.['timeout']) / 1000);
    if (inner?.['expires'] !== undefined) comparison.value('nft elem.expires', inner['expires'], Math.floor(Number(found?.['expiration']) / 1000));
    if (Array.isArray(item) && isObject(item[1])) comparison.value('nft elem.verdict', Object.keys(item[1])[0], valueAt(found, 'data.verdict.code'));
  }
}

function expressionsOf(rule: JsonObject | undefined): readonly JsonObject[] {
  return objectsIn(valueAt(rule, 'expressions.elem'));
}

/** Statements of a rule, each of which is one expression or ends in one: what nft makes of several is compared by their ends. */
function compareExpressions(comparison: JsonComparison, theirs: readonly JsonObject[], ours: readonly JsonObject[], world: World): void {
  const has = (name: string, path: string, value: unknown): boolean => ours.some((one) => one['name'] === name && valueAt(one, path) === value);
  for (const statement of theirs) {
    const [[kind, value] = ['', undefined]] = Object.entries(statement);
    const path = `nft expr.${kind}`;
    const rules = STATEMENTS[kind];
    if (rules !== undefined && isObject(value)) {
      const expression = ours.find(({ name }) => name === kind);
      comparison.object(path, value, expression?.['data'], rules, world);
    } else if (value === null) comparison.value(path, true, has('immediate', 'data.data.verdict.code', kind));
    else if (typeof value === 'string') comparison.value(path, true, has('objref', 'data.imm-name', value) && has('objref', 'data.imm-type', kind));
    else if (kind === 'vmap') comparison.value(path, true, has('lookup', 'data.set', String(valueAt(value, 'data')).slice(1)));
    else if (kind === 'match') compareMatch(comparison, value, has);
    else comparison.value(path, value, undefined);
  }
}

/** Fields of headers that the goldens have: where they stand. */
const FIELDS: Readonly<Record<string, readonly [base: string, offset: number]>> = {
  'ip saddr': ['network-header', 12],
  'ip6 nexthdr': ['network-header', 6],
  'icmpv6 type': ['transport-header', 0],
};

function compareMatch(comparison: JsonComparison, match: unknown, has: (name: string, path: string, value: unknown) => boolean): void {
  for (const name of ['meta', 'ct']) {
    const key = valueAt(match, `left.${name}.key`);
    if (key !== undefined) comparison.value(`nft expr.match.${name}`, true, has(name, 'data.key', key));
  }
  const right = valueAt(match, 'right');
  if (typeof right === 'string' && right.startsWith('@')) comparison.value('nft expr.match.set', true, has('lookup', 'data.set', right.slice(1)));
  const field = `${String(valueAt(match, 'left.payload.protocol'))} ${String(valueAt(match, 'left.payload.field'))}`;
  const place = FIELDS[field];
  if (valueAt(match, 'left.payload') !== undefined) {
    comparison.value(`nft expr.match ${field}`, true, place !== undefined && has('payload', 'data.base', place[0]) && has('payload', 'data.offset', place[1]));
  }
}
