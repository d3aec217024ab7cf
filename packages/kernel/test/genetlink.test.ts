import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_OP,
  CTRL_CMD_DELFAMILY,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_GETPOLICY,
  CTRL_CMD_NEWFAMILY,
  GENL_ADMIN_PERM,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  GENL_UNS_ADMIN_PERM,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  SOL_NETLINK,
  genlmsghdr,
} from '@netdevkit/bindings';
import { module } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { MessageWriter, messages, parseDone, parseError } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import type { GenlFamily } from '../src/net/netlink/genl-family.ts';
import type { GenlFamilySpec, GenlInfo } from '../src/net/netlink/genl-types.ts';
import { ROOT, Rig, USER, drain, headers, value } from './netlink-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });
const DUMP = NLM_F_REQUEST | NLM_F_DUMP;
const ACK = NLM_F_REQUEST | NLM_F_ACK;

/** What a request has beside its type. */
interface Wanted {
  readonly cmd: number;
  readonly flags?: number;
  readonly reserved?: number;
  readonly header?: number;
  readonly attributes?: (writer: MessageWriter) => void;
}

function request(type: number, { cmd, flags = ACK, reserved = 0, header = 0, attributes }: Wanted): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, 1, 0);
  const at = writer.reserve(GENL_HDRLEN + header);
  genlmsghdr.set_cmd(writer.view, at, cmd);
  genlmsghdr.set_reserved(writer.view, at, reserved);
  attributes?.(writer);
  writer.end();
  return writer.toBytes();
}

/** The first error that comes back: its errno and what the extended acknowledgement says. */
function ask(socket: EmbeddedNetlinkSocket, type: number, wanted: Wanted): { errno: number; message?: string; offset?: number } | undefined {
  socket.send(request(type, wanted));
  for (const bytes of drain(socket)) {
    for (const message of messages(bytes)) {
      const answer = parseError(message) ?? parseDone(message);
      if (answer === undefined) continue;
      const { extack = {} } = answer;
      return {
        errno: answer.errno,
        ...(extack.message === undefined ? {} : { message: extack.message }),
        ...(extack.offset === undefined ? {} : { offset: extack.offset }),
      };
    }
  }
  return undefined;
}

function generic(rig: Rig, credentials = ROOT, namespace = rig.init): EmbeddedNetlinkSocket {
  const socket = rig.socket(NETLINK_GENERIC, credentials, namespace);
  socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
  return socket;
}

/** A family with commands of several kinds; `calls` is what its handlers were given. */
function family(rig: Rig, more: Partial<GenlFamilySpec> = {}): { made: GenlFamily; calls: string[] } {
  const calls: string[] = [];
  const note = (what: string, info: Pick<GenlInfo, 'attrs' | 'cmd'>): number => {
    calls.push(`${what} ${String(info.cmd)} ${String(info.attrs?.u32(1))}`);
    return 0;
  };
  const spec: GenlFamilySpec = {
    name: 'probe',
    version: 3,
    netnsok: true,
    policy: [undefined, { type: 'NLA_U32', max: 10 }],
    ops: [
      { cmd: 1, do: { handle: (info) => note('do', info) } },
      {
        cmd: 2,
        dump: {
          start: (info) => note('start', info),
          dump: (_chunk, info) => note('dump', info),
          done: (info) => {
            note('done', info);
          },
        },
      },
      { cmd: 3, flags: GENL_ADMIN_PERM, do: { handle: (info) => note('do', info) } },
      { cmd: 4, flags: GENL_UNS_ADMIN_PERM, do: { strict: false, handle: (info) => note('do', info) } },
    ],
    ...more,
  };
  return { made: value(rig.core.genetlink.register(spec)), calls };
}

describe('register', () => {
  it('gives message types from 19 on, and none again until all were given', () => {
    using rig = new Rig();
    const { genetlink } = rig.core;
    const { made } = family(rig);
    expect(made.id).toBe(19);
    expect(genetlink.unregister(made)).toBe(0);
    expect(genetlink.unregister(made)).toBe(-errno.ENOENT);
    expect(family(rig).made.id).toBe(20);
    for (let id = 21; id <= 1023; id++) value(genetlink.register({ name: `f${String(id)}`, version: 1, ops: [] }));
    expect(value(genetlink.register({ name: 'wraps', version: 1, ops: [] }))).toMatchObject({ id: 19 });
    expect(genetlink.register({ name: 'toomany', version: 1, ops: [] })).toBe(-errno.ENOSPC);
    expect(genetlink.families()).toHaveLength(1023 - 19 + 1 + 1);
  });

  it('gives runs of group numbers, around those that are reserved', () => {
    using rig = new Rig();
    const { genetlink } = rig.core;
    const groups = (name: string, count: number): GenlFamily =>
      value(genetlink.register({ name, version: 1, ops: [], mcgrps: Array.from({ length: count }, (_, i) => ({ name: `g${String(i)}` })) }));
    expect(groups('a', 2).groupOffset).toBe(2);
    expect(groups('b', 13).groupOffset).toBe(19);
    const c = groups('c', 12);
    expect(c.groupOffset).toBe(4);
    expect(groups('NET_DM', 1).groupOffset).toBe(1);
    expect(groups('VFS_DQUOT', 1)).toMatchObject({ id: 17, groupOffset: 17 });
    genetlink.unregister(c);
    expect(groups('d', 12).groupOffset).toBe(4);
    expect(groups('e', 40).groupOffset).toBe(32);
  });

  it('makes room for groups in words of 64', () => {
    using rig = new Rig();
    const socket = generic(rig);
    const join = (group: number) => () => {
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    };
    join(32)();
    expect(join(33)).toThrow(code('EINVAL'));
    family(rig, { mcgrps: [{ name: 'one' }] });
    join(64)();
    expect(join(65)).toThrow(code('EINVAL'));
    expect([...socket.getMemberships()]).toEqual([0x8000_0000, 0x8000_0000]);
    const other = generic(rig, ROOT, rig.namespace('later'));
    other.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 64);
  });

  it('refuses what contradicts itself', () => {
    using rig = new Rig();
    const { genetlink } = rig.core;
    const spec = { name: 'x', version: 1, ops: [] };
    const handle = (): number => 0;
    for (const bad of [
      { ...spec, name: '' },
      { ...spec, name: 'sixteen-octets-x' },
      { ...spec, ops: [{ cmd: 1 }] },
      { ...spec, ops: [{ cmd: 256, do: { handle } }] },
      { ...spec, ops: [{ cmd: 1, do: { handle } }, { cmd: 1, do: { handle } }] },
      { ...spec, ops: [{ cmd: 1, flags: 2, do: { handle } }] },
      { ...spec, mcgrps: [{ name: '' }] },
      { ...spec, headerSize: -1 },
    ]) {
      expect(genetlink.register(bad)).toBe(-errno.EINVAL);
    }
    value(genetlink.register(spec));
    expect(genetlink.register(spec)).toBe(-errno.EEXIST);
  });
});

describe('requests', () => {
  it('reach their command, with checked attributes', () => {
    using rig = new Rig();
    const { made, calls } = family(rig);
    const socket = generic(rig);
    const attributes = (writer: MessageWriter): void => {
      writer.putU32(1, 7);
    };
    expect(ask(socket, made.id, { cmd: 1, attributes })).toEqual({ errno: 0 });
    expect(ask(socket, made.id, { cmd: 2, flags: DUMP, attributes })).toEqual({ errno: 0 });
    expect(calls).toEqual(['do 1 7', 'start 2 7', 'dump 2 7', 'done 2 7']);
  });

  it('fail as Linux fails them', () => {
    using rig = new Rig();
    const { made } = family(rig);
    const socket = generic(rig);
    const user = generic(rig, USER);
    expect(ask(socket, 999, { cmd: 1 })).toEqual({ errno: errno.ENOENT });
    expect(ask(socket, made.id, { cmd: 9 })).toEqual({ errno: errno.EOPNOTSUPP });
    expect(ask(socket, made.id, { cmd: 1, flags: DUMP })).toEqual({ errno: errno.EOPNOTSUPP });
    expect(ask(socket, made.id, { cmd: 2 })).toEqual({ errno: errno.EOPNOTSUPP });
    expect(ask(user, made.id, { cmd: 3 })).toEqual({ errno: errno.EPERM });
    expect(ask(user, made.id, { cmd: 4 })).toEqual({ errno: errno.EPERM });
    expect(ask(user, made.id, { cmd: 1 })).toEqual({ errno: 0 });
    expect(ask(socket, made.id, { cmd: 1, reserved: 1 })).toEqual({ errno: errno.EINVAL, message: 'genlmsghdr.reserved field is not 0' });
    for (const flags of [ACK | NLM_F_CREATE, ACK | 0x100, ACK | NLM_F_MULTI]) {
      expect(ask(socket, made.id, { cmd: 1, flags })).toEqual({
        errno: errno.EINVAL,
        message: 'ambiguous or reserved bits set in nlmsg_flags',
      });
    }
    expect(ask(socket, made.id, { cmd: 1, flags: ACK | NLM_F_ECHO })).toEqual({ errno: 0 });
  });

  it('need all of the family’s header', () => {
    using rig = new Rig();
    const offsets: number[] = [];
    const { made } = family(rig, {
      headerSize: 4,
      ops: [
        {
          cmd: 1,
          do: {
            handle: ({ headerOffset, request: { offset } }) => {
              offsets.push(headerOffset - offset);
              return 0;
            },
          },
        },
      ],
    });
    const socket = generic(rig);
    expect(ask(socket, made.id, { cmd: 1 })).toEqual({ errno: errno.EINVAL });
    expect(ask(socket, made.id, { cmd: 1, header: 4 })).toEqual({ errno: 0 });
    expect(offsets).toEqual([NLMSG_HDRLEN + GENL_HDRLEN]);
    const bare = generic(rig);
    bare.send(request(made.id, { cmd: 1 }).subarray(0, 16).with(0, 16));
    expect(headers(drain(bare)[0] ?? new Uint8Array(0))).toMatchObject([{ error: -errno.EINVAL }]);
  });

  it('to old commands are let pass what new ones refuse', () => {
    using rig = new Rig();
    const { made } = family(rig, { resvStart: 4 });
    const socket = generic(rig);
    const unknown = (writer: MessageWriter): void => {
      writer.putU32(9, 1);
    };
    expect(ask(socket, made.id, { cmd: 1, reserved: 1, flags: ACK | NLM_F_CREATE })).toEqual({ errno: 0 });
    expect(ask(socket, made.id, { cmd: 4, reserved: 1 })).toMatchObject({ errno: errno.EINVAL });
    // Strictness of attributes is a matter of the command alone.
    expect(ask(socket, made.id, { cmd: 1, attributes: unknown })).toEqual({ errno: errno.EINVAL, message: 'Unknown attribute type', offset: 20 });
    expect(ask(socket, made.id, { cmd: 4, attributes: unknown })).toEqual({ errno: 0 });
  });

  it('say which attribute was wrong, in dumps too', () => {
    using rig = new Rig();
    const { made, calls } = family(rig);
    const socket = generic(rig);
    const attributes = (writer: MessageWriter): void => {
      writer.putU32(1, 11);
    };
    const wrong = { errno: errno.ERANGE, message: 'integer out of range', offset: 20 };
    expect(ask(socket, made.id, { cmd: 1, attributes })).toEqual(wrong);
    expect(ask(socket, made.id, { cmd: 2, flags: DUMP, attributes })).toEqual(wrong);
    expect(calls).toEqual([]);
  });

  it('to commands without a policy take no attributes; to old ones, any', () => {
    using rig = new Rig();
    const handle = (): number => 0;
    const ops = [1, 2].map((cmd) => ({ cmd, do: { handle } }));
    const made = value(rig.core.genetlink.register({ name: 'bare', version: 1, resvStart: 2, maxattr: 3, ops }));
    const socket = generic(rig);
    const attributes = (writer: MessageWriter): void => {
      writer.putU32(1, 11);
    };
    expect(ask(socket, made.id, { cmd: 1, attributes })).toEqual({ errno: 0 });
    expect(ask(socket, made.id, { cmd: 2, attributes })).toMatchObject({ errno: errno.EINVAL });
    expect(ask(socket, made.id, { cmd: 2 })).toEqual({ errno: 0 });
  });

  it('find families in their namespaces alone', () => {
    using rig = new Rig();
    const { made } = family(rig, { netnsok: false });
    const other = generic(rig, ROOT, rig.namespace('other'));
    expect(ask(other, made.id, { cmd: 1 })).toEqual({ errno: errno.ENOENT });
    expect(ask(generic(rig), made.id, { cmd: 1 })).toEqual({ errno: 0 });
  });

  it('may bring about others', () => {
    using rig = new Rig();
    const seen: Array<number | undefined> = [];
    const inner = generic(rig);
    const made = value(
      rig.core.genetlink.register({
        name: 'nested',
        version: 1,
        policy: [undefined, { type: 'NLA_U32' }],
        ops: [
          {
            cmd: 1,
            do: {
              handle: ({ attrs, family: { id } }) => {
                const depth = attrs?.u32(1) ?? 0;
                if (depth < 3) {
                  inner.send(
                    request(id, {
                      cmd: 1,
                      attributes: (writer) => {
                        writer.putU32(1, depth + 1);
                      },
                    }),
                  );
                }
                seen.push(attrs?.u32(1));
                return 0;
              },
            },
          },
        ],
      }),
    );
    expect(
      ask(generic(rig), made.id, {
        cmd: 1,
        attributes: (writer) => {
          writer.putU32(1, 1);
        },
      }),
    ).toEqual({ errno: 0 });
    expect(seen).toEqual([3, 2, 1]);
    drain(inner);
  });

  it('may be answered by a message, and told to a group', () => {
    using rig = new Rig();
    const { genetlink } = rig.core;
    const listener = generic(rig);
    const answer = (info: GenlInfo, flags: number): number => {
      const skb = genetlink.message(info.family, { portid: info.portid, seq: info.seq, flags, cmd: info.cmd }, (writer) => {
        writer.putU32(1, 42);
      });
      return typeof skb === 'number' ? skb : flags === 0 ? genetlink.reply(info, skb) : genetlink.notify(info.family, skb, info, 0);
    };
    const { made } = family(rig, {
      mcgrps: [{ name: 'events' }],
      ops: [
        { cmd: 1, do: { handle: (info) => answer(info, 0) } },
        { cmd: 2, do: { handle: (info) => answer(info, 1) } },
      ],
    });
    listener.bind();
    listener.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, made.groupOffset);
    const socket = generic(rig);
    socket.send(request(made.id, { cmd: 1, flags: NLM_F_REQUEST }));
    expect(drain(socket).flatMap(headers)).toMatchObject([{ type: made.id, flags: 0, seq: 1, length: 28 }]);
    socket.send(request(made.id, { cmd: 2, flags: NLM_F_REQUEST | NLM_F_ECHO }));
    expect([socket, listener].map((one) => drain(one).flatMap(headers).map(({ type }) => type))).toEqual([[made.id], [made.id]]);
    socket.send(request(made.id, { cmd: 2, flags: NLM_F_REQUEST }));
    expect([socket, listener].map((one) => drain(one).length)).toEqual([0, 1]);
    expect(genetlink.hasListeners(made, 0)).toBe(true);
    const skb = (): ReturnType<typeof rig.skb> => rig.skb(new Uint8Array(20));
    expect(genetlink.multicast(made, rig.init, skb(), 1)).toBe(-errno.EINVAL);
    expect(genetlink.multicast(made, rig.init, skb(), 0)).toBe(0);
    expect(genetlink.multicastAll(made, skb(), 0)).toBe(0);
    expect(genetlink.multicastAll(made, skb(), 7)).toBe(-errno.EINVAL);
    expect(drain(listener)).toHaveLength(2);
    expect(genetlink.unregister(made)).toBe(0);
    expect(genetlink.hasListeners(made, 0)).toBe(false);
  });
});

describe('groups', () => {
  it('may need a capability, and tell their family', () => {
    using rig = new Rig();
    const told: string[] = [];
    const { made } = family(rig, {
      mcgrps: [{ name: 'open' }, { name: 'closed', netAdmin: true }],
      bind: (group) => told.push(`bind ${String(group)}`),
      unbind: (group) => told.push(`unbind ${String(group)}`),
    });
    const user = generic(rig, USER);
    user.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, made.groupOffset);
    expect(() => {
      user.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, made.groupOffset + 1);
    }).toThrow(code('EPERM'));
    user.close();
    expect(told).toEqual(['bind 0', 'unbind 0']);
  });
});

describe('nlctrl', () => {
  const byName = (name: string) => (writer: MessageWriter) => {
    writer.putString(CTRL_ATTR_FAMILY_NAME, name);
  };

  it('finds families by number and name, the name counting more', () => {
    using rig = new Rig();
    const { made } = family(rig);
    const socket = generic(rig);
    const get = (attributes: (writer: MessageWriter) => void): number | undefined => {
      socket.send(request(GENL_ID_CTRL, { cmd: CTRL_CMD_GETFAMILY, flags: NLM_F_REQUEST, attributes }));
      const [first] = drain(socket).flatMap(headers);
      return first?.type === NLMSG_ERROR ? first.error : first?.type;
    };
    expect(get(byName('probe'))).toBe(GENL_ID_CTRL);
    expect(
      get((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, made.id);
      }),
    ).toBe(GENL_ID_CTRL);
    expect(
      get((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, made.id);
        writer.putString(CTRL_ATTR_FAMILY_NAME, 'other');
      }),
    ).toBe(-errno.ENOENT);
    expect(get(() => undefined)).toBe(-errno.EINVAL);
    expect(
      get((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, 77);
      }),
    ).toBe(-errno.ENOENT);
    expect(get(byName('x'.repeat(16)))).toBe(-errno.EINVAL);
    expect(
      get((writer) => {
        writer.putBytes(CTRL_ATTR_FAMILY_NAME, Uint8Array.of(0x70, 0x72));
      }),
    ).toBe(-errno.EINVAL);
  });

  it('does not tell of families that a namespace does not have', () => {
    using rig = new Rig();
    family(rig, { netnsok: false });
    const other = generic(rig, ROOT, rig.namespace('other'));
    expect(ask(other, GENL_ID_CTRL, { cmd: CTRL_CMD_GETFAMILY, attributes: byName('probe') })).toEqual({ errno: errno.ENOENT });
    const count = (socket: EmbeddedNetlinkSocket): number => {
      socket.send(request(GENL_ID_CTRL, { cmd: CTRL_CMD_GETFAMILY, flags: DUMP }));
      return drain(socket).flatMap(headers).filter(({ type }) => type === GENL_ID_CTRL).length;
    };
    expect([count(other), count(generic(rig))]).toEqual([1, 2]);
  });

  it('asks for a module that brings an unknown family', () => {
    const asked: string[] = [];
    const image = {
      name: 'probe',
      authors: [],
      description: '',
      license: 'GPL',
      alias: ['net-pf-16-proto-16-family-*'],
      init_module: () => {
        asked.push('init');
        family(rig);
        return 0;
      },
      cleanup_module: () => undefined,
    };
    using rig = new Rig([image]);
    expect(ask(generic(rig), GENL_ID_CTRL, { cmd: CTRL_CMD_GETFAMILY, attributes: byName('probe') })).toEqual({ errno: 0 });
    expect(asked).toEqual(['init']);
  });

  it('dumps policies of one command or all, and refuses what it does not find', () => {
    using rig = new Rig();
    const nested = [undefined, { type: 'NLA_U8' as const }];
    const { made } = family(rig, { policy: [undefined, { type: 'NLA_NESTED', nested }] });
    value(rig.core.genetlink.register({ name: 'empty', version: 1, ops: [] }));
    const socket = generic(rig);
    const count = (attributes: (writer: MessageWriter) => void): number => {
      socket.send(request(GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY, flags: DUMP, attributes }));
      const all = drain(socket).flatMap(headers);
      expect(all.at(-1)).toMatchObject({ type: NLMSG_DONE, error: 0 });
      return all.length - 1;
    };
    // Four commands, then the nest and what is inside.
    expect(count(byName('probe'))).toBe(6);
    expect(
      count((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, made.id);
        writer.putU32(CTRL_ATTR_OP, 2);
      }),
    ).toBe(3);
    const fails = (attributes: (writer: MessageWriter) => void): unknown =>
      ask(socket, GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY, flags: DUMP, attributes });
    expect(fails(() => undefined)).toEqual({ errno: errno.EINVAL });
    expect(fails(byName('nobody'))).toEqual({ errno: errno.ENOENT });
    expect(fails(byName('empty'))).toEqual({ errno: errno.ENODATA });
    expect(
      fails((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, made.id);
        writer.putU32(CTRL_ATTR_OP, 200);
      }),
    ).toEqual({ errno: errno.ENOENT, offset: 28 });
    expect(
      fails((writer) => {
        writer.putU16(CTRL_ATTR_FAMILY_ID, 999);
      }),
    ).toEqual({ errno: errno.ENOENT });
    expect(ask(socket, GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY })).toEqual({ errno: errno.EOPNOTSUPP });
  });

  it('dumps policies in as many chunks as they need', () => {
    using rig = new Rig();
    const policy = [undefined, ...Array.from({ length: 200 }, () => ({ type: 'NLA_U32' as const, max: 7 }))];
    family(rig, { policy });
    const socket = generic(rig);
    socket.send(request(GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY, flags: DUMP, attributes: byName('probe') }));
    const chunks: number[] = [];
    const buffer = new Uint8Array(100);
    for (let next = socket.receive({ buffer }); next !== undefined; next = socket.receive({ buffer })) chunks.push(next.length);
    expect(chunks.length).toBeGreaterThan(3);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(3776);
    expect(chunks.reduce((sum, length) => sum + length, 0)).toBe(4 * 44 + 200 * 72 + 20);
  });

  it('pins the module of a family while its policies are dumped', () => {
    using rig = new Rig();
    const mod = new module(rig.core, { name: 'm', authors: [], description: '', license: 'GPL', alias: [], init_module: () => 0, cleanup_module: () => undefined });
    const policy = [undefined, ...Array.from({ length: 900 }, () => ({ type: 'NLA_U32' as const }))];
    const { made } = family(rig, { policy, module: mod });
    const socket = generic(rig);
    socket.send(request(GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY, flags: DUMP, attributes: byName('probe') }));
    expect(mod.refcnt).toBe(1);
    socket.close();
    expect(mod.refcnt).toBe(0);
    mod.state = 'MODULE_STATE_GOING';
    const second = generic(rig);
    expect(ask(second, GENL_ID_CTRL, { cmd: CTRL_CMD_GETPOLICY, flags: DUMP, attributes: byName('probe') })).toEqual({ errno: errno.ENOENT });
    expect(ask(second, made.id, { cmd: 2, flags: DUMP })).toEqual({ errno: errno.EPROTONOSUPPORT });
  });

  it('tells of families in the namespaces that have them', () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    const listeners = [rig.init, other].map((namespace) => {
      const socket = generic(rig, ROOT, namespace);
      socket.bind({ groups: 1 << 15 });
      return socket;
    });
    const commands = (): number[][] => listeners.map((socket) => drain(socket).map((bytes) => bytes[NLMSG_HDRLEN] ?? 0));
    const { made } = family(rig, { netnsok: false });
    expect(commands()).toEqual([[CTRL_CMD_NEWFAMILY], []]);
    rig.core.genetlink.unregister(made);
    expect(commands()).toEqual([[CTRL_CMD_DELFAMILY], []]);
    family(rig);
    expect(commands()).toEqual([[CTRL_CMD_NEWFAMILY], [CTRL_CMD_NEWFAMILY]]);
  });

  it('answers ENOBUFS without memory, and tells nobody then', () => {
    using rig = new Rig();
    const socket = generic(rig);
    socket.bind({ groups: 1 << 15 });
    {
      using fault = rig.core.faults.failAllocation({ nth: 2, site: 'alloc_skb' });
      expect(ask(socket, GENL_ID_CTRL, { cmd: CTRL_CMD_GETFAMILY, attributes: byName('nlctrl') })).toEqual({ errno: errno.ENOBUFS });
      expect(fault.hits).toBe(1);
    }
    using fault = rig.core.faults.failAllocation({ nth: 1, site: 'alloc_skb' });
    family(rig);
    expect(fault.hits).toBe(1);
    expect(drain(socket)).toEqual([]);
  });
});
