import { describe, expect, it } from 'vitest';
import { applyCorrections } from '../src/apply-corrections.ts';
import { emitFamily } from '../src/emit.ts';
import { readSpec } from '../src/read-spec.ts';
import { SpecError } from '../src/spec-node.ts';

const emit = (text: string): string => emitFamily(readSpec(text, 'toy.yaml'), '9.9');

/** A specification with one set, `main`, of these attributes. */
const withAttributes = (attributes: string, more: string = ''): string => `
name: toy
protocol: genetlink-legacy
definitions:
  - {name: kinds, type: enum, entries: [a, {name: b, value: 9}, c]}
  - {name: bits, type: flags, entries: [x, {name: y, value: 4}, z]}
  - name: inner
    type: struct
    members: [{name: m, type: u8}]
attribute-sets:
  - name: deep
    attributes: [{name: d, type: u8}]
  - name: main
    attributes:
${attributes}
${more}
operations: {list: [{name: get, attribute-set: main, do: {request: {}}}]}
`;

describe('attributes', () => {
  const cases: readonly (readonly [what: string, attribute: string, code: string])[] = [
    ['a number in network order', '{name: x, type: u64, byte-order: big-endian}', "be64('x')"],
    ['a number with names', '{name: x, type: u32, enum: kinds}', "u32('x', { names: kindsNames })"],
    ['a number with bits', '{name: x, type: u32, enum: bits}', "u32('x', { names: bitsBits })"],
    ['values taken for numbers of bits', '{name: x, type: u32, enum: kinds, enum-as-flags: true}', "u32('x', { names: kindsBits })"],
    ['a number of either width', '{name: x, type: sint}', "sint('x')"],
    ['a list', '{name: x, type: u8, multi-attr: true}', "many(u8('x'))"],
    ['an array of C', '{name: x, type: binary, sub-type: u16}', "packed(u16('x'))"],
    ['a structure', '{name: x, type: binary, struct: inner}', "record('x', innerStruct)"],
    ['an array of structures, as corrections say it', '{name: x, type: binary, struct: inner, sub-type: struct}', "packed(record('x', innerStruct))"],
    ['a hint', '{name: x, type: binary, display-hint: uuid}', "binary('x', { hint: 'uuid' })"],
    ['an address in a number', '{name: x, type: u32, byte-order: big-endian, display-hint: ipv4}', "be32('x', { hint: 'ipv4' })"],
    ['an indexed array of nests', '{name: x, type: indexed-array, sub-type: nest, nested-attributes: deep}', "indexed(nest('x', deepSet))"],
    ['an indexed array of numbers', '{name: x, type: indexed-array, sub-type: u32}', "indexed(u32('x'))"],
    ['nests whose types are values', '{name: x, type: nest-type-value, type-value: [p, q], nested-attributes: deep}', "typed(['p', 'q'], nest('x', deepSet))"],
    ['a number in such a nest', '{name: x, type: u64, type-value: [id]}', "typed(['id'], u64('x'))"],
    ['a bitfield', '{name: x, type: bitfield32, enum: bits}', "bitfield32('x', bitsBits)"],
    ['padding', '{name: pad, type: pad}', 'pad()'],
    ['what is not in use', '{name: x, type: unused}', "unused('x')"],
  ];
  it.each(cases)('%s', (_what, attribute, code) => {
    expect(emit(withAttributes(`      - ${attribute}`))).toContain(`  1: ${code},\n`);
  });

  it('are numbered from 1, from a number that is given, and one on', () => {
    const text = emit(withAttributes('      - {name: p, type: u8}\n      - {name: q, type: u8, value: 7}\n      - {name: r, type: u8}'));
    expect(text).toContain("  1: u8('p'),\n  7: u8('q'),\n  8: u8('r'),\n");
  });

  it('of a subset have the number and the type of the whole set, unless they say otherwise', () => {
    const text = emit(
      withAttributes(
        '      - {name: p, type: u8}\n      - {name: q, type: u32, value: 5}',
        '  - name: part\n    subset-of: main\n    attributes: [{name: q, display-hint: ipv4, byte-order: big-endian}]',
      ),
    );
    expect(text).toContain("attributes('part', {\n  5: be32('q', { hint: 'ipv4' }),\n});");
  });

  it('are sub-messages, with formats of every kind', () => {
    const text = emit(
      `${withAttributes('      - {name: kind, type: string}\n      - {name: x, type: sub-message, sub-message: choice, selector: kind}')}
sub-messages:
  - name: choice
    formats:
      - {value: one, attribute-set: deep}
      - {value: two, fixed-header: inner}
      - {value: 3rd, fixed-header: inner, attribute-set: deep}
      - {value: none}
`,
    );
    expect(text).toContain("  2: subMessage('x', choiceFormats, 'kind'),\n");
    expect(text).toContain(
      "choice('choice', {\n  one: { attributes: deepSet },\n  two: { header: innerStruct },\n  '3rd': { header: innerStruct, attributes: deepSet },\n  none: {},\n});",
    );
  });

  const refused: readonly (readonly [what: string, attribute: string, words: RegExp])[] = [
    ['an unknown key', '{name: x, type: u8, colour: red}', /toy\.yaml:\d+:\d+: attribute-sets\.main\.attributes\.x: unsupported key "colour"/u],
    ['an unknown hint', '{name: x, type: binary, display-hint: smell}', /display-hint "smell"/u],
    ['an unknown byte order', '{name: x, type: u16, byte-order: middle}', /toy\.yaml:\d+:\d+: .*"middle"/u],
    ['a number as a hardware address', '{name: x, type: u32, display-hint: mac}', /"mac" of a number/u],
    ['an indexed array of flags', '{name: x, type: indexed-array, sub-type: flag}', /"flag"/u],
    ['a nest without a set', '{name: x, type: nest}', /nested-attributes/u],
    ['two attributes of one number', '{name: x, type: u8, value: 3}\n      - {name: y, type: u8, value: 3}', /both have the number 3/u],
    ['an enumeration that is not there', '{name: x, type: u8, enum: shapes}', /shapes/u],
    ['a value that is no number', '{name: x, type: u8, value: many}', /whole number/u],
  ];
  it.each(refused)('are refused with their place: %s', (_what, attribute, words) => {
    const make = (): string => emit(withAttributes(`      - ${attribute}`));
    expect(make).toThrow(SpecError);
    expect(make).toThrow(words);
  });
});

describe('enumerations', () => {
  it('count on from a given value', () => {
    const text = emit(withAttributes('      - {name: x, type: u8}'));
    expect(text).toContain("enumeration('kinds', { 0: 'a', 9: 'b', 10: 'c' })");
    expect(text).toContain("flagBits('bits', { 0: 'x', 4: 'y', 5: 'z' })");
  });

  it('may not name a bit beyond 63', () => {
    expect(() => emit(withAttributes('      - {name: x, type: u8}').replace('value: 4', 'value: 64'))).toThrow(/bit from 0 to 63/u);
  });
});

describe('structures', () => {
  const withMembers = (members: string): string => withAttributes('      - {name: x, type: u8}').replace('[{name: m, type: u8}]', members);

  it('have padding, texts, arrays and other structures', () => {
    const text = emit(
      withMembers('[{name: pad, type: pad, len: 3}, {name: t, type: string, len: 16}, {name: l, type: binary, len: 8, sub-type: u16}, {name: b, type: binary, len: 6, display-hint: mac}, {name: r, type: binary}]'),
    );
    expect(text).toContain("  pad(3),\n  string('t', 16),\n  packed(u16('l'), 8),\n  binary('b', { hint: 'mac', length: 6 }),\n  binary('r'),\n");
  });

  it('may not contain themselves', () => {
    expect(() => emit(withMembers('[{name: m, type: binary, struct: inner}]'))).toThrow(/contains itself/u);
  });
});

describe('operations', () => {
  const withOperations = (operations: string, protocol: string = 'protocol: genetlink-legacy'): string => `
name: toy
${protocol}
definitions: [{name: head, type: struct, members: [{name: m, type: u8}]}]
attribute-sets: [{name: main, attributes: [{name: x, type: u8}]}, {name: other, attributes: [{name: y, type: u8}]}]
operations:
${operations}
`;

  it('have one number in the unified model', () => {
    const text = emit(withOperations('  list: [{name: a, attribute-set: main, do: {request: {}}}, {name: b, value: 7, notify: a}, {name: c, event: {attributes: [x]}, attribute-set: other}]'));
    expect(text).toContain("    1: { name: 'a', attributes: mainSet },\n    7: { name: 'b', attributes: mainSet },\n    8: { name: 'c', attributes: otherSet },\n");
    expect(text).not.toContain('replies');
  });

  it('are counted apart in the directional model', () => {
    const text = emit(
      withOperations(`  enum-model: directional
  list:
    - {name: get, attribute-set: main, do: {request: {}, reply: {}}}
    - {name: set, attribute-set: main, do: {request: {}}}
    - {name: ntf, notify: get}
    - {name: far, attribute-set: other, dump: {request: {value: 20}, reply: {value: 30}}}
    - {name: near, attribute-set: other, do: {request: {}, reply: {}}}`),
    );
    const [requests = '', replies = ''] = text.split('replies:');
    for (const line of ["1: { name: 'get'", "2: { name: 'set'", "20: { name: 'far', kind: 'get'", "21: { name: 'near'"]) expect(requests).toContain(line);
    for (const line of ["1: { name: 'get'", "2: { name: 'ntf', attributes: mainSet", "30: { name: 'far'", "31: { name: 'near'"]) expect(replies).toContain(line);
  });

  it('have headers: their own, or the family’s', () => {
    const text = emit(withOperations('  fixed-header: head\n  list: [{name: a, attribute-set: main, do: {request: {}}}]'));
    expect(text).toContain("1: { name: 'a', header: headStruct, attributes: mainSet }");
  });

  it('of a raw family have the names of C, and it has its groups', () => {
    const text = emit(
      `${withOperations('  enum-model: directional\n  list: [{name: getlink, attribute-set: main, do: {request: {value: 18}, reply: {value: 16}}}]', 'protocol: netlink-raw\nprotonum: 0')}
mcast-groups: {list: [{name: link, value: 1}]}`,
    );
    expect(text).toContain("    16: { name: 'RTM_NEWLINK', attributes: mainSet },\n    18: { name: 'RTM_GETLINK', attributes: mainSet },\n");
    expect(text).toContain("  protocol: 0,\n");
    expect(text).toContain("  groups: { 1: 'link' },\n");
  });

  it('may share their answer by an alias', () => {
    const text = emit(withOperations('  enum-model: directional\n  list: [{name: get, attribute-set: main, do: {request: {value: 5}, reply: &answer {value: 6}}, dump: {reply: *answer}}]'));
    expect(text).toContain("5: { name: 'get', attributes: mainSet }");
    expect(text).toContain("6: { name: 'get', attributes: mainSet }");
  });

  it.each([
    ['an unknown model', '  enum-model: random\n  list: []', /enum-model "random"/u],
    ['a notification of nothing', '  list: [{name: n, notify: gone}]', /unknown operation "gone"/u],
    ['an unknown key', '  list: [{name: n, attribute-set: main, undo: {}}]', /operations\.list\.n: unsupported key "undo"/u],
    ['a direction without a mode', '  enum-model: directional\n  list: [{name: n, attribute-set: main}]', /expected "do", "dump"/u],
  ])('are refused: %s', (_what, operations, words) => {
    expect(() => emit(withOperations(operations))).toThrow(words);
  });

  it('of a raw family without a name in C are refused', () => {
    expect(() => emit(withOperations('  list: [{name: x, value: 5000, attribute-set: main, do: {request: {}}}]', 'protocol: netlink-raw\nprotonum: 0'))).toThrow(/no name is known for type 5000/u);
  });
});

describe('applyCorrections', () => {
  const correct = (list: Parameters<typeof applyCorrections>[1]): string =>
    emitFamily(readSpec(withAttributes('      - {name: x, type: u32}'), 'toy.yaml', (document) => applyCorrections(document, list)), '9.9');

  it('changes attributes, structures and formats, and adds them', () => {
    const text = correct([
      { why: '', set: 'main', attribute: 'x', change: { 'byte-order': 'big-endian' } },
      { why: '', set: 'main', add: { name: 'y', type: 'sub-message', 'sub-message': 'new', selector: 'x' } },
      { why: '', struct: 'inner', add: { name: 'pad', type: 'pad', len: 3 } },
      { why: '', struct: 'inner', member: 'm', change: { type: 'u16' } },
      { why: '', define: { name: 'more', type: 'enum', entries: ['p'] } },
      { why: '', subMessage: 'new', formats: [{ value: 'a', 'attribute-set': 'deep' }] },
    ]);
    for (const code of ["1: be32('x')", "2: subMessage('y', newFormats, 'x')", "u16('m'),\n  pad(3)", "enumeration('more', ['p'])", 'a: { attributes: deepSet }']) {
      expect(text).toContain(code);
    }
  });

  it('leaves alone what is not there', () => {
    expect(
      correct([
        { why: '', set: 'gone', attribute: 'x', change: { type: 'u8' } },
        { why: '', set: 'main', attribute: 'gone', change: { type: 'u8' } },
        { why: '', struct: 'gone', add: { name: 'pad', type: 'pad', len: 3 } },
      ]),
    ).toBe(correct([]));
  });
});
