import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_OP,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_GETPOLICY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rig, drain, headers, value } from './netlink-rig.ts';

/** A valid request to the controller or to the family that the rig has. */
const valid = fc
  .record({
    type: fc.constantFrom(GENL_ID_CTRL, 19, 20),
    cmd: fc.constantFrom(CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY, 1, 2),
    flags: fc.constantFrom(NLM_F_REQUEST, NLM_F_REQUEST | NLM_F_ACK, NLM_F_REQUEST | NLM_F_DUMP),
    id: fc.constantFrom(undefined, 16, 19, 77),
    name: fc.constantFrom(undefined, 'nlctrl', 'probe', 'x'.repeat(20)),
    op: fc.constantFrom(undefined, 1, 3, 10),
  })
  .map(({ type, cmd, flags, id, name, op }) => {
    const writer = new MessageWriter(128);
    writer.begin(type, flags, 1, 0);
    const header = writer.reserve(GENL_HDRLEN);
    writer.view.setUint8(header, cmd);
    if (id !== undefined) writer.putU16(CTRL_ATTR_FAMILY_ID, id);
    if (name !== undefined) writer.putString(CTRL_ATTR_FAMILY_NAME, name);
    if (op !== undefined) writer.putU32(CTRL_ATTR_OP, op);
    writer.end();
    return writer.toBytes();
  });

const mutation = fc.record({ at: fc.nat(200), octet: fc.nat(255), cut: fc.nat(400) });

/** A request, several, or one with octets changed and its end cut off. */
const datagram = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 120 }) },
  { weight: 2, arbitrary: fc.array(valid, { minLength: 1, maxLength: 3 }).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))) },
  {
    weight: 4,
    arbitrary: fc.tuple(valid, fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([bytes, mutations]) => {
      for (const { at, octet } of mutations) bytes[at % bytes.length] = octet;
      const cut = mutations[0]?.cut ?? 0;
      return cut > 0 && cut < bytes.length ? bytes.subarray(0, cut) : bytes;
    }),
  },
);

describe('datagrams to generic netlink', () => {
  it('of any octets are answered or ignored, and leave nothing behind', () => {
    using rig = new Rig();
    let handled = 0;
    const nested = [undefined, { type: 'NLA_U8' as const, max: 3 }];
    value(
      rig.core.genetlink.register({
        name: 'probe',
        version: 1,
        policy: [undefined, { type: 'NLA_U16' }, { type: 'NLA_NUL_STRING', len: 15 }, { type: 'NLA_NESTED', nested }],
        ops: [
          {
            cmd: 1,
            do: {
              handle: ({ attrs }) => {
                // What passed the policy can be read.
                attrs?.string(2);
                attrs?.u16(1);
                return ++handled && 0;
              },
            },
          },
          { cmd: 2, dump: { dump: () => ++handled && 0 } },
        ],
      }),
    );
    fc.assert(
      fc.property(datagram, fc.boolean(), fc.boolean(), (bytes, extAck, capAck) => {
        const socket = rig.socket(NETLINK_GENERIC);
        if (extAck) socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        if (capAck) socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        if (socket.send(bytes) !== bytes.length) throw new Error('not all was sent');
        for (const answer of drain(socket)) {
          // Answers are whole messages, to the last octet.
          const end = headers(answer).reduce((at, { length }) => at + ((length + 3) & ~3), 0);
          if (end !== answer.length) throw new Error('an answer is cut');
        }
        socket.close();
        const { skbs, netlink } = rig.core;
        if (skbs.live !== 0 || netlink.liveSockets !== 0 || netlink.liveDumps !== 0) throw new Error('something was left');
      }),
      { numRuns: 40_000 },
    );
    expect(handled).toBeGreaterThan(100);
    expect(rig.core.log.lines().filter(({ level }) => level <= 4)).toEqual([]);
  });
});
