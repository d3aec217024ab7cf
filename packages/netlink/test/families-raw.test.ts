import {
  NETLINK_AUDIT,
  NETLINK_CONNECTOR,
  NETLINK_CRYPTO,
  NETLINK_FIB_LOOKUP,
  NETLINK_ISCSI,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_RDMA,
  NETLINK_SCSITRANSPORT,
  NETLINK_SELINUX,
  NETLINK_USERSOCK,
} from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { DecodeContext, PacketCursor, decodeStep, type DecodedMessage } from '../src/decode/index.ts';
import { audit } from '../src/families/audit.ts';
import { connector } from '../src/families/connector.ts';
import { crypto } from '../src/families/crypto.ts';
import { fibLookup, kobjectUevent, selinux, usersock } from '../src/families/raw-others.ts';
import { rdma } from '../src/families/rdma.ts';
import { iscsi, scsiTransport } from '../src/families/scsi.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { RawFamily } from '../src/schema/index.ts';
import { decoderOf, goldenDecoder } from './families-golden.ts';

/** A message that is made up: the header's octets, then attributes. */
function made(family: RawFamily, type: number, payload: readonly number[] | Uint8Array, fill?: (writer: MessageWriter) => void): DecodedMessage {
  const writer = new MessageWriter();
  writer.begin(type, 0, 1, 0);
  writer.append(Uint8Array.from(payload));
  fill?.(writer);
  writer.end();
  return decoderOf(family.protocol, [family])(writer.toBytes());
}

const u32 = (...values: readonly number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)];
const text = (value: string, length: number = value.length): number[] => [...Buffer.from(value.padEnd(length, '\0'))];

describe('families of their own', () => {
  it('have their protocols', () => {
    expect([audit, connector, crypto, fibLookup, iscsi, kobjectUevent, rdma, scsiTransport, selinux, usersock].map(({ protocol }) => protocol)).toEqual([
      NETLINK_AUDIT, NETLINK_CONNECTOR, NETLINK_CRYPTO, NETLINK_FIB_LOOKUP, NETLINK_ISCSI, NETLINK_KOBJECT_UEVENT, NETLINK_RDMA,
      NETLINK_SCSITRANSPORT, NETLINK_SELINUX, NETLINK_USERSOCK,
    ]); // prettier-ignore
  });
});

describe('fibLookup', () => {
  it('reads a captured answer, whose type is that of nothing', () => {
    const golden = goldenDecoder('families-raw.json', decoderOf(NETLINK_FIB_LOOKUP, [fibLookup]));
    expect(golden('a look-up of a route')).toMatchObject({
      type: 'FIB_LOOKUP',
      typeId: 0,
      header: { 'fl-addr': '192.0.2.7', 'tb-id': 'main', prefixlen: 24, type: 'unicast', scope: 'link', err: 0 },
    });
  });
});

describe('usersock', () => {
  it('shows octets of programs, whatever their type', () => {
    const golden = goldenDecoder('families-raw.json', decoderOf(NETLINK_USERSOCK, [usersock]));
    expect(golden('a message between programs')).toMatchObject({ type: 'USERSOCK', attrs: { data: Buffer.from('mcast').toString('hex') } });
  });
});

describe('kobjectUevent', () => {
  const decode = (bytes: Uint8Array): unknown => {
    const cursor = new PacketCursor(new DecodeContext({ families: [kobjectUevent] }));
    cursor.reset({ protocol: NETLINK_KOBJECT_UEVENT, bytes });
    expect(cursor.next()).toBe(true);
    return decodeStep(cursor);
  };

  it('reads a datagram without a header', () => {
    const datagram = 'add@/devices/virtual/net/nlmon0\0ACTION=add\0SUBSYSTEM=net\0INTERFACE=nlmon0\0IFINDEX=7\0';
    expect(decode(Buffer.from(datagram))).toMatchObject({
      attrs: { uevent: ['add@/devices/virtual/net/nlmon0', 'ACTION=add', 'SUBSYSTEM=net', 'INTERFACE=nlmon0', 'IFINDEX=7'] },
    });
  });

  it('shows octets where udev sends numbers', () => {
    expect(JSON.stringify(decode(Uint8Array.of(...text('libudev\0'), 0xfe, 0xed, 0xca, 0xfe, 40, 0, 0, 0)))).toContain('6c69627564657600feedcafe28000000');
  });
});

describe('connector', () => {
  const message = (idx: number, body: readonly number[]): DecodedMessage => made(connector, 3, [...u32(idx, 1, 0, 0), body.length, 0, 0, 0, ...body]);
  const event = (what: number, ...rest: readonly number[]): number[] => [...u32(what, 2, 5, 0), ...u32(...rest, ...Array.from({ length: 6 - rest.length }, () => 0))];

  it('reads events of processes', () => {
    expect(message(1, event(1, 10, 10, 11, 11))).toMatchObject({
      type: 'CN_MSG',
      header: { idx: 'proc', len: 40 },
      attrs: { data: { proc: { what: 'fork', cpu: 2, 'timestamp-ns': 5, event: { 'parent-pid': 10, 'child-tgid': 11 } } } },
    });
    expect(message(1, event(0x80000000, 12, 12, 256, 17))).toMatchObject({ attrs: { data: { proc: { what: 'exit', event: { 'exit-code': 256, 'exit-signal': 17 } } } } });
    const comm = [...u32(0x200, 0, 0, 0), ...u32(9, 9), ...text('kworker/u8:1', 16)];
    expect(message(1, comm)).toMatchObject({ attrs: { data: { proc: { event: { comm: 'kworker/u8:1' } } } } });
  });

  it('tells what is asked by its length', () => {
    expect(message(1, u32(1))).toMatchObject({ attrs: { data: { proc: { op: 'listen' } } } });
    expect(message(1, u32(1, 3))).toMatchObject({ attrs: { data: { proc: { op: 'listen', 'event-type': ['fork', 'exec'] } } } });
  });

  it('shows what others say as octets', () => {
    expect(message(3, [1, 2, 3, 4])).toMatchObject({ header: { idx: 'w1' }, attrs: { data: { octets: '01020304' } } });
  });
});

describe('audit', () => {
  it('reads the status, of a kernel that says less of it too', () => {
    expect(made(audit, 1000, u32(0, 1, 1, 613, 0, 8192, 0, 4, 0x7f, 60000, 0))).toMatchObject({
      type: 'AUDIT_GET',
      header: { enabled: 'on', failure: 'printk', pid: 613, backlog: 4, 'backlog-wait-time': 60000 },
    });
    expect(made(audit, 1001, u32(4, 0, 0, 77, 0, 0, 0, 0)).header).toEqual({
      mask: ['pid'], enabled: 'off', failure: 'silent', pid: 77, 'rate-limit': 0, 'backlog-limit': 0, lost: 0, backlog: 0,
    }); // prettier-ignore
  });

  it('reads lines of text and names their types', () => {
    expect(made(audit, 1300, text('audit(1.2:3): arch=c000003e syscall=59'))).toMatchObject({ type: 'AUDIT_SYSCALL', attrs: { message: 'audit(1.2:3): arch=c000003e syscall=59' } });
    expect(made(audit, 1130, text('pid=1')).type).toBe('AUDIT_SERVICE_START');
    expect(made(audit, 1190, text('pid=1'))).toMatchObject({ type: 'AUDIT_MESSAGE', typeId: 1190, attrs: { message: 'pid=1' } });
  });

  it('reads a rule with its texts', () => {
    const rule = [...u32(4, 2, 1), ...new Uint8Array(1024), ...u32(8), ...text('/etc/foo')];
    const { type, header } = made(audit, 1011, rule);
    expect(type).toBe('AUDIT_ADD_RULE');
    expect(header).toMatchObject({ flags: 'exit', action: 'always', 'field-count': 1, buflen: 8, buf: Buffer.from('/etc/foo').toString('hex') });
  });
});

describe('crypto', () => {
  it('reads an algorithm', () => {
    const header = [...text('sha256', 64), ...text('sha256-generic', 64), ...text('kernel', 64), ...u32(0xe, 0xf, 1, 0)];
    const message = made(crypto, 16, header, (writer) => {
      writer.putU32(1, 100);
      writer.putBytes(3, Uint8Array.of(...text('shash', 64), ...u32(64, 32)));
    });
    expect(message).toMatchObject({
      type: 'CRYPTO_MSG_NEWALG',
      header: { 'cru-name': 'sha256', 'cru-driver-name': 'sha256-generic', 'cru-refcnt': 1 },
      attrs: { 'priority-val': 100, 'report-hash': { type: 'shash', blocksize: 64, digestsize: 32 } },
    });
  });
});

describe('rdma', () => {
  it('reads resources of devices', () => {
    const message = made(rdma, (5 << 10) + 9, [], (writer) => {
      writer.putU32(1, 0);
      writer.putString(2, 'rxe0');
      writer.putNested(15, () => {
        for (const [name, count] of [['pd', 1n], ['cq', 3n]] as const) {
          writer.putNested(16, () => {
            writer.putString(17, name);
            writer.putU64(18, count);
          });
        } // prettier-ignore
      });
    });
    expect(message).toMatchObject({
      type: 'RDMA_NLDEV_CMD_RES_GET',
      attrs: {
        'dev-name': 'rxe0',
        'res-summary': { 'res-summary-entry': [{ 'res-summary-entry-name': 'pd', 'res-summary-entry-curr': 1 }, { 'res-summary-entry-name': 'cq' }] },
      },
    });
  });
});

describe('scsiTransport, iscsi and selinux', () => {
  it('read their structures', () => {
    const fc = [1, 1, 0xb2, 0xa1, 0, 1, 40, 0, ...u32(100, 0, 0, 0), 2, 0, 4, 0, ...u32(7, 3, 0x1234)];
    expect(made(scsiTransport, 17, fc)).toMatchObject({
      type: 'SCSI_TRANSPORT_MSG',
      header: { transport: 'fc' },
      attrs: { message: { seconds: 100, 'host-no': 2, 'event-num': 7, 'event-code': 'linkdown', 'event-data': '34120000' } },
    });
    expect(made(iscsi, 102, [...u32(102, 0, 0xabcd, 0), 9, 9])).toMatchObject({
      type: 'ISCSI_KEVENT_CONN_ERROR',
      header: { type: 102, iferror: 0, 'transport-handle': 0xabcd, data: '0909' },
    });
    expect(made(selinux, 16, u32(1))).toMatchObject({ type: 'SELNL_MSG_SETENFORCE', header: { val: 1 } });
  });
});
