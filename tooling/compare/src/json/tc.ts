import type { DecodedMessage } from '@netdevkit/netlink';
import type { Compare } from './printed.ts';
import { contentsOf, objectsIn } from './links.ts';
import { compareActionList } from './tc-actions.ts';
import { called, hasFlag, scaled, type Read, type Rule, type Rules } from './rules.ts';
import { isObject, valueAt, type JsonObject } from './value.ts';

/** A part of 2^32 or another whole, which is printed with six digits. */
function share(path: string, whole: number = 0xffff_ffff): Read {
  return ({ ours, value }) => {
    const part = Number(valueAt(ours, path)) / whole;
    return typeof value === 'number' && Math.abs(part - value) <= value * 1e-5 ? value : part;
  };
}

/** Seconds of nanoseconds. */
const nanoseconds = (path: string): Read => scaled(path, 1_000_000_000);

/** Whether bits are set: `on` and `off`. */
function onOff(path: string, name: string): Read {
  return (reading) => (hasFlag(path, name)(reading) === true ? 'on' : 'off');
}

/** RED and its kin. */
const red: Rules = {
  limit: 'parms.limit',
  min: 'parms.qth-min',
  max: 'parms.qth-max',
  ewma: 'parms.Wlog',
  Scell_log: 'parms.Scell-log',
  ecn: hasFlag('parms.flags', 'ecn'),
  harddrop: hasFlag('parms.flags', 'harddrop'),
  adaptive: hasFlag('parms.flags', 'adaptative'),
  nodrop: hasFlag('parms.flags', 'nodrop'),
  probability: share('max-p'),
};

/** Classes of traffic may be interrupted or not: `E` and `P`. */
const preemption: Read = ({ ours }) => entriesOf(ours).map(({ fp }) => (fp === 'preemptible' ? 'P' : 'E'));

function entriesOf(ours: JsonObject): readonly JsonObject[] {
  const entries = ours['tc-entry'];
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}

/** Where the queues of each class of traffic begin and end. */
function queues(path: string): Read {
  return ({ ours }) => {
    const [counts, offsets] = ['count', 'offset'].map((key) => valueAt(ours, `${path}${key}`));
    const classes = Number(valueAt(ours, `${path}num-tc`));
    if (!Array.isArray(counts) || !Array.isArray(offsets)) return undefined;
    return Array.from({ length: classes }, (_, index) => [Number(offsets[index]), Number(offsets[index]) + Number(counts[index]) - 1]);
  };
}

/** Keys of options by the kind of their queueing discipline. */
const QDISCS: Readonly<Record<string, Rules>> = {
  htb: {
    r2q: 'init.rate2quantum',
    default: 'init.defcls',
    direct_packets_stat: 'init.direct-pkts',
    ver: ({ ours }) => `${String(Number(valueAt(ours, 'init.version')) >>> 16)}.${String(Number(valueAt(ours, 'init.version')) & 0xffff)}`,
  },
  hfsc: { default: 'defcls' },
  fq_codel: { drop_batch: 'drop-batch-size' },
  sfq: { limit: 'v0.limit', quantum: 'v0.quantum', flows: 'v0.flows', divisor: 'v0.divisor', perturb: 'v0.perturb-period' },
  netem: {
    delay: { at: '', rules: { delay: nanoseconds('latency64'), jitter: nanoseconds('jitter64'), correlation: share('corr.delay-corr') } },
    'loss-random': { at: '', rules: { loss: share('loss'), correlation: share('corr.loss-corr') } },
    duplicate: { at: '', rules: { duplicate: share('duplicate'), correlation: share('corr.dup-corr') } },
    reorder: { at: '', rules: { reorder: share('reorder.probability'), correlation: share('reorder.correlation') } },
    corrupt: { at: '', rules: { corrupt: share('corrupt.probability'), correlation: share('corrupt.correlation') } },
    rate: { at: 'rate', rules: { packetoverhead: 'packet-overhead', cellsize: 'cell-size', celloverhead: 'cell-overhead' } },
    seed: 'prng-seed',
  },
  tbf: { rate: 'parms.rate.rate', mpu: 'parms.rate.mpu', linklayer: 'parms.rate.linklayer' },
  fq: {
    limit: 'plimit',
    flow_limit: 'flow-plimit',
    buckets: ({ ours }) => 2 ** Number(ours['buckets-log']),
    bands: 'priomap.bands',
    'priomap ': 'priomap.priomap',
    'weights ': 'weights',
    maxrate: 'flow-max-rate',
    refill_delay: 'flow-refill-delay',
  },
  cake: {
    bandwidth: 'base-rate64',
    diffserv: 'diffserv-mode',
    flowmode: called('flow-mode', { triple: 'triple-isolate' }),
    'ack-filter': called('ack-filter', { none: 'disabled' }),
    // The attribute is there where nothing is taken off.
    raw: ({ ours }) => ours['raw'] !== undefined,
  },
  red,
  choke: red,
  hhf: { limit: 'backlog-limit', hh_limit: 'hh-flows-limit' },
  etf: {
    clockid: 'parms.clockid',
    delta: 'parms.delta',
    offload: onOff('parms.flags', 'offload'),
    deadline_mode: onOff('parms.flags', 'deadline-mode'),
    skip_sock_check: onOff('parms.flags', 'skip-sock-check'),
  },
  ets: { bands: 'nbands', strict: 'nstrict', quanta: 'quanta.quanta-band', priomap: 'priomap.priomap-band' },
  mqprio: {
    tc: 'num-tc',
    map: 'prio-tc-map',
    queues: queues(''),
    // The kernel leaves out what nobody chose.
    mode: ({ ours }) => ours['mode'] ?? 'dcb',
    shaper: ({ ours }) => ours['shaper'] ?? 'dcb',
    fp: preemption,
  },
  taprio: {
    tc: 'priomap.num-tc',
    map: 'priomap.prio-tc-map',
    queues: queues('priomap.'),
    clockid: 'sched-clockid',
    base_time: 'sched-base-time',
    cycle_time: 'sched-cycle-time',
    cycle_time_extension: 'sched-cycle-time-extension',
    schedule: { at: 'sched-entry-list.entry', rules: { cmd: called('cmd', { 'set-gates': 'S' }), gatemask: 'gate-mask' } },
    'max-sdu': ({ ours }) => entriesOf(ours).map((entry) => entry['max-sdu']),
    fp: preemption,
  },
  sfb: {
    // In microseconds.
    rehash: scaled('parms.rehash-interval', 0.001),
    db: scaled('parms.warmup-time', 0.001),
    limit: 'parms.limit',
    max: 'parms.max',
    target: 'parms.bin-size',
    increment: share('parms.increment', 0xffff),
    decrement: share('parms.decrement', 0xffff),
    penalty_rate: 'parms.penalty-rate',
    penalty_burst: 'parms.penalty-burst',
  },
  gred: { dp_cnt: 'dps.DPs', dp_default: 'dps.def-DP', grio: 'dps.grio' },
};

/** What cake says of a class of traffic. */
const tin: Rules = {
  threshold_rate: 'threshold-rate64',
  sent_bytes: 'sent-bytes64',
  drops: 'dropped-packets',
  ecn_mark: 'ecn-marked-packets',
  ack_drops: 'acks-dropped-packets',
  max_pkt_len: 'max-skblen',
};

/** Keys of statistics that are not those of the attributes. */
const STATISTICS: Readonly<Record<string, string>> = {
  'cake memory_used': 'memory-used',
  'cake capacity_estimate': 'capacity-estimate64',
  'cake min_network_size': 'min-netlen',
  'cake max_network_size': 'max-netlen',
  'cake min_adj_size': 'min-adjlen',
  'cake max_adj_size': 'max-adjlen',
  'cake avg_hdr_offset': 'avg-netoff',
  'fq_pie memory_used': 'memory-usage',
  'fq_pie pkts_in': 'packets-in',
  'pie pkts_in': 'packets-in',
  'fq inactive': 'inactive-flows',
  'fq throttled': 'throttled-flows',
  'fq band0_pkts': 'band-pkt-count.0',
  'fq band1_pkts': 'band-pkt-count.1',
  'fq band2_pkts': 'band-pkt-count.2',
  'fq gc': 'gc-flows',
  'fq highprio': 'highprio-packets',
  'hhf tot_hh': 'hh-tot-count',
  'hhf cur_hh': 'hh-cur-count',
};

const BASIC = ['bytes', 'packets'];
const QUEUE = ['drops', 'overlimits', 'requeues', 'backlog', 'qlen'];

/** Where a statistic stands: in one of three nests. */
function statistic(kind: string, key: string): string {
  const nest = BASIC.includes(key) ? 'basic' : QUEUE.includes(key) ? 'queue' : 'app';
  return `stats2.${nest}.${STATISTICS[`${kind} ${key}`] ?? key.replaceAll('_', '-')}`;
}

/** What `tc` prints of a queueing discipline or a class. */
function qdisc(theirs: JsonObject): Rules {
  const kind = String(theirs['kind']);
  const rules: Record<string, Rule> = {
    kind: 'kind',
    handle: ({ ours }) => (ours['handle'] === 'none' ? '0:' : ours['handle']),
    root: ({ ours }) => ours['parent'] === 'root',
    parent: 'parent',
    refcnt: 'info',
    options: { at: 'options', rules: QDISCS[kind] ?? {} },
    tins: { at: 'stats2.app.tin-stats', rules: tin },
  };
  for (const key of Object.keys(theirs)) rules[key] ??= statistic(kind, key);
  return rules;
}

/** Messages about one device, in their order. */
function about(answers: readonly DecodedMessage[], type: string, index: number | undefined): readonly JsonObject[] {
  return answers.filter((message) => message.type === type && message.header?.['ifindex'] === index).map(contentsOf);
}

/** The device that a command names. */
function deviceOf(command: string): string | undefined {
  return / dev (\S+)/.exec(command)?.[1];
}

/** Compares queueing disciplines. */
export const compareQdiscs: Compare = (comparison, { command, json, answers, world }) => {
  const theirs = objectsIn(json);
  const ours = about(answers, 'RTM_NEWQDISC', world.deviceIndex(deviceOf(command)));
  comparison.value('qdisc.length', theirs.length, ours.length);
  theirs.forEach((item, index) => {
    comparison.object(`qdisc ${String(item['kind'])}`, item, ours[index], qdisc(item), world);
  });
};

/** What `tc` prints of a class. */
function classOf(kind: string): Rules {
  const app = (name: string): string => `stats2.app.${name}`;
  return {
    class: 'kind',
    leaf: ({ ours }) => `0x${String(ours['info']).split(':')[0] ?? ''}`,
    root: ({ ours }) => ours['parent'] === 'root',
    prio: 'options.parms.prio',
    rate: 'options.parms.rate.rate',
    ceil: 'options.parms.ceil.rate',
    stats: {
      at: '',
      rules: {
        ...Object.fromEntries([...BASIC, ...QUEUE].map((key) => [key, statistic(kind, key)])),
        // `tc` prints the first letters of what the kernel calls `lends` and `borrows`.
        lended: app('lends'),
        borrowed: app('borrows'),
        giants: app('giants'),
        tokens: app('tokens'),
        ctokens: app('ctokens'),
        deficit: app('deficit'),
        ldelay: app('ldelay'),
        count: app('count'),
        lastcount: app('lastcount'),
      },
    },
  };
}

/** Compares classes. */
export const compareClasses: Compare = (comparison, { command, json, answers, world }) => {
  const theirs = objectsIn(json);
  const ours = about(answers, 'RTM_NEWTCLASS', world.deviceIndex(deviceOf(command)));
  comparison.value('class.length', theirs.length, ours.length);
  theirs.forEach((item, index) => {
    const { bytes, packets, ...rest } = item;
    comparison.object(`class ${String(item['class'])}`, { ...rest, ...(bytes === undefined ? {} : { stats: { bytes, packets } }) }, ours[index], classOf(String(item['class'])), world);
  });
};

/** The bits of what a flow of tracking may be, as `tc` writes them. */
const CT_STATES: Readonly<Record<string, string>> = { tracked: 'trk', established: 'est', new: 'new', related: 'rel', invalid: 'inv', reply: 'rpl' };

/** An address or a number with its mask. */
function masked(key: string): Read {
  return ({ ours }) => {
    const [value, mask] = [ours[`key-${key}`], ours[`key-${key}-mask`]];
    if (typeof mask !== 'string') return value;
    const bits = mask.includes(':') ? groupsOf(mask) : mask.split('.').map((octet) => Number(octet).toString(2)).join('');
    const length = bits.replaceAll('0', '').length;
    return length === (mask.includes(':') ? 128 : 32) ? value : `${String(value)}/${String(length)}`;
  };
}

/** The bits of an address of IPv6 that are set; what `::` stands for are zeros. */
function groupsOf(mask: string): string {
  return mask.split(':').map((group) => parseInt(group === '' ? '0' : group, 16).toString(2)).join('');
}

/** What `tc` prints of the keys of `flower`. */
const flowerKeys: Rules = {
  eth_type: called('key-eth-type', { ip: 'ipv4' }),
  ip_proto: 'key-ip-proto',
  dst_ip: ({ ours, theirs, value, world }) => (masked('ipv4-dst')({ ours, theirs, value, world }) ?? masked('ipv6-dst')({ ours, theirs, value, world })),
  src_ip: ({ ours, theirs, value, world }) => (masked('ipv4-src')({ ours, theirs, value, world }) ?? masked('ipv6-src')({ ours, theirs, value, world })),
  dst_port: { at: '', rules: { start: 'key-port-dst-min', end: 'key-port-dst-max' } },
  tcp_flags: ({ ours }) => `0x${Number(ours['key-tcp-flags']).toString(16)}/${Number(ours['key-tcp-flags-mask']).toString(16)}`,
  icmp_type: 'key-icmpv4-type',
  icmp_code: 'key-icmpv4-code',
  vlan_id: 'key-vlan-id',
  vlan_ethtype: 'key-vlan-eth-type',
  ct_state: ({ ours }) => {
    const [flags, mask] = [ours['key-ct-state'], ours['key-ct-state-mask']];
    const words = Object.entries(CT_STATES).filter(([name]) => Array.isArray(mask) && mask.includes(name));
    return words.map(([name, word]) => `${Array.isArray(flags) && flags.includes(name) ? '+' : '-'}${word}`).join('');
  },
  ct_zone: 'key-ct-zone',
  enc_dst_ip: masked('enc-ipv4-dst'),
  enc_key_id: 'key-enc-key-id',
};

/** What `tc` prints of a filter. */
const filter: Rules = {
  protocol: 'info.protocol',
  pref: 'info.priority',
  options: {
    at: '',
    rules: {
      handle: 'handle',
      keys: { at: 'options', rules: flowerKeys },
      not_in_hw: hasFlag('options.flags', 'not-in-hw'),
      skip_hw: hasFlag('options.flags', 'skip-hw'),
    },
  },
};

/** Compares filters with their actions. */
export const compareFilters: Compare = (comparison, { json, answers, world }) => {
  const theirs = objectsIn(json);
  const ours = answers.filter(({ type }) => type === 'RTM_NEWTFILTER').map(contentsOf);
  comparison.value('filter.length', theirs.length, ours.length);
  theirs.forEach((item, index) => {
    const options = isObject(item['options']) ? item['options'] : {};
    const { actions, ...rest } = options;
    const whole = 'options' in item ? { ...item, options: rest } : item;
    comparison.object(`filter ${String(item['kind'])}`, whole, ours[index], filter, world);
    const decoded = valueAt(ours[index], 'options.act');
    if (actions !== undefined) compareActionList(comparison, 'filter.action', objectsIn(actions), Array.isArray(decoded) ? decoded : [], world);
  });
};
