import { describe, expect, it } from 'vitest';
import { sockDiag } from '../src/families/sock-diag.ts';
import { captured, decoderOf, goldenDecoder, unnamed } from './families-golden.ts';

const decode = decoderOf(4, [sockDiag]);
const golden = goldenDecoder('families-sock-diag.json', decode);

/** All that a message says of a socket. */
const socket = (what: string): unknown => ({ ...golden(what).header, ...golden(what).attrs });

describe('sockDiag', () => {
  it('names everything in captured messages', () => {
    for (const { what, hex } of captured('families-sock-diag.json')) {
      const decoded = decode(new Uint8Array(Buffer.from(hex, 'hex')));
      expect([what, decoded.type.startsWith('#'), unnamed(decoded.attrs), unnamed(decoded.header)]).toEqual([what, false, [], []]);
    }
  });

  it('reads a TCP connection as ss prints it', () => {
    expect(golden('ss -tiem: a connection').header).toMatchObject({ 'idiag-family': 'inet', 'idiag-state': 'established', 'idiag-timer': 'none' });
    expect(socket('ss -tiem: a connection')).toMatchObject({
      'idiag-src': '127.0.0.1',
      'idiag-sport': 37550,
      'idiag-dst': '127.0.0.1',
      'idiag-dport': 8000,
      'idiag-rqueue': 100,
      'idiag-inode': 16829,
      'idiag-cookie': 0x1019,
      sockopt: ['is-icsk', 'mc-loop', 'mc-all'],
      skmeminfo: { 'rmem-alloc': 1060, rcvbuf: 131072, 'fwd-alloc': 3036, drops: 0 },
      info: {
        'tcpi-state': 'established',
        'tcpi-options': ['timestamps', 'sack', 'wscale'],
        'tcpi-wscales': 0x77,
        'tcpi-bits': ['delivery-rate-app-limited'],
        'tcpi-rto': 232000,
        'tcpi-rtt': 29897,
        'tcpi-rttvar': 14948,
        'tcpi-pmtu': 65535,
        'tcpi-snd-cwnd': 10,
        'tcpi-bytes-received': 100,
        'tcpi-min-rtt': 29897,
        'tcpi-snd-wnd': 65536,
        'tcpi-total-rto-time': 0,
      },
      cong: 'cubic',
    });
  });

  it('reads as much of tcp_info as a kernel sends', () => {
    const newer = socket('ss -tiem: a connection, Linux 7.2');
    const older = socket('ss -tiem: a connection');
    expect(newer).toMatchObject({ info: { 'tcpi-wscales': 0x99, 'tcpi-received-ce-bytes': 0, 'tcpi-ecn': 0 } });
    expect(older).not.toHaveProperty(['info', 'tcpi-received-ce']);
  });

  it('reads a question about TCP', () => {
    expect(golden('ss -ti: the question')).toMatchObject({
      type: 'SOCK_DIAG_BY_FAMILY',
      header: { 'sdiag-family': 'inet', 'sdiag-protocol': 'tcp', 'idiag-ext': ['meminfo', 'info', 'vegasinfo', 'cong', 'skmeminfo'] },
    });
    expect(golden('ss -M: the question').attrs).toEqual({ protocol: 'mptcp' });
  });

  it('reads IPv6', () => {
    expect(socket('ss -l -6: a listener')).toMatchObject({ 'idiag-src': '::', 'idiag-sport': 8001, skv6only: 0 });
  });

  it('reads names of AF_UNIX, of paths and abstract ones', () => {
    expect(socket('ss -xe: a path')).toMatchObject({ 'udiag-type': 'stream', 'udiag-state': 'listen', name: ['/tmp/u.sock'], rqlen: { 'udiag-rqueue': 0, 'udiag-wqueue': 5 } });
    expect(socket('ss -xe: an abstract name')).toMatchObject({ 'udiag-type': 'dgram', name: ['', 'abstract'] });
  });

  it('reads groups of AF_NETLINK', () => {
    expect(socket('ss -f netlink -e: a member of a group')).toMatchObject({ 'ndiag-protocol': 0, 'ndiag-portid': 7160, groups: [1, 0] });
  });

  it('reads rings and filters of AF_PACKET', () => {
    expect(socket('ss -0 -e -m -b: a ring')).toMatchObject({
      'pdiag-num': 3,
      info: { 'pdi-index': 2, 'pdi-version': 2, 'pdi-flags': ['running', 'auxdata'] },
      'rx-ring': { 'pdr-block-size': 262144, 'pdr-block-nr': 64, 'pdr-retire-tmo': 1000 },
      filter: [{ code: 6, jt: 0, jf: 0, k: 262144 }],
    });
  });

  it('reads sockets of AF_TIPC, which do not say so', () => {
    expect(golden('ss --tipc').attrs).toMatchObject({ sock: { ref: 885584440, type: 'seqpacket', stat: { rcvq: 0, drop: 0 } } });
  });

  it('reads questions about AF_VSOCK and AF_XDP', () => {
    expect(socket('ss --vsock: the question')).toMatchObject({ 'vdiag-show': 0 });
    expect(socket('ss --xdp: the question')).toMatchObject({ 'xdiag-show': ['info', 'ring-cfg', 'umem', 'meminfo', 'stats'] });
  });

  it('reads the question of before sock_diag', () => {
    expect(golden('ss -d: the question')).toMatchObject({
      type: 'DCCPDIAG_GETSOCK',
      header: { 'idiag-family': 'inet', 'idiag-src': '0.0.0.0', 'idiag-states': ['close', 'listen'] },
    });
  });

  it('reads which socket is to be closed', () => {
    expect(golden('ss -K').type).toBe('SOCK_DESTROY');
    expect(socket('ss -K')).toMatchObject({ 'idiag-sport': 37550, 'idiag-dst': '127.0.0.1', 'idiag-cookie': 0x1019 });
  });
});
