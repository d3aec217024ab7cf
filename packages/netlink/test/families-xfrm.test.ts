import { describe, expect, it } from 'vitest';
import { xfrm } from '../src/families/xfrm.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { captured, decoderOf, goldenDecoder, unnamed } from './families-golden.ts';

const decode = decoderOf(6, [xfrm]);
const golden = goldenDecoder('families-xfrm.json', decode);

const NO_LIMIT = '18446744073709551615';

describe('xfrm', () => {
  it('names everything in captured messages', () => {
    for (const { what, hex } of captured('families-xfrm.json')) {
      const { type, header, attrs } = decode(new Uint8Array(Buffer.from(hex, 'hex')));
      expect(type).toMatch(/^XFRM_MSG_/);
      expect([what, ...unnamed(header), ...unnamed(attrs)]).toEqual([what]);
    }
  });

  it('reads a state: addresses by family, keys, lifetimes', () => {
    const { type, header, attrs } = golden('ip xfrm state add: its notification');
    expect(type).toBe('XFRM_MSG_NEWSA');
    expect(header).toMatchObject({
      sel: { saddr: '10.0.0.0', daddr: '10.0.1.0', 'prefixlen-s': 24, 'prefixlen-d': 24 },
      saddr: '192.0.2.1',
      daddr: '192.0.2.2',
      spi: 0x1001,
      proto: 'esp',
      reqid: 5,
      mode: 'tunnel',
      lft: { 'soft-byte-limit': NO_LIMIT, 'hard-add-expires-seconds': 0 },
      curlft: { 'add-time': 1748780235 },
    });
    expect(attrs).toMatchObject({
      'alg-auth-trunc': { 'alg-name': 'hmac(sha256)', 'alg-key-len': 256, 'alg-trunc-len': 96 },
      'alg-crypt': { 'alg-name': 'cbc(aes)', 'alg-key': '000102030405060708090a0b0c0d0e0f' },
    });
  });

  it('reads a policy with its templates', () => {
    const { header, attrs } = golden('ip xfrm policy add: its notification');
    expect(header).toMatchObject({ priority: 100, index: 1, dir: 'out', action: 'allow', share: 'any' });
    expect(attrs).toMatchObject({
      tmpl: [{ saddr: '192.0.2.1', daddr: '192.0.2.2', proto: 'esp', reqid: 5, mode: 'tunnel' }],
      'policy-type': { type: 'main' },
    });
  });

  it('reads an address in an attribute by the family in the header', () => {
    expect(golden('ip xfrm state delete')).toMatchObject({
      header: { daddr: '8.8.8.8', spi: 0x77, family: 'inet', proto: 'esp' },
      attrs: { srcaddr: { address: '9.9.9.9' } },
    });
  });

  it('reads a range of indices behind a state', () => {
    expect(golden('ip xfrm state allocspi').header).toMatchObject({ info: { daddr: '192.0.2.6' }, min: 0x2000, max: 0x2fff });
  });

  it('reads a question for all states, which has no header', () => {
    expect(golden('ip xfrm state list')).toMatchObject({ attrs: { 'address-filter': { family: 'unspec', splen: 0, dplen: 0 } } });
  });

  it('reads a question for one state, which has one', () => {
    expect(golden('ip xfrm state get')).toMatchObject({
      header: { daddr: '192.0.2.2', spi: 0x1001, family: 'inet', proto: 'esp' },
      attrs: { srcaddr: { address: '192.0.2.1' } },
    });
  });

  it('reads how many states and policies there are', () => {
    expect(golden('ip xfrm state count').attrs).toEqual({ cnt: 5, hinfo: { sadhcnt: 8, sadhmcnt: 0x100000 } });
    expect(golden('ip xfrm policy count').attrs).toMatchObject({ info: { incnt: 0 }, 'ipv6-hthresh': { lbits: 128, rbits: 128 } });
  });

  it('reads the defaults', () => {
    expect(golden('ip xfrm policy getdefault').header).toEqual({ in: 'block', fwd: 'accept', out: 'accept' });
    expect(golden('ip xfrm state flush').header).toEqual({ proto: 'ip' });
  });

  it('reads what an acquire asks for', () => {
    const writer = new MessageWriter(1024);
    writer.begin(23, 0, 0, 0);
    const at = writer.reserve(280);
    writer.buffer.set([192, 0, 2, 2], at);
    writer.buffer[at + 20] = 50;
    writer.buffer.set([192, 0, 2, 1], at + 24);
    writer.buffer.set([10, 0, 0, 9], at + 40);
    writer.view.setUint16(at + 40 + 40, 2, true);
    writer.view.setUint32(at + 276, 7, true);
    writer.end();
    const { header } = decode(writer.toBytes());
    expect(header).toMatchObject({ daddr: '192.0.2.2', saddr: '192.0.2.1', proto: 'esp', 'sel-daddr': '10.0.0.9', 'sel-family': 'inet', seq: 7 });
  });
});
