import { describe, expect, it } from 'vitest';
import * as bindings from '../src/index.ts';
import { arphdr, ethhdr, ifinfomsg, ifreq, nlmsgerr, nlmsghdr, rtnl_link_stats64, sockaddr_ll, tpacket3_hdr, tpacket_block_desc, tpacket_hdr_v1 } from '../src/index.ts';
import { records } from './records.ts';

const RECORDS = records(bindings);
const CANARY = 0xa5;

describe('accessors', () => {
  it('read the head of a message of a real kernel', () => {
    // Linux 6.12.117 of Debian, x86-64: the reply to a single RTM_GETLINK for lo, down; its first 33 octets.
    const bytes = Uint8Array.from(Buffer.from('980500001000000002000000a00000000000040301000000080000000000000007', 'hex'));
    const view = new DataView(bytes.buffer);
    expect(nlmsghdr.nlmsg_len(view, 0)).toBe(1432);
    expect(nlmsghdr.nlmsg_type(view, 0)).toBe(bindings.RTM_NEWLINK);
    expect(nlmsghdr.nlmsg_flags(view, 0)).toBe(0);
    expect(nlmsghdr.nlmsg_seq(view, 0)).toBe(2);
    expect(nlmsghdr.nlmsg_pid(view, 0)).toBe(160);
    expect(ifinfomsg.ifi_family(view, nlmsghdr.SIZE)).toBe(bindings.AF_UNSPEC);
    expect(ifinfomsg.ifi_type(view, nlmsghdr.SIZE)).toBe(bindings.ARPHRD_LOOPBACK);
    expect(ifinfomsg.ifi_index(view, nlmsghdr.SIZE)).toBe(1);
    expect(ifinfomsg.ifi_flags(view, nlmsghdr.SIZE)).toBe(bindings.IFF_LOOPBACK);
    expect(ifinfomsg.ifi_change(view, nlmsghdr.SIZE)).toBe(0);
  });

  it('take members that C declares big-endian in network order, all others little-endian', () => {
    const view = new DataView(new ArrayBuffer(32));
    sockaddr_ll.set_sll_protocol(view, 4, bindings.ETH_P_ALL);
    sockaddr_ll.set_sll_hatype(view, 4, bindings.ARPHRD_NETLINK);
    expect([view.getUint16(6), view.getUint16(12, true)]).toEqual([0x0003, 824]);
    expect(sockaddr_ll.sll_protocol(view, 4)).toBe(bindings.ETH_P_ALL);
    ethhdr.set_h_proto(view, 0, 0x0800);
    expect([view.getUint8(12), view.getUint8(13)]).toEqual([0x08, 0x00]);
    expect(arphdr.FIELDS.ar_op.type).toBe('__be16');
  });

  it('read 64 bits as bigint and signed members with their sign', () => {
    const view = new DataView(new ArrayBuffer(rtnl_link_stats64.SIZE));
    rtnl_link_stats64.set_rx_packets(view, 0, 2n ** 64n - 1n);
    expect(rtnl_link_stats64.rx_packets(view, 0)).toBe(0xffff_ffff_ffff_ffffn);
    nlmsgerr.set_error(view, 0, -19);
    expect(nlmsgerr.error(view, 0)).toBe(-19);
  });

  it('give nested records as offsets and members of unions at the same place', () => {
    const view = new DataView(new ArrayBuffer(64));
    nlmsghdr.set_nlmsg_seq(view, nlmsgerr.msg(8), 7);
    expect(view.getUint32(8 + 4 + 8, true)).toBe(7);
    const block = tpacket_block_desc.bh1(16);
    tpacket_hdr_v1.set_num_pkts(view, block, 3);
    expect(view.getUint32(16 + 8 + 4, true)).toBe(3);
    expect(tpacket3_hdr.hv1(0)).toBe(28);
    ifreq.set_ifr_ifindex(view, 0, 9);
    expect([ifreq.ifr_ifindex(view, 0), ifreq.ifr_mtu(view, 0), ifreq.ifr_flags(view, 0)]).toEqual([9, 9, 9]);
  });

  it('share octets with the view, and clear the rest of a name that they set', () => {
    const view = new DataView(new Uint8Array(ifreq.SIZE).fill(CANARY).buffer);
    ifreq.set_ifr_name(view, 0, new TextEncoder().encode('nlmon0'));
    expect(Buffer.from(ifreq.ifr_name(view, 0)).toString('latin1')).toBe('nlmon0'.padEnd(16, '\0'));
    expect(view.getUint8(16)).toBe(CANARY);
    expect(ifreq.ifr_name(view, 0).buffer).toBe(view.buffer);
    expect(() => ifreq.set_ifr_name(view, 0, new Uint8Array(17))).toThrow(RangeError);
  });
});

describe.each(RECORDS)('$name', (record) => {
  const START = 3;
  const view = (): DataView => new DataView(new Uint8Array(START + record.size + 5).fill(CANARY).buffer);

  it('has members that lie inside it', () => {
    expect(record.members.length).toBeGreaterThan(0);
    for (const { name, offset, size } of record.members) expect(offset + size, name).toBeLessThanOrEqual(record.size);
  });

  it('reads back what it wrote, at the place that FIELDS tells and nowhere else', () => {
    for (const member of record.members) {
      for (const index of member.indexes) {
        for (const value of member.samples) {
          const target = view();
          member.write(target, START, index, value);
          expect(member.read(target, START, index), member.name).toEqual(value);
          const from = START + member.offset + index * member.width;
          const touched = new Uint8Array(target.buffer).fill(CANARY, from, from + member.width);
          expect(touched.every((octet) => octet === CANARY), member.name).toBe(true);
        }
      }
    }
  });

  it('throws RangeError for a view that ends before its last member', () => {
    for (const member of record.members) {
      const last = member.indexes.at(-1);
      if (last === undefined) continue;
      const short = new DataView(new ArrayBuffer(64 + record.size), 0, member.offset + member.size - 1);
      expect(() => member.read(short, 0, last), member.name).toThrow(RangeError);
      expect(() => member.write(short, 0, last, member.samples[0]), member.name).toThrow(RangeError);
      expect(() => member.read(short, -1 - member.offset, 0), member.name).toThrow(RangeError);
    }
  });

  it('gives a nested record the offset that FIELDS tells', () => {
    for (const { name, offset, nested } of record.members) expect(nested?.(100) ?? 100 + offset, name).toBe(100 + offset);
  });
});
