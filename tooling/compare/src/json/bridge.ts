import type { Compare } from './printed.ts';
import { bridgePort, linkFlags } from './link.ts';
import { contentsOf, objectsIn } from './links.ts';
import { called, device, type Rule, type Rules } from './rules.ts';
import { isObject, valueAt } from './value.ts';

/** The keys of a port that the attributes of a link have themselves. */
const OF_LINK: Rules = { ifindex: 'ifi-index', ifname: 'ifname', link: device('link'), flags: linkFlags, mtu: 'mtu', master: device('master') };

/** What `bridge link` prints: everything else of a port is inside `IFLA_PROTINFO`. */
export const compareBridgeLinks: Compare = (comparison, { json, answers, world }) => {
  const ours = answers.filter(({ type, header }) => type === 'RTM_NEWLINK' && header?.['ifi-family'] === 'bridge').map(contentsOf);
  const ports = ours.filter(({ protinfo }) => protinfo !== undefined);
  const theirs = objectsIn(json);
  comparison.value('bridge link.length', theirs.length, ports.length);
  theirs.forEach((port, index) => {
    const keys = Object.entries(port);
    const message = ports[index];
    comparison.object('bridge link', Object.fromEntries(keys.filter(([key]) => key in OF_LINK)), message, OF_LINK, world);
    comparison.object('bridge link', Object.fromEntries(keys.filter(([key]) => !(key in OF_LINK))), message?.['protinfo'], bridgePort, world);
  });
};

const router: Rule = called('mcast-router', { disabled: 0, 'temp-query': 1, perm: 2, temp: 3 });

const FLAGS: Readonly<Record<string, string>> = { pvid: 'PVID', untagged: 'Egress Untagged' };

/** What `bridge vlan` prints of a VLAN. */
const vlan: Rules = {
  vlan: 'info.vid',
  flags: ({ ours }) => {
    const flags = valueAt(ours, 'info.flags');
    return Array.isArray(flags) ? flags.flatMap((flag) => FLAGS[String(flag)] ?? []) : flags;
  },
  mcast_router: router,
  rx_bytes: 'stats.rx-bytes',
  rx_packets: 'stats.rx-packets',
  tx_bytes: 'stats.tx-bytes',
  tx_packets: 'stats.tx-packets',
};

/** Compares VLANs of ports. */
export const compareVlans: Compare = (comparison, { json, answers, world }) => {
  for (const theirs of objectsIn(json)) {
    const index = world.deviceIndex(theirs['ifname']);
    const messages = answers.filter(({ type, header }) => type === 'RTM_NEWVLAN' && header?.['ifindex'] === index);
    // A second request is for the ports of routers.
  const first = messages.filter(({ seq }) => seq === messages[0]?.seq);
  const entries = first.flatMap(({ attrs }) => attrs?.['entry'] ?? []);
    comparison.list('bridge vlan', objectsIn(theirs['vlans']), entries, vlan, world);
  }
};

/** What `bridge mdb` prints of an entry. */
const group: Rules = {
  port: device('ifindex'),
  grp: 'addr',
  state: called('state', { temporary: 'temp' }),
  protocol: 'rtprot',
  // In seconds, filled up with spaces.
  timer: ({ ours }) => (Number(ours['timer']) / 100).toFixed(2).padStart(7),
};

/** Compares multicast databases. */
export const compareGroups: Compare = (comparison, { json, answers, world }) => {
  const [theirs] = objectsIn(json);
  // Linux answers with the type of the request.
  const messages = answers.filter(({ type }) => type === 'RTM_GETMDB');
  // A second request is for the ports of routers.
  const first = messages.filter(({ seq }) => seq === messages[0]?.seq);
  const entries = first.flatMap(({ header, attrs }) => infosIn(valueAt(attrs, 'mdb.entry')).map((info) => ({ ...info, bridge: header?.['ifindex'] })));
  comparison.list('bridge mdb', objectsIn(theirs?.['mdb']), entries, { ...group, index: 'bridge', dev: device('bridge') }, world);
};

function infosIn(entries: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(entries) ? entries.flatMap((entry: unknown) => (isObject(entry) ? objectsIn(entry['info']) : [])) : [];
}

