import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isCode,
  isRawFamily,
  resolve,
  type AttributeSet,
  type Extension,
  type Field,
  type Format,
  type Operations,
  type Schema,
  type Struct,
  type SubMessage,
} from '../src/schema/index.ts';
import { memberSize, structSize } from '../src/schema/struct.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isSet = (value: unknown): value is AttributeSet => isObject(value) && 'attributes' in value && 'name' in value && !('header' in value);
const isStruct = (value: unknown): value is Struct => isObject(value) && 'members' in value;
const isChoice = (value: unknown): value is SubMessage => isObject(value) && 'formats' in value;
const isExtension = (value: unknown): value is Extension => isObject(value) && ('sets' in value || 'choices' in value);
const isSchema = (value: unknown): value is Schema => isObject(value) && ('requests' in value || isExtension(value));

const sets = new Map<AttributeSet, string>();
const structs = new Map<Struct, string>();
const choices = new Map<SubMessage, string>();
const schemas = new Map<Schema, string>();
const additions: { readonly where: string; readonly set: AttributeSet; readonly fields: Readonly<Record<number, Field>> }[] = [];

const renamed: { readonly where: string; readonly struct: Struct; readonly members: readonly Field[] }[] = [];

/** Follows everything that hangs on a schema. */
function visitField(field: Field, where: string): void {
  if (field.set !== undefined) visitSet(resolve(field.set), `${where}.${field.name}`);
  if (field.struct !== undefined) visitStruct(resolve(field.struct), `${where}.${field.name}`);
  if (field.message !== undefined) visitChoice(resolve(field.message), `${where}.${field.name}`);
  if (field.element !== undefined) visitField(field.element, where);
  if (field.format !== undefined) visitFormat(field.format, `${where}.${field.name}`);
}

function visitSet(set: AttributeSet, where: string): void {
  if (sets.has(set)) return;
  sets.set(set, where);
  for (const field of Object.values(set.attributes)) visitField(field, where);
}

function visitStruct(struct: Struct, where: string): void {
  if (structs.has(struct)) return;
  structs.set(struct, where);
  for (const member of struct.members) visitField(member, where);
}

function visitFormat(format: Format, where: string): void {
  if (format.header !== undefined) visitStruct(resolve(format.header), where);
  if (format.attributes !== undefined) visitSet(resolve(format.attributes), where);
  if (format.body !== undefined) visitField(format.body, where);
}

function visitChoice(choice: SubMessage, where: string): void {
  if (choices.has(choice)) return;
  choices.set(choice, where);
  for (const [selector, format] of Object.entries(choice.formats)) visitFormat(format, `${where}[${selector}]`);
}

function visitOperations(operations: Operations, where: string): void {
  for (const operation of Object.values(operations)) visitFormat(operation, `${where}/${operation.name}`);
}

function visitSchema(schema: Schema, where: string): void {
  schemas.set(schema, where);
  if (isCode(schema)) return;
  if ('requests' in schema) {
    visitOperations(schema.requests, where);
    visitOperations(schema.replies ?? {}, where);
    return;
  }
  for (const [set, fields] of schema.sets ?? []) {
    additions.push({ where, set, fields });
    for (const field of Object.values(fields)) visitField(field, `${where}+${set.name}`);
  }
  for (const [struct, members] of schema.structs ?? []) {
    renamed.push({ where, struct, members });
    for (const member of members) visitField(member, `${where}+${struct.name}`);
  }
  for (const [choice, formats] of schema.choices ?? []) for (const format of Object.values(formats)) visitFormat(format, `${where}+${choice.name}`);
}

for (const file of readdirSync(new URL('../src/families', import.meta.url))) {
  const exported: unknown = await import(`../src/families/${file.replace('.ts', '')}.ts`);
  for (const [name, value] of Object.entries(exported ?? {})) {
    const where = `${file}: ${name}`;
    if (isSchema(value)) visitSchema(value, where);
    else if (isStruct(value)) visitStruct(value, where);
    else if (isChoice(value)) visitChoice(value, where);
    else if (isSet(value)) visitSet(value, where);
  }
}

const duplicates = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);
const named = (fields: readonly Field[]): string[] => fields.filter(({ type }) => type !== 'pad').map(({ name }) => name);
const families = [...schemas.keys()].filter(isRawFamily);

describe('schemas written by hand', () => {
  it('are many', () => {
    expect(sets.size).toBeGreaterThan(80);
    expect(structs.size).toBeGreaterThan(80);
    expect(families.length).toBeGreaterThan(12);
  });

  it('name each attribute of a set once, also where they add to one', () => {
    const wrong = [...sets].map(([set, where]) => [where, duplicates(named(Object.values(set.attributes)))]);
    const wholes = additions.map(({ set }) => ({
      set,
      fields: additions.filter((addition) => addition.set === set).reduce((all, { fields }) => ({ ...all, ...fields }), set.attributes),
    }));
    const wrongAdditions = wholes.map(({ set, fields }) => [set.name, duplicates(named(Object.values(fields)))]);
    expect([...wrong, ...wrongAdditions].filter(([, names]) => names?.length !== 0)).toEqual([]);
  });

  it('name each member of a structure once', () => {
    const wrong = [...structs].map(([struct, where]) => [where, struct.name, duplicates(named(struct.members))]);
    expect(wrong.filter(([, , names]) => names?.length !== 0)).toEqual([]);
  });

  it('give members names that their structures have, and leave them as wide', () => {
    const wrong = renamed.flatMap(({ where, struct, members }) =>
      members.filter((member) => !struct.members.some(({ name, ...declared }) => name === member.name && memberSize({ name, ...declared }) === memberSize(member))).map(({ name }) => `${where}: ${struct.name}.${name}`),
    );
    expect(renamed.length).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });

  it('write names as the specifications do', () => {
    // Those of traffic control that the specification has in capitals are reached from here.
    const names = [...sets.keys()].flatMap((set) => [set.name, ...Object.values(set.attributes).map(({ name }) => name)]);
    const members = [...structs.keys()].flatMap((struct) => struct.members.map(({ name }) => name));
    expect([...names, ...members].filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(name))).toEqual([]);
  });

  it('say what is in each nest, record, array and choice', () => {
    const needed: Readonly<Record<string, keyof Field>> = { nest: 'set', record: 'struct', packed: 'element', indexed: 'element', typed: 'element', 'sub-message': 'message', sized: 'format' };
    const fields = [...sets].flatMap(([set, where]) => Object.values(set.attributes).map((field) => [where, field] as const));
    const wrong = fields.filter(([, field]) => {
      const key = needed[field.type];
      return key !== undefined && field[key] === undefined;
    });
    expect(wrong).toEqual([]);
  });

  it('give each element of an array a length', () => {
    const fields = [...sets.keys()].flatMap((set) => Object.values(set.attributes));
    const arrays = [...fields, ...[...structs.keys()].flatMap(({ members }) => members)].filter(({ type }) => type === 'packed');
    expect(arrays.length).toBeGreaterThan(5);
    expect(arrays.filter(({ element }) => element === undefined || memberSize(element) <= 0)).toEqual([]);
  });

  it('choose by values that the selector beside them can have', () => {
    const wrong: string[] = [];
    for (const [set, where] of sets) {
      for (const field of Object.values(set.attributes)) {
        if (field.message === undefined) continue;
        const selector = Object.values(set.attributes).find(({ name }) => name === field.selector);
        if (selector?.names === undefined) continue;
        const values = new Set([...Object.values(selector.names.values), '*']);
        wrong.push(...Object.keys(resolve(field.message).formats).filter((key) => !values.has(key)).map((key) => `${where}.${field.name}[${key}]`));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('have no member behind one that takes what is left', () => {
    const wrong = [...structs].filter(([{ members }]) => members.slice(0, -1).some((member) => memberSize(member) < 0));
    expect(wrong.map(([, where]) => where)).toEqual([]);
  });
});

/** Octets as a compiler for x86-64 lays the structures out, with the headers of Linux 6.1; two of them grew since. */
const SIZES: Readonly<Record<string, number>> = {
  'inet-diag-req': 60, 'inet-diag-req-v2': 56, 'inet-diag-msg': 72, 'inet-diag-meminfo': 16, 'tcp-info': 280, 'sctp-info': 368,
  'tcpvegas-info': 16, 'tcp-dctcp-info': 16, 'tcp-bbr-info': 20, 'tcp-diag-md5sig': 100, 'unix-diag-req': 24, 'unix-diag-msg': 16,
  'netlink-diag-req': 20, 'netlink-diag-msg': 28, 'netlink-diag-ring': 16, 'packet-diag-req': 20, 'packet-diag-msg': 16,
  'packet-diag-info': 24, 'packet-diag-mclist': 44, 'packet-diag-ring': 28, 'sock-filter': 8, 'vsock-diag-req': 24,
  'vsock-diag-msg': 32, 'xdp-diag-req': 20, 'xdp-diag-msg': 16, 'xdp-diag-umem': 40, 'xdp-diag-stats': 48, 'smc-diag-req': 52,
  'smc-diag-msg': 64, 'smc-diag-conninfo': 76, 'smc-diag-linkinfo': 146, 'smc-diag-lgrinfo': 147, 'smcd-diag-dmbinfo': 56,
  'nf-osf-user-finger': 592, 'nf-osf-opt': 12, 'sockaddr-storage': 128, 'xfrm-selector': 56, 'xfrm-lifetime-cfg': 64,
  'xfrm-lifetime-cur': 32, 'xfrm-stats': 12, 'xfrm-replay-state': 12, 'xfrm-encap-tmpl': 24, 'xfrm-user-sec-ctx': 8,
  'xfrm-user-tmpl': 64, 'xfrm-userpolicy-type': 6, 'xfrm-usersa-info': 224, 'xfrm-usersa-id': 24, 'xfrm-aevent-id': 48,
  'xfrm-userspi-info': 232, 'xfrm-userpolicy-info': 168, 'xfrm-userpolicy-id': 64, 'xfrm-user-acquire': 280,
  'xfrm-user-expire': 232, 'xfrm-user-polexpire': 176, 'xfrm-user-report': 60, 'xfrm-user-kmaddress': 40, 'xfrm-user-migrate': 76,
  'xfrm-user-mapping': 64, 'xfrm-address-filter': 36, 'xfrm-user-offload': 8, 'xfrm-userpolicy-default': 3, 'xfrm-algo': 68,
  'xfrm-algo-auth': 72, 'xfrm-algo-aead': 72, 'xfrm-replay-state-esn': 24, 'xfrmu-spdinfo': 24, 'xfrm-mark': 8,
}; // prettier-ignore

describe('structures', () => {
  it('have the sizes that a compiler gives them', () => {
    const all = [...structs.keys()];
    const wrong = Object.entries(SIZES).filter(([name, size]) => !all.some((struct) => struct.name === name && structSize(struct) === size));
    expect(wrong).toEqual([]);
  });
});
