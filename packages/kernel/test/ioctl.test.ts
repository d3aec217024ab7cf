import {
  AF_INET,
  AF_NETLINK,
  ETHTOOL_GDRVINFO,
  ETHTOOL_GFEATURES,
  ETHTOOL_GSTRINGS,
  ETHTOOL_SGSO,
  ETH_SS_FEATURES,
  IFF_UP,
  SIOCADDMULTI,
  SIOCDELMULTI,
  SIOCBRADDBR,
  SIOCDEVPRIVATE,
  SIOCETHTOOL,
  SIOCGIFADDR,
  SIOCGIFCONF,
  SIOCGIFFLAGS,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SIOCGIFMTU,
  SIOCGIFNAME,
  SIOCGIFNETMASK,
  SIOCGIFVLAN,
  SIOCSIFADDR,
  SIOCSIFFLAGS,
  SIOCSIFMTU,
  SIOCSIFNAME,
  ethtool_drvinfo,
  ifconf,
  ifreq,
} from '@netdevkit/bindings';
import { default_ethtool_ops } from '@netdevkit/bindings/raw';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARGUMENT_ADDRESS, bufferMemory } from '../src/user-memory.ts';
import { decodeCString, encodeText } from '../src/text.ts';
import { Rig, ROOT, USER } from './netlink-rig.ts';

/** A `struct ifreq` of a device, with an int in its union. */
function request(name: string, number = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ifreq.SIZE);
  bytes.set(encodeText(name));
  new DataView(bytes.buffer).setInt32(16, number, true);
  return bytes;
}

const unionOf = (bytes: Uint8Array<ArrayBuffer>): number => new DataView(bytes.buffer).getInt32(16, true);

/** Makes a call on a netlink socket, which hands all to the devices. */
function call(rig: Rig, command: number, bytes: Uint8Array, options: { readonly user?: boolean; readonly data?: Uint8Array } = {}): number {
  const behind = bufferMemory(options.data ?? new Uint8Array(0), DATA);
  return rig.core.ioctls.run(AF_NETLINK, command, ARGUMENT_ADDRESS, {
    namespace: rig.init,
    credentials: options.user === true ? USER : ROOT,
    memory: bufferMemory(bytes, ARGUMENT_ADDRESS, behind),
  });
}

const DATA = 0x9000n;

/** A request that points to data. */
function pointing(name: string): Uint8Array<ArrayBuffer> {
  const bytes = request(name);
  ifreq.set_ifr_data(new DataView(bytes.buffer), 0, DATA);
  return bytes;
}

describe('SocketIoctl', () => {
  it('reads what a device has', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('tap0');
    const bytes = request('tap0');
    expect(call(rig, SIOCGIFINDEX, bytes)).toBe(0);
    expect(unionOf(bytes)).toBe(dev.ifindex);
    expect(call(rig, SIOCGIFMTU, bytes)).toBe(0);
    expect(unionOf(bytes)).toBe(dev.mtu);
    expect(call(rig, SIOCGIFHWADDR, bytes)).toBe(0);
    expect(unionOf(bytes)).toBe(824);
    const name = request('', dev.ifindex);
    expect(call(rig, SIOCGIFNAME, name)).toBe(0);
    expect(decodeCString(name)).toBe('tap0');
  });

  it('changes a device, for those who may', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('tap0');
    expect(call(rig, SIOCSIFFLAGS, request('tap0', IFF_UP), { user: true })).toBe(-1);
    expect(call(rig, SIOCSIFFLAGS, request('tap0', IFF_UP))).toBe(0);
    expect(dev.flags & IFF_UP).toBe(IFF_UP);
    expect(call(rig, SIOCSIFMTU, request('tap0', 100))).toBe(0);
    expect(dev.mtu).toBe(100);
    expect(call(rig, SIOCSIFMTU, request('tap0', 1))).toBe(-22);
    expect(rig.core.log.lines().at(-1)?.text).toBe('tap0: mtu less than device minimum');
    const rename = request('tap0');
    rename.fill(0, 16).set(encodeText('other'), 16);
    expect(call(rig, SIOCSIFNAME, rename)).toBe(0);
    expect(dev.name).toBe('other');
  });

  it('knows no device by octets that are no text, nor beyond the end of a name', () => {
    using rig = new Rig();
    rig.tapDevice('tap0');
    const bytes = request('tap0');
    bytes[3] = 0xff;
    expect(call(rig, SIOCGIFFLAGS, bytes)).toBe(-19);
    expect(call(rig, SIOCGIFFLAGS, new Uint8Array(40).fill(0x61))).toBe(-19);
  });

  it('says EFAULT where memory is missing', () => {
    using rig = new Rig();
    expect(call(rig, SIOCGIFFLAGS, new Uint8Array(39))).toBe(-14);
    expect(call(rig, SIOCETHTOOL, request('lo'))).toBe(-14);
    expect(call(rig, SIOCGIFCONF, new Uint8Array(15))).toBe(-14);
  });

  it('asks the module loader for a device that is not there, on behalf of root', () => {
    const asked: string[] = [];
    using rig = new Rig();
    rig.core.modules.request = (alias: string): void => void asked.push(alias);
    call(rig, SIOCGIFINDEX, request('dummy0:1'));
    call(rig, SIOCGIFINDEX, request('dummy1'), { user: true });
    call(rig, SIOCBRADDBR, request(''));
    expect(asked).toEqual(['netdev-dummy0', 'bridge']);
  });

  it('has no bridges, VLANs, and private commands', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('tap0');
    expect(call(rig, SIOCBRADDBR, request('br0'))).toBe(-95);
    expect(call(rig, SIOCGIFVLAN, request('br0'))).toBe(-65);
    expect(call(rig, SIOCDEVPRIVATE, request(dev.name))).toBe(-95);
    expect(call(rig, SIOCDEVPRIVATE, request('none'))).toBe(-19);
    expect(call(rig, 0x8b01, request('tap0'))).toBe(-25);
    expect(call(rig, 0x541b, request('tap0'))).toBe(-25);
  });

  it('sets an address, and lists it', () => {
    using rig = new Rig();
    const address = request('lo:9');
    address.set([AF_INET, 0, 0, 0, 10, 1, 2, 3], 16);
    const inet = (command: number, bytes: Uint8Array, user = false): number =>
      rig.core.ioctls.run(AF_INET, command, ARGUMENT_ADDRESS, {
        namespace: rig.init,
        credentials: user ? USER : ROOT,
        memory: bufferMemory(bytes),
      });
    expect(inet(SIOCSIFADDR, address, true)).toBe(-1);
    expect(inet(SIOCSIFADDR, address)).toBe(0);
    const mask = request('lo:9');
    expect(inet(SIOCGIFNETMASK, mask, true)).toBe(0);
    expect([...mask.subarray(16, 24)]).toEqual([AF_INET, 0, 0, 0, 255, 0, 0, 0]);
    expect(inet(SIOCGIFADDR, request('lo'))).toBe(-99);
    const entries = new Uint8Array(80);
    const conf = new Uint8Array(ifconf.SIZE);
    const view = new DataView(conf.buffer);
    ifconf.set_ifc_len(view, 0, 80);
    ifconf.set_ifc_buf(view, 0, DATA);
    expect(call(rig, SIOCGIFCONF, conf, { data: entries })).toBe(0);
    expect(ifconf.ifc_len(view, 0)).toBe(40);
    expect(decodeCString(entries)).toBe('lo:9');
    // An address on a netlink socket is nobody's business.
    expect(call(rig, SIOCGIFADDR, request('lo:9'))).toBe(-25);
  });

  it('lists no addresses where there are none', () => {
    using rig = new Rig();
    const conf = new Uint8Array(ifconf.SIZE);
    const view = new DataView(conf.buffer);
    ifconf.set_ifc_len(view, 0, 400);
    expect(call(rig, SIOCGIFCONF, conf)).toBe(0);
    expect(ifconf.ifc_len(view, 0)).toBe(0);
  });

  it('keeps multicast addresses of devices that filter, and counts an ioctl once', () => {
    using rig = new Rig();
    let told = 0;
    const { dev } = rig.tapDevice('tap0', rig.init, { ops: { ndo_set_rx_mode: () => void told++ } });
    rig.up(dev);
    told = 0;
    const bytes = request('tap0');
    expect([SIOCADDMULTI, SIOCADDMULTI, SIOCDELMULTI, SIOCDELMULTI].map((command) => call(rig, command, bytes))).toEqual([0, 0, 0, -2]);
    expect(told).toBe(3);
    expect(call(rig, SIOCADDMULTI, request('lo'))).toBe(-22);
  });
});

describe('ioctl', () => {
  it('gives a number for any command and any memory, on sockets of every family', () => {
    using rig = new Rig();
    rig.tapDevice('tap0');
    const command = fc.oneof(fc.integer({ min: 0x8900, max: 0x8aff }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const name = fc.constantFrom('lo', 'tap0', 'lo:1', '', 'none', '%d');
    fc.assert(
      fc.property(command, fc.constantFrom(2, 10, 16, 17, 1), name, fc.uint8Array({ maxLength: 140 }), fc.uint8Array({ maxLength: 64 }), (number, family, text, rest, data) => {
        const bytes = new Uint8Array(16 + rest.length);
        bytes.set(rest, 16);
        bytes.set(encodeText(text));
        // Half of the pointers lead somewhere.
        if (rest.length >= 8 && (rest[0] ?? 0) < 128) new DataView(bytes.buffer).setBigUint64(16, DATA, true);
        const memory = bufferMemory(bytes, ARGUMENT_ADDRESS, bufferMemory(data, DATA));
        const result = rig.core.ioctls.run(family, number, ARGUMENT_ADDRESS, { namespace: rig.init, credentials: ROOT, memory });
        expect(Number.isInteger(result)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    rig.core.rtnl.runWork();
  });
});

describe('devEthtool', () => {
  it('names the driver and the release', () => {
    using rig = new Rig();
    const { dev } = rig.tapDevice('tap0');
    dev.ethtool_ops = { ...default_ethtool_ops, get_drvinfo: (_dev, info) => void (info.driver = 'tapper') };
    const data = new Uint8Array(ethtool_drvinfo.SIZE);
    const view = new DataView(data.buffer);
    ethtool_drvinfo.set_cmd(view, 0, ETHTOOL_GDRVINFO);
    expect(call(rig, SIOCETHTOOL, pointing('tap0'), { data, user: true })).toBe(0);
    expect(decodeCString(ethtool_drvinfo.driver(view, 0))).toBe('tapper');
    expect(decodeCString(ethtool_drvinfo.version(view, 0))).toBe('6.12.0-netdevkit');
  });

  it('lists the names of features, and the features in as many words as there is room for', () => {
    using rig = new Rig();
    const data = new Uint8Array(4096);
    const view = new DataView(data.buffer);
    view.setUint32(0, ETHTOOL_GSTRINGS, true);
    view.setUint32(4, ETH_SS_FEATURES, true);
    expect(call(rig, SIOCETHTOOL, pointing('lo'), { data, user: true })).toBe(0);
    expect(view.getUint32(8, true)).toBe(64);
    expect(decodeCString(data.subarray(12 + 32 * 16))).toBe('tx-tcp-segmentation');
    view.setUint32(0, ETHTOOL_GFEATURES, true);
    view.setUint32(4, 1, true);
    data.fill(0xee, 24);
    expect(call(rig, SIOCETHTOOL, pointing('lo'), { data, user: true })).toBe(0);
    expect([view.getUint32(4, true), data[24]]).toEqual([2, 0xee]);
  });

  it('lets only administrators try to change something', () => {
    using rig = new Rig();
    const data = new Uint8Array(64);
    new DataView(data.buffer).setUint32(0, ETHTOOL_SGSO, true);
    expect(call(rig, SIOCETHTOOL, pointing('lo'), { data, user: true })).toBe(-1);
    expect(call(rig, SIOCETHTOOL, pointing('lo'), { data })).toBe(-95);
  });
});
