import { readFileSync, readdirSync } from 'node:fs';
import { GENL_ID_CTRL, NETLINK_GENERIC, NETLINK_ROUTE, NLMSG_ERROR, NLM_F_CAPPED, NLM_F_REQUEST, RTM_GETADDR, RTM_NEWLINK } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { families, FamilyLoader, familySize } from '../src/catalog/index.ts';
import { DecodeContext, decodeStep, JsonLineWriter, PacketCursor, type Packet } from '../src/decode/index.ts';
import { MessageWriter } from '../src/index.ts';
import { familiesTable, moduleOf } from './families-list.ts';
import { attributes, choice, isGenericFamily, isRawFamily, nest, pad, subMessage, u32, type AttributeSet, type Extension, type RawFamily, type Schema } from '../src/schema/index.ts';

/** All schemas that files of a folder export, by the file and the name of the export. */
async function schemasIn(folder: string, load: (name: string) => Promise<unknown>): Promise<[string, Schema][]> {
  const found: [string, Schema][] = [];
  const files = readdirSync(new URL(`../src/${folder}`, import.meta.url)).filter((name) => name.endsWith('.ts'));
  for (const file of files) {
    const exports = (await load(file.replace(/\.ts$/, ''))) ?? {};
    for (const [name, value] of Object.entries(exports)) if (isSchema(value)) found.push([`${folder}/${file}: ${name}`, value]);
  }
  return found;
}

async function allSchemas(): Promise<Map<string, Schema>> {
  const generated = await schemasIn('generated', (name) => import(`../src/generated/${name}.ts`));
  const code = await schemasIn('generated/code', (name) => import(`../src/generated/code/${name}.ts`));
  const written = await schemasIn('families', (name) => import(`../src/families/${name}.ts`));
  return new Map([...generated, ...code, ...written]);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && ('requests' in value || 'sets' in value || 'choices' in value || 'code' in value);
}

function message(type: number, flags: number, fill: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, 1, 0);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

/** What becomes of packets, and how often something had to be loaded. */
async function decoded(packets: readonly Packet[]): Promise<{ readonly types: string[]; readonly loads: number }> {
  const context = new DecodeContext({ families: [] });
  const loader = new FamilyLoader(context);
  const cursor = new PacketCursor(context);
  const types: string[] = [];
  let loads = 0;
  for (const packet of packets) {
    for (; !loader.isReady(packet); loads++) await loader.load();
    cursor.reset(packet);
    while (cursor.next()) {
      const line = decodeStep(cursor);
      types.push('type' in line ? `${line.type} ${line.command ?? line.error?.request?.type ?? ''}`.trim() : 'none');
    }
  }
  return { types, loads };
}

describe('FamilyLoader, of code', () => {
  const route = (): Packet => ({ protocol: 0, bytes: message(24, 0, (writer) => {
    writer.append(Uint8Array.of(2, 8, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0));
    writer.putBytes(1, Uint8Array.of(10, 0, 0, 0));
  }) }); // prettier-ignore

  it('loads none before many octets have come, and then that of what is loaded, in use or not', async () => {
    const context = new DecodeContext({ families: [] });
    const packet = route();
    const loader = new FamilyLoader(context, families, 10 * packet.bytes.length);
    const cursor = new PacketCursor(context);
    const lines = new JsonLineWriter(context);
    const seen: (boolean | string)[][] = [];
    for (let n = 1; n <= 12; n++) {
      const isReady = loader.isReady(packet);
      if (!isReady) await loader.load();
      expect(isReady || n === 1 || n === 10, String(n)).toBe(true);
      cursor.reset(packet);
      expect(cursor.next()).toBe(true);
      lines.clear();
      lines.write(cursor);
      const { format } = context.rawOperation(24, false) ?? {};
      seen.push([format?.set?.code !== undefined, format?.header?.code !== undefined, new TextDecoder().decode(lines.bytes)]);
    }
    expect(seen.map(([set, header]) => [set, header])).toEqual([...Array.from({ length: 9 }, () => [false, false]), ...Array.from({ length: 3 }, () => [true, true])]);
    expect(new Set(seen.map(([, , line]) => line)).size).toBe(1);
  });

  it('gives a set that was extended no code that was made without', async () => {
    const entry = families.find(({ name }) => name === 'rt-route');
    const schemas = (await entry?.load()) ?? [];
    const code = await entry?.code?.();
    const set = schemas.find(isRawFamily)?.requests[24]?.attributes;
    if (code === undefined) throw new Error('no code');
    if (set === undefined || typeof set === 'function') throw new Error('no attributes');
    const extended = new DecodeContext({ families: [schemas, code, { sets: [[set, { 4000: u32('of-mine') }]] }] });
    extended.begin({ protocol: 0 });
    expect(extended.rawOperation(24, false)?.format.set?.code).toBeUndefined();
    expect(extended.rawOperation(24, false)?.format.header?.code).toBeDefined();
  });
});

describe('families', () => {
  it('are those that FAMILIES.md lists, with as many messages and attributes', async () => {
    const text = readFileSync(new URL('../FAMILIES.md', import.meta.url), 'utf8');
    expect(text.slice(text.indexOf('| family'))).toBe(await familiesTable());
  });

  it('have a module each, with what they load, and there is no other', async () => {
    const files = readdirSync(new URL('../src/catalog/family', import.meta.url)).map((name) => name.replace(/\.ts$/, ''));
    expect(families.map(moduleOf).sort()).toEqual(files.sort());
    for (const entry of families) {
      const exports: unknown = await import(`../src/catalog/family/${moduleOf(entry)}.ts`);
      expect(Object.values(Object(exports) as Record<string, unknown>)).toEqual([await entry.load()]);
    }
  });

  it('has every schema of the package', async () => {
    const all = await allSchemas();
    const schemas = (await Promise.all(families.map(async ({ load }) => await load()))).flat();
    const code = await Promise.all(families.flatMap((family) => (family.code === undefined ? [] : [family.code()])));
    const loaded = new Set([...schemas, ...code]);
    expect(all.size).toBeGreaterThan(60);
    expect([...all].filter(([, schema]) => !loaded.has(schema)).map(([name]) => name)).toEqual([]);
    expect(loaded.size).toBe(new Set(all.values()).size);
  });

  it('names each once, and generic ones as the kernel does', async () => {
    const names = families.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, protocol, load } of families) {
      if (protocol === undefined) expect((await load()).filter(isGenericFamily).map((schema) => schema.name)).toContain(name);
    }
  });

  it('loads for each type of message the schemas that describe it', async () => {
    const loaded = await Promise.all(families.map(async (entry) => ({ entry, schemas: new Set(await entry.load()) })));
    const raw = new Set(loaded.flatMap(({ schemas }) => [...schemas]).filter(isRawFamily));
    for (const schema of raw) {
      for (const type of [...Object.keys(schema.requests), ...Object.keys(schema.replies ?? {})].map(Number)) {
        const owners = loaded.filter(({ entry }) => entry.protocol === schema.protocol && (entry.types?.some(([from, to]) => from <= type && type <= to) ?? true));
        expect(owners.some(({ schemas }) => schemas.has(schema)), `${schema.name} ${String(type)}`).toBe(true);
      }
    }
  });
});

describe('FamilyLoader', () => {
  const link = message(RTM_NEWLINK, 0, (writer) => writer.reserve(16));
  const refused = message(NLMSG_ERROR, NLM_F_CAPPED, (writer) => {
    const at = writer.reserve(20);
    writer.view.setUint16(at + 8, RTM_GETADDR, true);
  });

  it('loads a family when its first message comes, and once', async () => {
    const packet = { protocol: NETLINK_ROUTE, bytes: link };
    expect(await decoded([packet, packet])).toEqual({ types: ['RTM_NEWLINK', 'RTM_NEWLINK'], loads: 1 });
  });

  it('loads the family of a request that an acknowledgement repeats', async () => {
    expect(await decoded([{ protocol: NETLINK_ROUTE, bytes: refused }])).toEqual({ types: ['NLMSG_ERROR RTM_GETADDR'], loads: 1 });
  });

  it('loads everything that a packet holds at once', async () => {
    const bytes = new Uint8Array([...link, ...refused]);
    expect(await decoded([{ protocol: NETLINK_ROUTE, bytes }])).toEqual({ types: ['RTM_NEWLINK', 'NLMSG_ERROR RTM_GETADDR'], loads: 1 });
  });

  it('loads a generic family when the capture has named it', async () => {
    const naming = message(GENL_ID_CTRL, 0, (writer) => {
      writer.view.setUint8(writer.reserve(4), 1);
      writer.putU16(1, 33);
      writer.putString(2, 'ethtool');
    });
    const request = message(33, NLM_F_REQUEST, (writer) => {
      writer.view.setUint8(writer.reserve(4), 3);
    });
    const protocol = NETLINK_GENERIC;
    const { types, loads } = await decoded([{ protocol, bytes: request }, { protocol, bytes: naming }, { protocol, bytes: request }]); // prettier-ignore
    expect(types).toEqual(['#33 #3', 'nlctrl getfamily', 'ethtool linkinfo-set']);
    expect(loads).toBe(2);
  });

  it('is ready for what nobody has a schema of, and for octets that are no message', async () => {
    const unknown = [
      { protocol: 2, bytes: link },
      { protocol: 0x86dd, bytes: link },
      { protocol: NETLINK_ROUTE, bytes: message(0xffff, 0, () => undefined) },
      { protocol: NETLINK_ROUTE, bytes: new Uint8Array(15) },
      { protocol: NETLINK_ROUTE, bytes: new Uint8Array(64) },
      { protocol: NETLINK_ROUTE, bytes: link, offset: 8, length: 4000 },
    ];
    const { types, loads } = await decoded(unknown);
    expect(types).toHaveLength(unknown.length);
    expect(loads).toBeLessThanOrEqual(1);
  });
});

describe('familySize', () => {
  it('counts messages and attributes once each, with what extensions add', () => {
    const inner: AttributeSet = attributes('inner', { 1: u32('a'), 2: pad(), 3: nest('again', () => inner) });
    const kinds = choice('kinds', { x: { attributes: inner } });
    const outer = attributes('outer', { 1: u32('kind'), 2: subMessage('data', kinds, 'kind') });
    const more = attributes('more', { 1: u32('one'), 2: u32('two') });
    const operation = { name: 'RTM_NEWX', attributes: outer };
    const family: RawFamily = { name: 'x', protocol: 0, requests: { 16: operation, 200: operation }, replies: { 16: operation } };
    const extension: Extension = { sets: [[outer, { 3: u32('added') }]], choices: [[kinds, { y: { attributes: more } }]] };
    const entry = { name: 'x', protocol: 0, types: [[16, 19]] as const, load: () => Promise.resolve([]) };
    expect(familySize(entry, [family])).toEqual({ messages: 1, attributes: 4 });
    expect(familySize(entry, [family, extension])).toEqual({ messages: 1, attributes: 7 });
  });

  it('finds something in every family', async () => {
    for (const entry of families) expect(familySize(entry, await entry.load()).messages, entry.name).toBeGreaterThan(0);
  });
});
