import { describe, expect, it } from 'vitest';
import { conntrackCorrections, conntrackMessages } from '../src/families/ctnetlink.ts';
import { conntrackExpect } from '../src/families/ctnetlink-exp.ts';
import { ipset } from '../src/families/ipset.ts';
import { nfacct } from '../src/families/nfnetlink-acct.ts';
import { cthelper } from '../src/families/nfnetlink-cthelper.ts';
import { cttimeout } from '../src/families/nfnetlink-cttimeout.ts';
import { netfilterHook } from '../src/families/nfnetlink-hook.ts';
import { nflog } from '../src/families/nfnetlink-log.ts';
import { osf } from '../src/families/nfnetlink-osf.ts';
import { nfqueue } from '../src/families/nfnetlink-queue.ts';
import { nftCompat } from '../src/families/nft-compat.ts';
import { nftablesExpressions } from '../src/families/nftables-expressions.ts';
import { nftablesObjects } from '../src/families/nftables-objects.ts';
import { nftablesCorrections, nftablesMessages } from '../src/families/nftables.ts';
import { conntrack } from '../src/generated/conntrack.ts';
import { nftables } from '../src/generated/nftables.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { captured, decoderOf, goldenDecoder, unnamed } from './families-golden.ts';

const decode = decoderOf(12, [
  conntrack, conntrackMessages, conntrackCorrections, conntrackExpect, cttimeout, cthelper, nfacct, nflog, nfqueue, osf, ipset,
  nftables, nftablesMessages, nftablesCorrections, nftablesExpressions, nftablesObjects, nftCompat, netfilterHook,
]); // prettier-ignore
const golden = goldenDecoder('families-netfilter.json', decode);

/** A message of nfnetlink, to be filled with attributes. */
function message(type: number, fill: (writer: MessageWriter) => void, resId: number = 0): Uint8Array {
  const writer = new MessageWriter(1024);
  writer.begin(type, 0, 1, 0);
  writer.append(Uint8Array.of(2, 0, resId >> 8, resId & 0xff));
  fill(writer);
  writer.end();
  return writer.toBytes();
}

describe('families of nfnetlink', () => {
  it('name everything in captured messages', () => {
    for (const { what, hex } of captured('families-netfilter.json')) {
      const decoded = decode(new Uint8Array(Buffer.from(hex, 'hex')));
      expect([what, decoded.type.startsWith('#'), unnamed(decoded.attrs), unnamed(decoded.header)]).toEqual([what, false, [], []]);
    }
  });
});

describe('conntrackCorrections', () => {
  it('reads the time of a connection', () => {
    expect(golden('conntrack -L: a TCP connection').attrs).toMatchObject({
      status: ['seen-reply', 'assured', 'confirmed'],
      timeout: 119,
      id: 848151529,
      protoinfo: { 'protoinfo-tcp': { 'tcp-state': 'time-wait' } },
      'counters-orig': { packets: 5, bytes: 270 },
      'counters-reply': { packets: 5, bytes: 271 },
      timestamp: { start: '1748779344193865460' },
    });
  });

  it('reads addresses of NAT, ports between the families', () => {
    expect(golden('conntrack -I: source NAT').attrs).toMatchObject({ 'nat-src': { 'nat-v4-minip': '203.0.113.1' }, zone: 7 });
  });
});

describe('conntrackMessages', () => {
  it('reads the number of connections', () => {
    expect(golden('conntrack -C')).toMatchObject({ type: 'IPCTNL_MSG_CT_GET_STATS', attrs: { entries: 0, 'max-entries': 65536 } });
  });

  it('reads what a kernel says of a CPU', () => {
    expect(golden('conntrack -S: a CPU').attrs).toMatchObject({ insert: 1, 'chain-toolong': 0 });
  });

  it('reads what a kernel says of expectations under the number of another message', () => {
    expect(golden('conntrack -S expect: a CPU').attrs).toEqual({ new: 0, create: 0, delete: 0 });
  });
});

describe('nfacct', () => {
  it('reads a quota', () => {
    expect(golden('nfacct add: a quota').attrs).toEqual({ name: 'quota1', pkts: 0, bytes: 0, flags: ['quota-bytes'], quota: 1000 });
  });
});

describe('cttimeout', () => {
  it('reads the timeouts of the protocol', () => {
    expect(golden('nfct get timeout').attrs).toMatchObject({ name: 't1', l3proto: 'ipv4', l4proto: 'tcp', data: { 'syn-sent': 120, established: 100, unack: 300 } });
  });
});

describe('nflog', () => {
  it('reads a packet', () => {
    expect(golden('NFLOG: a packet')).toMatchObject({
      type: 'NFULNL_MSG_PACKET',
      header: { 'res-id': 5 },
      attrs: {
        'packet-hdr': { 'hw-protocol': 0x800, hook: 1 },
        prefix: 'hello',
        'ifindex-indev': 1,
        hwtype: 772,
        timestamp: { sec: 1748779363, usec: 203637 },
      },
    });
  });

  it('reads a configuration', () => {
    expect(golden('NFLOG: bind to a group').attrs).toEqual({ cmd: 'bind' });
  });
});

describe('ipset', () => {
  it('tells versions of the protocol from revisions of a type', () => {
    expect(golden('ipset: protocol').attrs).toEqual({ protocol: 7, 'protocol-min': 6 });
    expect(golden('ipset: revisions of a type').attrs).toMatchObject({ typename: 'hash:ip', revision: 6, 'revision-min': 0 });
  });

  it('reads how a set is made', () => {
    expect(golden('ipset create hash:net,port').attrs).toEqual({
      protocol: 7,
      setname: 's2',
      typename: 'hash:net,port',
      revision: 8,
      family: 'ipv6',
      data: {
        timeout: 300,
        'cadt-flags': ['with-counters', 'with-comment', 'with-forceadd', 'with-skbinfo'],
        hashsize: 128,
        maxelem: 1000,
      },
    });
  });

  it('reads elements', () => {
    expect(golden('ipset add to hash:mac').attrs?.['data']).toEqual({ ether: '02:00:00:00:00:01', 'cadt-lineno': 0 });
    expect(golden('ipset add to hash:net,iface').attrs?.['data']).toMatchObject({ ip: { ipv4: '10.0.0.0' }, cidr: 8, iface: 'lo' });
  });

  it('reads a set with its elements', () => {
    const addresses = ['10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.8', '10.0.0.9'];
    expect(golden('ipset list: bitmap:ip').attrs).toMatchObject({
      data: { ip: { ipv4: '10.0.0.0' }, 'ip-to': { ipv4: '10.0.0.255' }, memsize: 120, elements: 5 },
      adt: { data: addresses.map((ipv4) => ({ ip: { ipv4 } })) },
    });
  });
});

describe('nftablesExpressions', () => {
  it('reads a rule with a rate and a log', () => {
    expect(golden('nft list: a rule with a rate and a log').attrs).toMatchObject({
      table: 't',
      chain: 'input',
      handle: 9,
      expressions: {
        elem: [
          { name: 'meta', data: { key: 'iifname', dreg: 'reg-1' } },
          { name: 'cmp', data: { sreg: 'reg-1', op: 'eq', data: { value: Buffer.from('eth').toString('hex') } } },
          { name: 'limit', data: { rate: 5, unit: 1, burst: 7, type: 'pkts', flags: [] } },
          { name: 'log', data: { group: 3, prefix: 'x' } },
          { name: 'immediate', data: { dreg: 'reg-verdict', data: { verdict: { code: 'accept' } } } },
        ],
      },
    });
  });

  it('reads an expression inside another', () => {
    const nested = message((10 << 8) | 6, (writer) => {
      writer.putNested(4, () => {
        writer.putNested(1, () => {
          writer.putString(1, 'dynset');
          writer.putNested(2, () => {
            writer.putString(1, 'meter');
            writer.putBe32(3, 1);
            writer.putNested(7, () => {
              writer.putString(1, 'connlimit');
              writer.putNested(2, (inner) => inner.putBe32(1, 9));
            });
          });
        });
      });
    });
    expect(decode(nested).attrs).toEqual({
      expressions: {
        elem: [{ name: 'dynset', data: { 'set-name': 'meter', op: 'update', expr: { name: 'connlimit', data: { count: 9 } } } }],
      },
    });
  });
});

describe('nftablesCorrections', () => {
  it('reads what stands behind a padding', () => {
    expect(golden('nft list: a chain').attrs).toMatchObject({
      table: 'filter',
      name: 'INPUT',
      hook: { num: 1, priority: 0 },
      counters: { packets: 0, bytes: 0 },
      flags: ['base'],
    });
  });

  it('reads registers and sets in the order of the kernel', () => {
    const { expressions } = golden('nft list: a rule about the state of connections').attrs ?? {};
    expect(expressions).toEqual({
      elem: [
        { name: 'ct', data: { dreg: 'reg-1', key: 'state' } },
        {
          name: 'bitwise',
          data: { sreg: 'reg-1', dreg: 'reg-1', len: 4, op: 'mask-xor', mask: { value: '06000000' }, xor: { value: '00000000' } },
        },
        { name: 'cmp', data: { sreg: 'reg-1', op: 'neq', data: { value: '00000000' } } },
        { name: 'immediate', data: { dreg: 'reg-verdict', data: { verdict: { code: 'accept' } } } },
      ],
    });
  });

  it('reads times and flags of elements in network order', () => {
    const elements = golden('nft list: elements of a set').attrs?.['elements'];
    expect(elements).toContainEqual({ key: { value: 'c0000201' }, timeout: 300000, expiration: 293728 });
    expect(elements).toContainEqual({ key: { value: '0b000000' }, flags: ['interval-end'], timeout: 0 });
    expect(golden('nft add: elements of a set').attrs).toMatchObject({ 'set-id': 1 });
  });

  it('reads a match and a target of xtables', () => {
    expect(golden('iptables-nft: a match and a target').attrs?.['expressions']).toMatchObject({
      elem: [{ data: { name: 'conntrack', rev: 3 } }, { name: 'counter' }, { data: { name: 'LOG', rev: 0 } }],
    });
  });
});

describe('nftablesObjects', () => {
  it('reads a limit', () => {
    expect(golden('nft list: a limit').attrs).toMatchObject({ name: 'l1', type: 'limit', data: { rate: 400, unit: 60, burst: 5 } });
  });

  it('reads a tunnel', () => {
    const tunnel = message((10 << 8) | 18, (writer) => {
      writer.putBe32(3, 6);
      writer.putNested(4, () => {
        writer.putBe32(1, 0x11);
        writer.putNested(2, (inner) => inner.putBytes(1, Uint8Array.of(192, 0, 2, 1)));
        writer.putNested(9, (inner) => inner.putNested(1, (inner) => inner.putBe32(1, 256)));
      });
    });
    expect(decode(tunnel).attrs).toEqual({ type: 'tunnel', data: { id: 17, ip: { src: '192.0.2.1' }, opts: { vxlan: { gbp: 256 } } } });
  });
});

describe('nftCompat', () => {
  it('reads a question', () => {
    expect(golden('iptables-nft: is there a match?')).toMatchObject({ type: 'NFNL_MSG_COMPAT_GET', attrs: { name: 'tcp', rev: 0, type: 'match' } });
  });
});

describe('netfilterHook', () => {
  it('reads the chain behind a hook', () => {
    expect(golden('nft list hooks: a chain').attrs).toEqual({
      'module-name': 'nf_tables',
      'function-name': 'nft_do_chain_inet',
      hooknum: 1,
      priority: 0,
      'chain-info': { type: 'nftables', desc: { table: 't', name: 'input', family: 1 } },
    });
  });
});

describe('nfqueue', () => {
  it('reads a packet, with its connection', () => {
    const packet = message(
      3 << 8,
      (writer) => {
        writer.putBytes(1, Uint8Array.of(0, 0, 0, 42, 0x08, 0, 3));
        writer.putBytes(9, Uint8Array.of(0, 6, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0));
        writer.putNested(11, (inner) => inner.putBe32(8, 5));
        writer.putBe32(12, 2);
        writer.putBe32(14, 3);
      },
      7,
    );
    expect(decode(packet)).toMatchObject({
      type: 'NFQNL_MSG_PACKET',
      header: { 'res-id': 7 },
      attrs: {
        'packet-hdr': { 'packet-id': 42, 'hw-protocol': 0x800, hook: 3 },
        hwaddr: { 'hw-addrlen': 6, 'hw-addr': '02:00:00:00:00:01:00:00' },
        ct: { mark: 5 },
        'ct-info': 'new',
        'skb-info': ['csumnotready', 'gso'],
      },
    });
  });

  it('reads a verdict; one with a queue in its upper half stays a number', () => {
    const verdict = (code: number): unknown =>
      decode(message((3 << 8) | 1, (writer) => writer.putBytes(2, Uint8Array.of(0, code, 0, code === 0 ? 1 : 3, 0, 0, 0, 42)))).attrs;
    expect(verdict(0)).toEqual({ 'verdict-hdr': { verdict: 'accept', id: 42 } });
    expect(verdict(9)).toEqual({ 'verdict-hdr': { verdict: 0x90003, id: 42 } });
  });
});

describe('conntrackExpect', () => {
  it('reads an expectation', () => {
    const expectation = message(2 << 8, (writer) => {
      writer.putNested(2, (inner) => inner.putNested(1, (inner) => inner.putBytes(1, Uint8Array.of(192, 0, 2, 1))));
      writer.putBe32(4, 30);
      writer.putString(6, 'ftp');
      writer.putBe32(8, 5);
    });
    expect(decode(expectation).attrs).toEqual({
      tuple: { 'tuple-ip': { 'ip-v4-src': '192.0.2.1' } },
      timeout: 30,
      'help-name': 'ftp',
      flags: ['permanent', 'userspace'],
    });
  });
});

describe('cthelper', () => {
  it('reads policies', () => {
    const helper = message(9 << 8, (writer) => {
      writer.putNested(2, (inner) => inner.putBe16(1, 2));
      writer.putNested(4, () => {
        writer.putBe32(1, 1);
        writer.putNested(2, (inner) => inner.putString(1, 'amanda'));
      });
      writer.putBe32(6, 1);
    });
    expect(decode(helper).attrs).toEqual({ tuple: { l3protonum: 'ipv4' }, policy: { num: 1, set1: { name: 'amanda' } }, status: 'enabled' });
  });
});
