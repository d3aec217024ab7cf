import type { Compare, Printed } from './printed.ts';
import { objectsIn } from './links.ts';
import { called, type JsonComparison, type Rules } from './rules.ts';
import { isObject, valueAt, type JsonObject } from './value.ts';

/** What ethtool calls otherwise than the kernel. */
const FEATURES: Readonly<Record<string, string>> = {
  'rx-checksumming': 'rx-checksum',
  'generic-segmentation-offload': 'tx-generic-segmentation',
  'generic-receive-offload': 'rx-gro',
  'large-receive-offload': 'rx-lro',
  'rx-vlan-offload': 'rx-vlan-hw-parse',
  'tx-vlan-offload': 'tx-vlan-hw-insert',
  'ntuple-filters': 'rx-ntuple-filter',
  'receive-hashing': 'rx-hashing',
};

/** What ethtool sums up. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  'tx-checksumming': /^tx-checksum-/,
  'scatter-gather': /^tx-scatter-gather/,
  'tcp-segmentation-offload': /^tx-tcp.*-segmentation$/,
  'udp-fragmentation-offload': /^tx-udp-fragmentation$/,
};

/** The attributes of the first answer of a command of ethtool's that has an attribute. */
function answerWith({ answers }: Printed, attribute: string): JsonObject | undefined {
  return answers.map(({ attrs }) => attrs).find((attrs) => attrs?.[attribute] !== undefined);
}

/** Whether a bit of a compact bit set is set: words of 32 bits in the order of the host, here as hexadecimal digits. */
function hasBit(set: unknown, bit: number): boolean {
  const digits = String(valueAt(set, 'value'));
  return ((Number.parseInt(digits.slice((bit >> 3) * 2, (bit >> 3) * 2 + 2), 16) >> (bit & 7)) & 1) === 1;
}

function stringsOf(printed: Printed): readonly string[] {
  const strings = valueAt(answerWith(printed, 'stringsets'), 'stringsets.stringset.0.strings.0.string');
  return Array.isArray(strings) ? strings.map((one: unknown) => String(valueAt(one, 'value'))) : [];
}

/** Compares features: names from the one answer, bits from the other. */
export const compareFeatures: Compare = (comparison, printed) => {
  const [theirs = {}] = objectsIn(printed.json);
  const ours = answerWith(printed, 'active');
  const names = stringsOf(printed);
  const bits = (key: string, bit: number): JsonObject => ({
    active: hasBit(ours?.['active'], bit),
    fixed: !hasBit(ours?.['hw'], bit) || hasBit(ours?.['nochange'], bit),
    requested: hasBit(ours?.['wanted'], bit),
    key,
  });
  comparison.value('features.ifname', theirs['ifname'], valueAt(ours, 'header.dev-name'));
  for (const [key, value] of Object.entries(theirs)) {
    if (!isObject(value)) continue;
    const group = GROUPS[key];
    const members = names.flatMap((name, bit) => (group?.test(name) === true ? [hasBit(ours?.['active'], bit)] : []));
    if (group !== undefined) comparison.value(`features.${key}`, value['active'], members.includes(true));
    else compareFeature(comparison, key, value, bits(key, names.indexOf(FEATURES[key] ?? key)));
  }
};

function compareFeature(comparison: JsonComparison, key: string, theirs: JsonObject, ours: JsonObject): void {
  for (const part of ['active', 'fixed', 'requested']) comparison.value(`features.${key}.${part}`, theirs[part], ours[part]);
}

/** Modes of links that ethtool prints come from masks, which are empty where the device has none. */
const settings: Rules = {
  ifname: 'header.dev-name',
  'auto-negotiation': called('autoneg', { off: false, on: true }),
  phyad: 'phyaddr',
  port: called('port', { tp: 'Twisted Pair' }),
  'link-detected': 'link',
};

const FROM_MASKS = /^(?:supported|supports|advertised)-/;

/** Compares settings of a link. */
export const compareSettings: Compare = (comparison, printed) => {
  const [theirs = {}] = objectsIn(printed.json);
  const ours = { ...answerWith(printed, 'speed'), ...answerWith(printed, 'port'), ...answerWith(printed, 'link') };
  const plain = Object.fromEntries(Object.entries(theirs).filter(([key]) => !FROM_MASKS.test(key)));
  comparison.object('settings', plain, ours, settings, printed.world);
  // No bit is set of any mode, so all of these say that there is none.
  const hasModes = JSON.stringify(valueAt(ours, 'ours.bits')) !== '{}';
  for (const [key, value] of Object.entries(theirs)) {
    if (FROM_MASKS.test(key)) comparison.value(`settings.${key}`, value === 'No' || value === false || JSON.stringify(value) === '[]', !hasModes);
  }
};

/** Compares devices of devlink: as many as the kernel named. */
export const compareDevlink: Compare = (comparison, { json, answers }) => {
  const devices = new Set(answers.flatMap(({ attrs }) => (attrs?.['bus-name'] === undefined ? [] : [JSON.stringify([attrs['bus-name'], attrs['dev-name']])])));
  comparison.value('devlink.dev', Object.keys(isObject(json) && isObject(json['dev']) ? json['dev'] : {}), [...devices]);
};
