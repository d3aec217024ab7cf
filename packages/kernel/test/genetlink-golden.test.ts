import { readFileSync } from 'node:fs';
import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAX,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_OPS,
  CTRL_ATTR_OP_FLAGS,
  CTRL_ATTR_OP_ID,
  CTRL_ATTR_VERSION,
  GENL_ADMIN_PERM,
  GENL_CMD_CAP_DO,
  GENL_CMD_CAP_DUMP,
  GENL_CMD_CAP_HASPOL,
  GENL_HDRLEN,
  GENL_UNS_ADMIN_PERM,
  MSG_PEEK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GENERIC,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { AttributeCursor, AttributeTable, parseAttributes, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { GenlFamily } from '../src/net/netlink/genl-family.ts';
import type { GenlFamilySpec, GenlOperation } from '../src/net/netlink/genl-types.ts';
import { ROOT, Rig, drain, fromHex, headers, hex, value } from './netlink-rig.ts';

interface Golden {
  readonly conversations: ReadonlyArray<{ readonly what: string; readonly request: string; readonly answers: readonly string[] }>;
  readonly list: { readonly request: string; readonly chunks: readonly number[]; readonly families: readonly string[] };
  readonly events: readonly string[];
}

// CAST: the file is what tests of it say.
const golden = JSON.parse(readFileSync(new URL('golden/genetlink-6.12.json', import.meta.url), 'utf8')) as Golden;

/** The port id that an answer was sent to. */
function portOf(bytes: Uint8Array): number {
  return headers(bytes)[0]?.pid ?? 0;
}

/** Rebuilds a family from what the controller of Linux told of it. */
function specOf(bytes: Uint8Array): GenlFamilySpec & { readonly id: number } {
  const table = new AttributeTable(CTRL_ATTR_MAX);
  expect(parseMessageAttributes(table, bytes, 0, GENL_HDRLEN, null, Validation.LIBERAL, null)).toBe(0);
  const ops: GenlOperation[] = [];
  const inner = new AttributeTable(2);
  for (const entry of nests(table, CTRL_ATTR_OPS)) {
    expect(parseNest(inner, entry)).toBe(0);
    const flags = inner.u32(CTRL_ATTR_OP_FLAGS) ?? 0;
    const policy = (flags & GENL_CMD_CAP_HASPOL) === 0 ? {} : { policy: [undefined, { type: 'NLA_U8' as const }] };
    ops.push({
      cmd: inner.u32(CTRL_ATTR_OP_ID) ?? 0,
      flags: flags & (GENL_ADMIN_PERM | GENL_UNS_ADMIN_PERM),
      ...((flags & GENL_CMD_CAP_DO) === 0 ? {} : { do: { ...policy, handle: () => 0 } }),
      ...((flags & GENL_CMD_CAP_DUMP) === 0 ? {} : { dump: { ...policy, dump: () => 0 } }),
    });
  }
  const mcgrps = nests(table, CTRL_ATTR_MCAST_GROUPS).map((entry) => {
    expect(parseNest(inner, entry)).toBe(0);
    return { name: inner.string(CTRL_ATTR_MCAST_GRP_NAME) ?? '' };
  });
  return {
    id: table.u16(CTRL_ATTR_FAMILY_ID) ?? 0,
    name: table.string(CTRL_ATTR_FAMILY_NAME) ?? '',
    version: table.u32(CTRL_ATTR_VERSION) ?? 0,
    headerSize: table.u32(CTRL_ATTR_HDRSIZE) ?? 0,
    maxattr: table.u32(CTRL_ATTR_MAXATTR) ?? 0,
    netnsok: true,
    resvStart: 256,
    ops,
    mcgrps,
  };
}

/** The payloads of the attributes in a nest. */
function nests(table: AttributeTable, type: number): Uint8Array[] {
  const cursor = new AttributeCursor();
  cursor.reset(table.octets(type) ?? new Uint8Array(0));
  const payloads: Uint8Array[] = [];
  while (cursor.next()) payloads.push(cursor.octets());
  return payloads;
}

function parseNest(table: AttributeTable, bytes: Uint8Array): number {
  return parseAttributes(table, bytes, 0, bytes.length, null, Validation.LIBERAL, null);
}

/** The families of the list, with their message types and groups; what lies between is held by families that only the initial namespace has. */
function registered(rig: Rig): Map<string, GenlFamily> {
  const { genetlink } = rig.core;
  const families = new Map<string, GenlFamily>();
  const hold = (name: string, groups: number): void => {
    value(genetlink.register({ name, version: 1, ops: [], mcgrps: Array.from({ length: groups }, (_, i) => ({ name: `g${String(i)}` })) }));
  };
  let next = 19;
  for (const { id, ...spec } of golden.list.families.slice(1).map((text) => specOf(fromHex(text)))) {
    for (; next < id; next++) hold(`held${String(next)}`, next === 19 ? 2 : next === 24 ? 1 : 0);
    next = id + 1;
    families.set(spec.name, value(genetlink.register(spec)));
  }
  return families;
}

describe('nlctrl', () => {
  it.each(golden.conversations)('answers to "$what" as Linux does', ({ request, answers }) => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_GENERIC, { ...ROOT, tgid: portOf(fromHex(answers[0] ?? '')) });
    socket.send(fromHex(request));
    expect(drain(socket).map(hex)).toEqual(answers);
  });

  it('lists families in the same octets and chunks', () => {
    using rig = new Rig();
    registered(rig);
    const [first = ''] = golden.list.families;
    const socket = rig.socket(NETLINK_GENERIC, { ...ROOT, tgid: portOf(fromHex(first)) }, rig.namespace('other'));
    socket.send(fromHex(golden.list.request));
    const chunks: Uint8Array[] = [];
    for (;;) {
      // As iproute2 reads: the length first, then with 32 KiB.
      if (socket.receive({ buffer: new Uint8Array(0), flags: MSG_PEEK }) === undefined) break;
      const chunk = socket.receive({ buffer: new Uint8Array(32_768) });
      if (chunk !== undefined) chunks.push(chunk.bytes);
    }
    expect(chunks.map(({ length }) => length)).toEqual(golden.list.chunks);
    const done = headers(chunks.at(-1) ?? new Uint8Array(0)).at(-1);
    expect(done).toMatchObject({ type: 3, length: 20, error: 0 });
    expect(hex(Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))).slice(0, -40)).toBe(golden.list.families.join(''));
  });

  it('tells its listeners of families that go and come in the same octets', () => {
    using rig = new Rig();
    const families = registered(rig);
    const socket = rig.socket(NETLINK_GENERIC);
    socket.bind();
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 16);
    const { genetlink } = rig.core;
    const specs = ['nbd', 'macsec'].map((name) => {
      const family = families.get(name);
      if (family === undefined) throw new Error(name);
      expect(genetlink.unregister(family)).toBe(0);
      return family.spec;
    });
    for (const spec of specs.reverse()) value(genetlink.register(spec));
    expect(drain(socket).map(hex)).toEqual(golden.events);
  });
});
