import { NETLINK_GENERIC } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { DecodeContext, PacketCursor, decodeStep, type DecodedMessage } from '../src/decode/index.ts';
import { batadv } from '../src/families/batadv.ts';
import { dropMonitor } from '../src/families/dropwatch.ts';
import { fouMore } from '../src/families/fou-more.ts';
import { ipvs } from '../src/families/ipvs.ts';
import { l2tp } from '../src/families/l2tp.ts';
import { mac80211Hwsim } from '../src/families/mac80211-hwsim.ts';
import { macsec } from '../src/families/macsec.ts';
import { mptcpPmMore } from '../src/families/mptcp-pm-more.ts';
import { gtp, hsr, ncsi, psample } from '../src/families/net-devices.ts';
import { netlabelCipso, netlabelManagement, netlabelUnlabeled } from '../src/families/netlabel.ts';
import { nfc } from '../src/families/nfc.ts';
import { nl80211Commands, nl80211SupportedCommands } from '../src/families/nl80211-commands.ts';
import { nl80211Measurements } from '../src/families/nl80211-measurements.ts';
import { nl80211Settings } from '../src/families/nl80211-settings.ts';
import { nl80211Stations } from '../src/families/nl80211-stations.ts';
import { nl802154 } from '../src/families/nl802154.ts';
import { nlctrlMore, nlctrlPolicies } from '../src/families/nlctrl-more.ts';
import { ovsAttributes, ovsCtLimit, ovsDatapathMore, ovsFlowMore, ovsMeter } from '../src/families/ovs-more.ts';
import { acpiEvents } from '../src/families/platform-events.ts';
import { ila, ioam6, seg6 } from '../src/families/seg6.ts';
import { smc } from '../src/families/smc.ts';
import { quota } from '../src/families/storage.ts';
import { taskstats } from '../src/families/taskstats.ts';
import { teamMore } from '../src/families/team-more.ts';
import { thermal } from '../src/families/thermal.ts';
import { tipc } from '../src/families/tipc.ts';
import { vdpa } from '../src/families/vdpa.ts';
import { fou } from '../src/generated/fou.ts';
import { mptcpPm } from '../src/generated/mptcp-pm.ts';
import { nl80211 } from '../src/generated/nl80211.ts';
import { nlctrl } from '../src/generated/nlctrl.ts';
import { ovsDatapath } from '../src/generated/ovs-datapath.ts';
import { ovsFlow } from '../src/generated/ovs-flow.ts';
import { devlink } from '../src/catalog/family/devlink.ts';
import { ethtool } from '../src/catalog/family/ethtool.ts';
import { wireguard } from '../src/catalog/family/wireguard.ts';
import { team } from '../src/generated/team.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { Schema } from '../src/schema/index.ts';
import { captured, unnamed, type CapturedMessage } from './families-golden.ts';

const schemas: readonly Schema[] = [
  nlctrl, nlctrlMore, nlctrlPolicies, nl80211, nl80211Commands, nl80211SupportedCommands, nl80211Stations, nl80211Settings,
  nl80211Measurements, batadv, dropMonitor, fou, fouMore, ipvs, l2tp, macsec, mptcpPm, mptcpPmMore, netlabelManagement,
  netlabelUnlabeled, netlabelCipso, ovsDatapath, ovsDatapathMore, ovsFlow, ovsFlowMore, ovsAttributes, ovsMeter, ovsCtLimit, seg6,
  ioam6, ila, taskstats, team, teamMore, thermal, tipc, vdpa, smc, quota, acpiEvents, gtp, hsr, ncsi, psample, nfc, nl802154,
  mac80211Hwsim, ...devlink, ...ethtool, ...wireguard,
]; // prettier-ignore

/** A family's messages carry a number that was given at run time: here, that of the file. */
interface GenericMessage extends CapturedMessage {
  readonly family: string;
}

// CAST: each message of this file names its family.
const messages = captured('families-generic.json') as readonly GenericMessage[];

function decode(family: string, bytes: Uint8Array): DecodedMessage {
  const type = new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true);
  const cursor = new PacketCursor(new DecodeContext({ families: schemas, genlFamilies: { [type]: family } }));
  cursor.reset({ protocol: NETLINK_GENERIC, bytes });
  if (!cursor.next()) throw new Error('nothing to decode');
  const step = decodeStep(cursor);
  if (!('typeId' in step)) throw new Error('no message');
  return step;
}

function golden(what: string): DecodedMessage {
  const found = messages.find((message) => message.what === what);
  if (found === undefined) throw new Error(`no golden: ${what}`);
  return decode(found.family, new Uint8Array(Buffer.from(found.hex, 'hex')));
}

/** An answer that is made up: there is none of its kind in the captures. */
function made(family: string, command: number, fill: (writer: MessageWriter) => void, header: readonly number[] = []): DecodedMessage {
  const writer = new MessageWriter();
  writer.begin(40, 0, 1, 0);
  writer.append(Uint8Array.of(command, 1, 0, 0, ...header));
  fill(writer);
  writer.end();
  return decode(family, writer.toBytes());
}

describe('generic families', () => {
  it('name everything in captured messages', () => {
    const decoded = messages.map(({ what, family, hex }) => ({ what, message: decode(family, new Uint8Array(Buffer.from(hex, 'hex'))) }));
    expect(decoded.length).toBeGreaterThan(30);
    expect(decoded.filter(({ message }) => message.command?.startsWith('#') ?? true).map(({ what }) => what)).toEqual([]);
    expect(decoded.flatMap(({ what, message }) => unnamed(message.attrs).map((path) => `${what}: ${path}`))).toEqual([]);
  });

  it('read IPVS with its addresses', () => {
    expect(golden('ipvsadm -A').attrs).toMatchObject({ service: { af: 'inet', protocol: 6, addr: { address: '192.0.2.1' }, port: 80, 'sched-name': 'rr' } });
    expect(golden('ipvsadm -a').attrs).toMatchObject({ dest: { addr: { address: '10.0.0.1' }, 'fwd-method': 'masq', weight: 3 } });
    expect(golden('ipvsadm -Ln: a service').attrs).toMatchObject({ service: { flags: { flags: ['hashed'] }, stats: { conns: 0 }, stats64: { outbps: 0 } } });
    expect(golden('ipvsadm -Ln: what is there')).toMatchObject({ command: 'set-info', attrs: { version: 0x10201, 'conn-tab-size': 4096 } });
  });

  it('read tunnels and secure channels', () => {
    expect(golden('ip l2tp add tunnel')).toMatchObject({
      command: 'tunnel-create',
      attrs: { 'conn-id': 3000, 'encap-type': 'udp', 'ip-saddr': '127.0.0.1', 'udp-dport': 6000 },
    });
    expect(golden('ip l2tp show session: an answer').attrs).toMatchObject({ 'pw-type': 'eth', ifname: 'l2tpeth0', stats: { 'rx-invalid': 0 } });
    expect(golden('ip macsec add tx sa')).toMatchObject({ command: 'add-txsa', attrs: { 'sa-config': { an: 0, pn: 1, key: '81'.repeat(16) } } });
    expect(golden('ip macsec show: an answer').attrs).toMatchObject({
      secy: { validate: 'strict', 'icv-len': 16 },
      'txsa-list': [{ an: 0, pn: 1 }],
      'rxsc-list': [{ active: 1, 'sa-list': [{ an: 0 }] }],
    });
    expect(golden('fou add').attrs).toMatchObject({ port: 5555, ipproto: 4 });
    expect(golden('mptcp endpoint').attrs).toMatchObject({ addr: { addr4: '192.0.2.1' } });
  });

  it('read labels, segments and locators', () => {
    expect(golden('netlabelctl map list: an answer').attrs).toEqual({ family: 'inet', protocol: 'unlabeled' });
    expect(golden('netlabelctl unlbl list: an answer').attrs).toEqual({ acptflg: 1 });
    expect(golden('ip sr hmac set')).toMatchObject({ command: 'sethmac', attrs: { hmackeyid: 5, algid: 'sha256' } });
    expect(golden('ip sr tunsrc show: an answer').attrs).toEqual({ dst: '2001:db8::1' });
    expect(golden('ip ila list: an answer').attrs).toMatchObject({ 'csum-mode': 'adjust-transport', 'ident-type': 'use-format' });
    expect(golden('ip ioam schema show: an answer').attrs).toEqual({ 'sc-id': 3, 'sc-data': '61626300', 'ns-id': 5 });
    expect(golden('batctl meshif: an answer').attrs).toMatchObject({ 'mesh-ifname': 'bat0', 'mcast-flags': ['want-no-rtr4', 'want-no-rtr6', 'have-mc-ptype-capa'] });
  });

  it('read what tasks used, as far as the kernel says it', () => {
    const old = golden('taskstats of a process').attrs;
    expect(old).toMatchObject({ 'aggr-pid': { stats: { version: 14, 'ac-comm': 'python3', 'ac-uid': 0, 'ac-utime': 1420000, 'irq-delay-total': 0 } } });
    expect(JSON.stringify(old)).not.toContain('delay-max');
    expect(golden('taskstats of a process, Linux 7.2').attrs).toMatchObject({
      'aggr-pid': { stats: { version: 17, 'ac-exe-inode': 418, 'irq-delay-max': 0, 'irq-delay-max-ts': { 'tv-sec': 0, 'tv-nsec': 0 } } },
    });
  });

  it('read options of teams by their type, and Open vSwitch', () => {
    expect(golden('teamdctl: options').attrs).toMatchObject({ 'list-option': { option: [{ name: 'mode', type: 5, data: { string: 'roundrobin' } }] } });
    expect(golden('ovs-vsctl add-br: its bridge')).toMatchObject({ command: 'set', attrs: { name: 'dp0', 'user-features': ['unaligned', 'tc-recirc-sharing', 'dispatch-upcall-per-cpu'] } });
    const flow = made('ovs_flow', 4, (writer) => {
      writer.putNested(2, () => writer.putNested(11, () => writer.putBytes(4, Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0))));
    }, [9, 0, 0, 0]); // prettier-ignore
    expect(flow).toMatchObject({
      command: 'set',
      header: { 'dp-ifindex': 9 },
      attrs: { actions: { 'set-masked': { ethernet: [{ 'eth-src': '01:02:03:04:05:06' }, { 'eth-src': 'ff:ff:ff:ff:ff:ff' }] } } },
    });
    expect(made('ovs_ct_limit', 3, (writer) => writer.putBytes(1, Uint8Array.of(255, 255, 255, 255, 8, 0, 0, 0, 1, 0, 0, 0)), [9, 0, 0, 0]).attrs).toEqual({
      'zone-limit': [{ 'zone-id': -1, limit: 8, count: 1 }],
    });
  });

  it('read nl80211', () => {
    expect(golden('iw reg get: an answer')).toMatchObject({
      command: 'get-reg',
      attrs: { 'reg-alpha2': '00', 'reg-rules': expect.arrayContaining([expect.objectContaining({ flags: ['no-ir', 'auto-bw'], 'freq-range-start': 2457000 })]) },
    });
    expect(golden('iw scan trigger')).toMatchObject({ command: 'trigger-scan', attrs: { 'scan-ssids': [''] } });
    expect(golden('iw dev ibss join')).toMatchObject({ command: 'join-ibss', attrs: { ssid: 'testnet' } });
    expect(golden('iw phy: what later kernels say').attrs).toMatchObject({ 'nan-capabilities': { 'max-channel-switch-time': 0 } });
    expect(golden('iw phy: frames').attrs).toMatchObject({ 'rx-frame-types': { station: { 'frame-type': [0x40, 0xb0, 0xd0] }, 'nan-data': { 'frame-type': [0xd0] }, pd: {} } });
    const station = made('nl80211', 19, (writer) => {
      writer.putBytes(6, Uint8Array.of(2, 0, 0, 0, 0, 1));
      writer.putNested(21, () => {
        writer.putS8(7, -42);
        writer.putU64(23, 4294967296n);
        writer.putNested(8, () => {
          writer.putU32(5, 65);
          writer.putFlag(3);
        });
      });
    });
    expect(station).toMatchObject({
      command: 'new-station',
      attrs: { mac: '02:00:00:00:00:01', 'sta-info': { signal: -42, 'rx-bytes64': 4294967296, 'tx-bitrate': { bitrate32: 65, '40-mhz-width': true } } },
    });
  });

  it('read notifications of the controller, and masks', () => {
    expect(golden('a multicast group of a family that goes')).toMatchObject({ command: 'delmcast-grp', attrs: { 'mcast-groups': [{ id: 37, name: 'nbd_mc_group' }] } });
    expect(golden('a family that goes')).toMatchObject({ command: 'delfamily', attrs: { 'family-name': 'nbd' } });
    expect(golden('a policy with a mask').attrs).toMatchObject({ policy: { 'attr-id': 3, mask: 3, type: 'u32' } });
  });
});

describe('generic families that no capture has', () => {
  it('read drops: summaries and packets', () => {
    expect(golden('dropwatch start').command).toBe('start');
    const alert = made('NET_DM', 1, (writer) => {
      writer.putBytes(0, Uint8Array.of(1, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0));
    });
    expect(alert).toMatchObject({ command: 'alert', attrs: { alert: { entries: 1, points: [{ pc: String(0xffffffff12345678n), count: 3 }] } } });
    const packet = made('NET_DM', 5, (writer) => {
      writer.putU64(2, 4096n);
      writer.putString(3, 'icmp_rcv+0x10');
      writer.putNested(4, () => {
        writer.putU32(0, 2);
      });
      writer.putString(23, 'NO_SOCKET');
    });
    expect(packet.attrs).toEqual({ pc: 4096, symbol: 'icmp_rcv+0x10', 'in-port': { 'netdev-ifindex': 2 }, reason: 'NO_SOCKET' });
  });

  it('read lists of thermal zones as lists', () => {
    const zones = made('thermal', 1, (writer) => {
      writer.putNested(1, () => {
        writer.putU32(2, 0);
        writer.putString(10, 'acpitz');
        writer.putU32(2, 1);
        writer.putString(10, 'x86_pkg_temp');
      });
    });
    expect(zones).toMatchObject({ command: 'tz-get-id|event-tz-create', attrs: { tz: { 'tz-id': [0, 1], 'tz-name': ['acpitz', 'x86_pkg_temp'] } } });
    expect(made('thermal', 0, (writer) => writer.putS32(3, -5000))).toMatchObject({ command: 'sampling-temp', attrs: { 'tz-temp': -5000 } });
  });

  it('read nests of TIPC, SMC and IEEE 802.15.4', () => {
    const tipcLink = made('TIPCv2', 8, (writer) => {
      writer.putNested(4, () => {
        writer.putString(1, 'broadcast-link');
        writer.putFlag(5);
        writer.putNested(8, () => writer.putU32(29, 7));
      });
    });
    expect(tipcLink).toMatchObject({ command: 'link-get', attrs: { link: { name: 'broadcast-link', up: true, stats: { retransmitted: 7 } } } });
    const group = made('SMC_GEN_NETLINK', 2, (writer) => {
      writer.putNested(2, () => {
        writer.putU32(1, 5);
        writer.putNested(7, () => {
          writer.putU8(0, 2);
          writer.putString(3, 'EID');
        });
      });
    });
    expect(group).toMatchObject({ command: 'get-lgr-smcr', attrs: { 'lgr-smcr': { id: 5, 'v2-common': { ver: 2, 'neg-eid': 'EID' } } } });
    expect(made('SMC_GEN_NETLINK', 9, (writer) => writer.putString(1, 'UEID'))).toMatchObject({ command: 'dump-ueid', attrs: { entry: 'UEID' } });
    const phy = made('nl802154', 3, (writer) => {
      writer.putNested(24, () => writer.putNested(2, () => writer.putNested(0, () => writer.putFlag(11))));
    });
    expect(phy).toMatchObject({ command: 'new-wpan-phy', attrs: { 'wpan-phy-caps': { channels: { 'page-0': { 'channel-11': true } } } } });
  });

  it('read single drivers', () => {
    expect(made('gtp', 2, (writer) => {
      writer.putU32(2, 1);
      writer.putBytes(4, Uint8Array.of(192, 0, 2, 1));
    })).toMatchObject({ command: 'getpdp', attrs: { version: 'v1', 'peer-address': '192.0.2.1' } }); // prettier-ignore
    expect(made('HSR', 3, (writer) => writer.putBytes(1, Uint8Array.of(2, 0, 0, 0, 0, 9)))).toMatchObject({ command: 'get-node-status', attrs: { 'node-addr': '02:00:00:00:00:09' } });
    expect(made('psample', 0, (writer) => writer.putU32(5, 1000))).toMatchObject({ command: 'sample', attrs: { 'sample-rate': 1000 } });
    expect(made('VFS_DQUOT', 1, (writer) => writer.putU32(3, 4))).toMatchObject({ command: 'warning', attrs: { warning: 'bhardwarn' } });
    expect(made('vdpa', 5, (writer) => writer.putBytes(10, Uint8Array.of(2, 0, 0, 0, 0, 1)))).toMatchObject({ command: 'dev-get', attrs: { 'dev-net-cfg-macaddr': '02:00:00:00:00:01' } });
    expect(made('nfc', 9, (writer) => writer.putU32(3, 0x22))).toMatchObject({ command: 'event-targets-found', attrs: { protocols: ['jewel', 'nfc-dep'] } });
    expect(made('MAC80211_HWSIM', 3, (writer) => writer.putBytes(7, Uint8Array.of(1, 2, 255, 0)))).toMatchObject({ command: 'tx-info-frame', attrs: { 'tx-info': [{ idx: 1, count: 2 }, { idx: -1, count: 0 }] } }); // prettier-ignore
    const acpi = made('acpi_event', 1, (writer) => {
      const octets = new Uint8Array(44);
      octets.set(Buffer.from('button/power'));
      octets.set(Buffer.from('LNXPWRBN:00'), 20);
      octets[36] = 128;
      writer.putBytes(1, octets);
    });
    expect(acpi.attrs).toEqual({ event: { 'device-class': 'button/power', 'bus-id': 'LNXPWRBN:00', type: 128, data: 0 } });
  });

  it('read values of parameters of devlink by their type', () => {
    const param = (type: number, fill: (writer: MessageWriter) => void): unknown =>
      made('devlink', 38, (writer) => {
        writer.putNested(80, () => {
          writer.putU8(83, type);
          writer.putNested(84, () => writer.putNested(85, () => { fill(writer); writer.putU8(87, 1); }));
        });
      }).attrs?.['param'];
    const values = (data: object): object => ({ 'param-values-list': { 'param-value': [{ ...data, 'param-value-cmode': 'driverinit' }] } });
    expect(param(3, (writer) => writer.putU32(86, 70_000))).toEqual({ 'param-type': 'u32', ...values({ 'param-value-data': { number: 70_000 } }) });
    expect(param(5, (writer) => writer.putString(86, 'fast'))).toEqual({ 'param-type': 'string', ...values({ 'param-value-data': { text: 'fast' } }) });
    expect(param(6, (writer) => writer.putFlag(86))).toEqual({ 'param-type': 'flag', ...values({ 'param-value-data': { set: true } }) });
    expect(param(6, () => undefined)).toEqual({ 'param-type': 'flag', ...values({}) });
  });

  it('read where peers of WireGuard are', () => {
    const endpoint = (octets: readonly number[]): unknown =>
      made('wireguard', 0, (writer) => {
        writer.putNested(8, () => writer.putNested(0, () => writer.putBytes(4, Uint8Array.from(octets))));
      }).attrs?.['peers'];
    expect(endpoint([2, 0, 0xca, 0x6c, 192, 0, 2, 10, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual([{ endpoint: '192.0.2.10:51820' }]);
  });

  it('read groups of statistics of ethtool one after another', () => {
    const stats = made('ethtool', 33, (writer) => {
      for (const id of [1, 2]) writer.putNested(4, () => writer.putU32(2, id));
    });
    expect(stats.attrs).toEqual({ grp: [{ id: 1 }, { id: 2 }] });
  });
});
