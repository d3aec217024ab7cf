import { NETLINK_ROUTE } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { tcActionMessages, tcActions } from '../src/families/tc-actions.ts';
import { tcFilters } from '../src/families/tc-filters.ts';
import { tcClasses, tcQdiscs } from '../src/families/tc-qdiscs.ts';
import { tc } from '../src/generated/tc.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { captured, decoderOf, goldenDecoder, unnamed } from './families-golden.ts';

const decode = decoderOf(NETLINK_ROUTE, [tc, tcActions, tcActionMessages, tcFilters, tcQdiscs, tcClasses]);
const golden = goldenDecoder('families-tc.json', decode);

/** The options of the first action that a message of `tc actions` has. */
const action = (kind: string): unknown => golden(`tc actions add action ${kind}`).attrs?.['tab'];

describe('traffic control', () => {
  it('names everything in captured messages', () => {
    const messages = captured('families-tc.json').map(({ what, hex }) => ({ what, message: decode(new Uint8Array(Buffer.from(hex, 'hex'))) }));
    expect(messages.length).toBeGreaterThan(30);
    expect(messages.filter(({ message }) => !message.type.startsWith('RTM_')).map(({ what }) => what)).toEqual([]);
    expect(messages.flatMap(({ what, message }) => unnamed(message.attrs).map((path) => `${what}: ${path}`))).toEqual([]);
    // tc sends 32 octets of its stack: the text and its NUL, then what was there before.
    expect(action('simple')).toMatchObject([{ options: { data: 'hi there' } }]);
  });

  it('reads options of queueing disciplines', () => {
    const options = (what: string): unknown => golden(what).attrs?.['options'];
    expect(options('tc qdisc add mqprio: its notification')).toMatchObject({
      'num-tc': 2,
      count: [2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      'tc-entry': Array.from({ length: 16 }, (_, index) => ({ index, fp: 1 })),
    });
    expect(options('tc qdisc add prio')).toMatchObject({ bands: 4, options: {} });
    expect(options('tc qdisc add sfb')).toMatchObject({ parms: { 'rehash-interval': 600000, max: 25, 'penalty-burst': 20 } });
    expect(options('tc qdisc add skbprio')).toEqual({ limit: 10 });
    expect(options('tc qdisc add hfsc')).toEqual({ defcls: 1 });
    expect(options('tc qdisc add gred')).toEqual({ dps: { DPs: 4, 'def-DP': 2, grio: 0, flags: [] } });
    expect(options('tc qdisc add taprio')).toMatchObject({ 'sched-entry-list': { entry: [{ 'gate-mask': 1 }, { 'gate-mask': 2 }] } });
  });

  it('reads statistics of kinds', () => {
    expect(golden('tc class show htb: an answer').attrs).toMatchObject({ stats2: { app: { lends: 0, tokens: 40000, ctokens: 20000 } } });
    expect(golden('tc class show fq_codel: an answer').attrs).toMatchObject({ xstats: { type: 1, deficit: 1444, ldelay: 95, 'drop-next': 0 } });
    expect(golden('tc qdisc show netem: an answer of 7.2').attrs).toMatchObject({ xstats: { delayed: 0, 'allocation-errors': 0 } });
  });

  it('reads the options of a class by its kind, which are not those of the discipline', () => {
    const writer = new MessageWriter();
    writer.begin(40, 0, 1, 0);
    writer.reserve(20);
    writer.putString(1, 'hfsc');
    writer.putNested(2, () => {
      writer.putBytes(2, Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0));
    });
    writer.end();
    expect(decode(writer.toBytes())).toMatchObject({ type: 'RTM_NEWTCLASS', attrs: { kind: 'hfsc', options: { fsc: { m1: 1, d: 2, m2: 3 } } } });
  });

  it('reads extended matches by their kind', () => {
    expect(golden('tc filter add basic with an ematch').attrs).toMatchObject({
      options: {
        classid: 0x10001,
        ematches: {
          'tree-hdr': { nmatches: 2 },
          'tree-list': [
            { kind: 'cmp', flags: ['and'], data: { val: 5, mask: 15, off: 0 } },
            { kind: 'meta', data: { hdr: { left: { kind: 'priority', op: 'eq' }, right: { kind: 'value' } }, rvalue: '03000000' } },
          ],
        },
      },
    });
  });

  it('reads programs', () => {
    expect(golden('tc filter add bpf').attrs).toMatchObject({
      options: { 'ops-len': 4, ops: [{ code: 40, k: 12 }, { code: 21, jf: 1, k: 0x800 }, { code: 6, k: 0x40000 }, { code: 6 }] }, // prettier-ignore
    });
  });

  it('reads the parameters of actions', () => {
    expect(action('connmark')).toEqual([{ kind: 'connmark', options: { parms: { index: 7, capab: 0, action: 'pipe', refcnt: 0, bindcnt: 0, zone: 4 } } }]);
    expect(action('csum')).toMatchObject([{ options: { parms: { 'update-flags': ['ipv4hdr', 'tcp', 'udp'] } } }]);
    expect(action('gate')).toMatchObject([{ options: { clockid: 'tai', 'entry-list': { entry: [{ gate: true, interval: 200000000 }, { ipv: -1 }] } } }]);
    expect(action('ife')).toMatchObject([{ options: { parms: { flags: ['encode'] }, metalst: { skbmark: '' } } }]);
    expect(action('nat')).toMatchObject([{ options: { parms: { 'old-addr': '10.0.0.1', 'new-addr': '10.0.0.2', flags: ['egress'] } } }]);
    expect(action('pedit')).toMatchObject([
      { options: { 'parms-ex': { nkeys: 2, keys: [{ val: 2 }, { off: 4 }] }, 'keys-ex': { 'key-ex': [{ htype: 'eth', cmd: 'set' }, {}] } } },
    ]);
    expect(action('mirred')).toMatchObject([{ options: { parms: { eaction: 'egress-mirror', ifindex: 3 } } }]);
    expect(action('skbmod')).toMatchObject([{ options: { parms: { flags: ['dmac'] }, dmac: '02:00:00:00:00:03' } }]);
    expect(action('tunnel_key')).toMatchObject([
      { options: { 'enc-ipv4-dst': '192.0.2.2', 'enc-key-id': 9, 'enc-dst-port': 4789, parms: { 't-action': 'set' } } },
    ]);
    expect(action('ctinfo')).toMatchObject([{ options: { act: { index: 7 }, 'parms-dscp-mask': 63 } }]);
    expect(golden('tc filter add flower ct').attrs).toMatchObject({
      options: { act: [{ kind: 'ct', options: { 'nat-ipv4-min': '10.0.0.1', parms: { action: 'pipe' } } }, { kind: 'gact' }] },
    });
  });

  it('reads lists of actions', () => {
    expect(golden('tc actions list: an answer').attrs).toMatchObject({ count: 1, tab: [{ kind: 'connmark', stats: { queue: { qlen: 0 } } }] });
    expect(golden('tc actions list: a request').attrs).toMatchObject({ flags: { value: ['large-dump-on'], selector: ['large-dump-on'] } });
    expect(golden('tc actions del')).toMatchObject({ type: 'RTM_DELACTION', attrs: { tab: [{ kind: 'gact', index: 7 }] } });
  });
});
