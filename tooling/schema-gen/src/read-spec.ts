import type { Document } from 'yaml';
import { numberOperations } from './number-operations.ts';
import { parseSpec, type SpecNode } from './spec-node.ts';
import type { SpecFamily, SpecField, SpecNames, SpecSet, SpecStruct, SpecSubMessage } from './spec.ts';

/** Keys that name things of C or speak of the kernel's own side, and say nothing about octets. */
const DOCUMENTATION = ['doc', 'header', 'name-prefix', 'enum-name', 'attr-cnt-name', 'attr-max-name'];

const PROTOCOLS = ['genetlink', 'genetlink-c', 'genetlink-legacy', 'netlink-raw'];

/**
 * Reads the specification of a family.
 *
 * @param text - YAML
 * @param file - its name, for messages
 * @param correct - may change the document before it is read
 * @throws SpecError: with the place of what is malformed or not supported
 */
export function readSpec(text: string, file: string, correct?: (document: Document) => void): SpecFamily {
  const root = parseSpec(text, file, correct);
  root.allow(
    ['name', 'protocol', 'protonum', 'version', 'definitions', 'attribute-sets', 'sub-messages', 'operations', 'mcast-groups'],
    ['doc', 'uapi-header', 'c-family-name', 'c-version-name', 'max-by-define', 'kernel-policy', 'cmd-cnt-name', 'cmd-max-name', 'kernel-family'],
  );
  const protocol = root.optionalString('protocol') ?? 'genetlink';
  if (!PROTOCOLS.includes(protocol)) root.fail(`unsupported protocol "${protocol}"`);
  const number = root.optionalNumber('protonum');
  if ((protocol === 'netlink-raw') !== (number !== undefined)) root.fail('"protonum" goes with "netlink-raw"');

  const definitions = root.maps('definitions');
  const operations = root.optionalMap('operations') ?? root.fail('expected "operations"');
  operations.allow(['enum-model', 'fixed-header', 'name-prefix', 'list'], ['doc', 'enum-name', 'async-prefix', 'async-enum']);
  return {
    file,
    name: root.string('name'),
    protocol: number,
    version: root.optionalNumber('version') ?? 1,
    prefix: operations.optionalString('name-prefix'),
    names: definitions.flatMap(readNames),
    structs: definitions.flatMap(readStruct),
    sets: readSets(root),
    subMessages: root.maps('sub-messages').map(readSubMessage),
    operations: numberOperations(operations),
    groups: readGroups(root),
  };
}

function readNames(node: SpecNode): SpecNames[] {
  const kind = node.string('type');
  if (kind === 'struct') return [];
  if (kind === 'const') {
    node.allow(['name', 'type', 'value'], [...DOCUMENTATION, 'scope']);
    return [];
  }
  if (kind !== 'enum' && kind !== 'flags') return node.fail(`unsupported definition "${kind}"`);
  node.allow(['name', 'type', 'entries', 'value-start'], [...DOCUMENTATION, 'render-max', 'enum-cnt-name', 'scope']);
  const entries: SpecNames['entries'][number][] = [];
  let next = node.optionalNumber('value-start') ?? 0;
  for (const entry of node.entries('entries')) {
    if (typeof entry === 'string') {
      entries.push({ name: entry, value: next++ });
      continue;
    }
    entry.allow(['name', 'value'], ['doc']);
    const value = entry.optionalNumber('value') ?? next;
    if (kind === 'flags' && (value < 0 || value > 63)) entry.fail(`expected a bit from 0 to 63, got ${String(value)}`);
    entries.push({ name: entry.string('name'), value });
    next = value + 1;
  }
  return [{ name: node.string('name'), kind, entries }];
}

function readStruct(node: SpecNode): SpecStruct[] {
  if (node.string('type') !== 'struct') return [];
  node.allow(['name', 'type', 'members'], DOCUMENTATION);
  const members = node.maps('members');
  return [
    {
      name: node.string('name'),
      members: members.map((member) => {
        member.allow(['name', 'type', 'len', 'byte-order', 'enum', 'enum-as-flags', 'display-hint', 'struct', 'sub-type', 'family'], ['doc']);
        return readField(member);
      }),
    },
  ];
}

function readField(node: SpecNode, inherited?: SpecField): SpecField {
  const order = node.optionalString('byte-order');
  if (order !== undefined && order !== 'big-endian' && order !== 'little-endian') node.fail(`unsupported byte order "${order}"`);
  return {
    name: node.string('name'),
    type: node.optionalString('type') ?? inherited?.type ?? node.fail('expected "type"'),
    place: node.place,
    bigEndian: order === undefined ? (inherited?.bigEndian ?? false) : order === 'big-endian',
    many: node.has('multi-attr') ? node.boolean('multi-attr') : (inherited?.many ?? false),
    enum: node.optionalString('enum') ?? inherited?.enum,
    enumAsFlags: node.has('enum-as-flags') ? node.boolean('enum-as-flags') : (inherited?.enumAsFlags ?? false),
    hint: node.optionalString('display-hint') ?? inherited?.hint,
    length: node.optionalNumber('len') ?? inherited?.length,
    struct: node.optionalString('struct') ?? inherited?.struct,
    nested: node.optionalString('nested-attributes') ?? inherited?.nested,
    subType: node.optionalString('sub-type') ?? inherited?.subType,
    subMessage: node.optionalString('sub-message') ?? inherited?.subMessage,
    selector: node.optionalString('selector') ?? inherited?.selector,
    typeValue: node.has('type-value') ? node.strings('type-value') : (inherited?.typeValue ?? []),
  };
}

/** Numbers are one more than the one before; those of a subset are those of the whole set. */
function readSets(root: SpecNode): SpecSet[] {
  const sets = new Map<string, SpecSet>();
  for (const node of root.maps('attribute-sets')) {
    node.allow(['name', 'subset-of', 'attributes'], DOCUMENTATION);
    const name = node.string('name');
    if (sets.has(name)) node.fail(`there is another set "${name}"`);
    const whole = node.optionalString('subset-of');
    const parent = whole === undefined ? undefined : (sets.get(whole) ?? node.fail(`unknown set "${whole}"`));
    const attributes: SpecSet['attributes'][number][] = [];
    const taken = new Map<number, string>();
    let next = 1;
    for (const attribute of node.maps('attributes')) {
      attribute.allow(
        ['name', 'type', 'value', 'byte-order', 'multi-attr', 'enum', 'enum-as-flags', 'display-hint', 'struct', 'len',
         'nested-attributes', 'sub-type', 'sub-message', 'selector', 'type-value'],
        ['doc', 'checks', 'name-prefix'],
      );
      const own = attribute.string('name');
      const inherited = parent?.attributes.find(({ field }) => field.name === own);
      if (parent !== undefined && inherited === undefined) attribute.fail(`"${own}" is not in "${parent.name}"`);
      const value = inherited?.value ?? attribute.optionalNumber('value') ?? next;
      next = value + 1;
      const other = taken.get(value);
      // A subset may name an attribute twice; that is not worth an error.
      if (other === own && parent !== undefined) continue;
      if (other !== undefined) attribute.fail(`"${own}" and "${other}" both have the number ${String(value)}`);
      taken.set(value, own);
      attributes.push({ value, field: readField(attribute, inherited?.field) });
    }
    sets.set(name, { name, attributes });
  }
  return [...sets.values()];
}

function readSubMessage(node: SpecNode): SpecSubMessage {
  node.allow(['name', 'formats'], ['doc']);
  return {
    name: node.string('name'),
    formats: node.maps('formats').map((format) => {
      format.allow(['value', 'fixed-header', 'attribute-set'], ['doc']);
      return {
        value: format.string('value'),
        header: format.optionalString('fixed-header'),
        attributes: format.optionalString('attribute-set'),
      };
    }),
  };
}

function readGroups(root: SpecNode): SpecFamily['groups'] {
  const node = root.optionalMap('mcast-groups');
  node?.allow(['list'], ['doc']);
  return (node?.maps('list') ?? []).map((group) => {
    group.allow(['name', 'value'], ['doc', 'c-define-name', 'flags']);
    return { name: group.string('name'), value: group.optionalNumber('value') };
  });
}
