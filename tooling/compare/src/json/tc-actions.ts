import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { called, device, seconds, type Inside, type JsonComparison, type Read, type Rule, type Rules } from './rules.ts';
import { isObject, valueAt, type JsonObject } from './value.ts';
import type { World } from './world.ts';

/** Where each kind of action has what all of them have. */
const PARAMETERS: Readonly<Record<string, string>> = { police: 'tbf', ctinfo: 'act' };

const VERDICTS: Readonly<Record<string, string>> = { ok: 'pass', shot: 'drop', unspec: 'continue', reclassify: 'reclassify' };

/** From include/uapi/linux/pkt_cls.h: `TC_ACT_GOTO_CHAIN`, with the chain in the lower bits. */
const GOTO = 0x2000_0000;

function verdict(...paths: readonly string[]): Inside {
  const read: Read = ({ ours }) => paths.map((path) => valueAt(ours, path)).find((value) => value !== undefined);
  return {
    at: '',
    rules: {
      type: (reading) => {
        const value = read(reading);
        return typeof value === 'number' ? (value >= GOTO ? 'goto' : 'jump') : (VERDICTS[String(value)] ?? value);
      },
      chain: (reading) => Number(read(reading)) & (GOTO - 1),
    },
  };
}

/** `egress-mirror`: where to, and what. */
function half(part: 0 | 1): Read {
  return ({ ours }) => {
    const word = String(valueAt(ours, 'parms.eaction')).split('-')[part];
    return word === 'redir' ? 'redirect' : word;
  };
}

const CSUM: Readonly<Record<string, string>> = { ipv4hdr: 'iph' };

/** A network as a prefix, of an address and a mask. */
function network(address: string, mask: string): Read {
  return ({ ours }) => {
    const bits = String(valueAt(ours, mask)).split('.').map((octet) => Number(octet).toString(2)).join('').replaceAll('0', '').length;
    return `${String(valueAt(ours, address))}/${String(bits)}`;
  };
}

/** Octets as a number in network order, in hexadecimal without leading zeros: the schema has them in the order of the host. */
function swapped(path: string): Read {
  return ({ ours }) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, Number(valueAt(ours, path)), true);
    return view.getUint32(0).toString(16);
  };
}

/** Keys of a kind that are not those of its attributes. */
const KINDS: Readonly<Record<string, Rules>> = {
  gact: {
    // Without `TCA_GACT_PROB` there is no chance in it.
    prob: {
      at: '',
      rules: {
        random_type: ({ ours }) => (ours['prob'] === undefined ? 'none' : valueAt(ours, 'prob.ptype')),
        control_action: { at: '', rules: { type: ({ ours }) => (ours['prob'] === undefined ? 'pass' : valueAt(ours, 'prob.paction')) } },
        val: ({ ours }) => valueAt(ours, 'prob.pval') ?? 0,
      },
    },
  },
  mirred: { mirred_action: half(1), direction: half(0), to_dev: device('parms.ifindex') },
  // What becomes of a packet within the rate is printed last, under the same key.
  police: { control_action: verdict('result', 'tbf.action'), overhead: 'tbf.rate.overhead', linklayer: 'tbf.rate.linklayer' },
  vlan: { vlan_action: 'parms.v-action', id: 'push-vlan-id', protocol: 'push-vlan-protocol', priority: 'push-vlan-priority' },
  // A number that is written as a handle.
  skbedit: { priority: ({ ours }) => `${(Number(ours['priority']) >>> 16).toString(16)}:${(Number(ours['priority']) & 0xffff).toString(16)}` },
  csum: {
    csum: ({ ours }) => {
      const flags = valueAt(ours, 'parms.update-flags');
      return Array.isArray(flags) ? flags.map((flag) => CSUM[String(flag)] ?? String(flag)).join(', ') : flags;
    },
  },
  nat: {
    type: ({ ours }) => ours['kind'],
    direction: ({ ours }) => (JSON.stringify(valueAt(ours, 'parms.flags')) === '["egress"]' ? 'egress' : 'ingress'),
    old_addr: network('parms.old-addr', 'parms.mask'),
    new_addr: 'parms.new-addr',
  },
  pedit: { nkeys: 'parms.nkeys' },
  connmark: { zone: 'parms.zone' },
  ctinfo: {
    dscpmask: 'parms-dscp-mask',
    dscpstatemask: 'parms-dscp-statemask',
    cpmark: 'parms-cpmark-mask',
    dscpset: 'stats-dscp-set',
    dscperror: 'stats-dscp-error',
    cpmarkset: 'stats-cpmark-set',
  },
  mpls: { mpls_action: 'parms.m-action', protocol: 'proto' },
  sample: { group: 'psample-group' },
  tunnel_key: {
    mode: called('parms.t-action', { release: 'unset' }),
    src_ip: 'enc-ipv4-src',
    dst_ip: 'enc-ipv4-dst',
    key_id: 'enc-key-id',
    dst_port: 'enc-dst-port',
    flag: called('no-csum', { 0: 'csum', 1: 'nocsum' }),
    nofrag: ({ ours }) => ours['no-frag'] !== undefined,
  },
  ct: {
    action: ({ ours }) => (Array.isArray(ours['action']) ? ours['action'].filter((flag) => !String(flag).startsWith('nat')).join(' ') : undefined),
    nat: ({ ours }) => {
      const address = ours['nat-ipv4-min'];
      const flags = Array.isArray(ours['action']) ? ours['action'] : [];
      return typeof address === 'string' ? `${flags.includes('nat-src') ? 'src' : 'dst'} addr ${address}` : '';
    },
  },
  simple: { simple: 'data' },
  gate: {
    cycle_time_ext: 'cycle-time-ext',
    schedule: {
      at: 'entry-list.entry',
      rules: { number: 'index', gate_state: ({ ours }) => (ours['gate'] === true ? 'open' : 'close'), max_octets: 'max-octets' },
    },
  },
};

/** Seconds of the time of an action. */
const time = (name: string): Read => seconds(`tm.${name}`);

/** What `tc` prints of the statistics of an action. */
const stats: Inside = {
  at: '#action.stats',
  rules: {
    bytes: 'basic.bytes',
    packets: 'basic.packets',
    drops: 'queue.drops',
    overlimits: 'queue.overlimits',
    requeues: 'queue.requeues',
    backlog: 'queue.backlog',
    qlen: 'queue.qlen',
  },
};

/** What `tc` prints of an action of a kind. */
function actionOf(kind: string): Rules {
  const parameters = PARAMETERS[kind] ?? 'parms';
  const rules: Record<string, Rule> = {
    kind: 'kind',
    control_action: verdict(`${parameters}.action`),
    index: `${parameters}.index`,
    ref: `${parameters}.refcnt`,
    bind: `${parameters}.bindcnt`,
    installed: time('install'),
    last_used: time('lastuse'),
    first_used: time('firstuse'),
    stats,
    not_in_hw: ({ ours }) => valueAt(ours, '#action.in-hw-count') === 0,
    used_hw_stats: ({ ours }) => {
      const value = valueAt(ours, '#action.used-hw-stats.value');
      return Array.isArray(value) && value.length === 0 ? ['disabled'] : value;
    },
    ...KINDS[kind],
  };
  return rules;
}

/** `pedit` is told by two attributes that have to be read side by side. */
function keysOf(options: JsonObject): readonly JsonObject[] {
  const keys = valueAt(options, 'parms-ex.keys') ?? valueAt(options, 'parms.keys');
  const kinds = valueAt(options, 'keys-ex.key-ex');
  if (!Array.isArray(keys)) return [];
  // Keys without a kind count from the start of the packet, and are set.
  return keys.filter(isObject).map((key, index) => ({ htype: 'network', cmd: 'set', ...key, ...(Array.isArray(kinds) && isObject(kinds[index]) ? kinds[index] : {}) }));
}

const peditKey: Rules = { offset: 'off', val: swapped('val'), mask: swapped('mask') };

/**
 * Compares actions, in their order.
 *
 * @param comparison - takes the result
 * @param path - what they are of
 * @param theirs - as `tc` prints them
 * @param ours - as they were decoded
 * @param world - what is known of the machine
 */
export function compareActionList(comparison: JsonComparison, path: string, theirs: readonly JsonObject[], ours: readonly unknown[], world: World): void {
  comparison.value(`${path}.length`, theirs.length, ours.length);
  theirs.forEach((item, index) => {
    const action = ours[index];
    const { order, keys, ...rest } = item;
    const options = isObject(action) && isObject(action['options']) ? action['options'] : {};
    const kind = isObject(action) ? String(action['kind']) : '';
    comparison.object(`${path} ${kind}`, rest, { ...options, parms: options['parms'] ?? options['parms-ex'], kind, '#action': action }, actionOf(kind), world);
    if (keys !== undefined) comparison.list(`${path} ${kind}.keys`, objectsIn(keys), keysOf(options), peditKey, world);
    // A list of all counts from 0, that of a filter from 1.
    comparison.value(`${path}.order`, Number(order) === index || Number(order) === index + 1, true);
  });
}

/** Compares what `tc actions list` prints. */
export const compareActions: Compare = (comparison, { json, answers, world }) => {
  const [head, body] = objectsIn(json);
  const contents = answers.filter(({ type }) => type === 'RTM_GETACTION').map(contentsOf);
  comparison.value('actions.total', head?.['total acts'], contents.reduce((sum, { count }) => sum + Number(count), 0));
  const tabs = contents.flatMap(({ tab }): readonly unknown[] => (Array.isArray(tab) ? tab : []));
  compareActionList(comparison, 'action', objectsIn(body?.['actions']), tabs, world);
};
