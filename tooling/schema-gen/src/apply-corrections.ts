import { isMap, isSeq, type Document, type YAMLMap, type YAMLSeq } from 'yaml';

/**
 * A change to a specification that says less, or other things, than the kernel puts on the wire. One whose target an older
 * or newer specification does not have changes nothing.
 */
export type Correction = { readonly why: string } & (
  | { readonly set: string; readonly attribute: string; readonly change: Keys }
  | { readonly set: string; readonly add: Keys }
  | { readonly struct: string; readonly members: readonly Keys[] }
  | { readonly struct: string; readonly add: Keys }
  | { readonly struct: string; readonly member: string; readonly change: Keys }
  | { readonly define: Keys }
  | { readonly subMessage: string; readonly formats: readonly Keys[] }
);

/** Keys and values as they would stand in a specification. */
export type Keys = Readonly<Record<string, unknown>>;

/**
 * Corrects a specification.
 *
 * @param document - the specification; changed
 * @param list - the corrections
 */
export function applyCorrections(document: Document, list: readonly Correction[]): void {
  for (const correction of list) {
    if ('define' in correction) append(document, 'definitions', correction.define);
    else if ('subMessage' in correction) addFormats(document, correction.subMessage, correction.formats);
    else if ('set' in correction) correctSet(document, correction);
    else correctStruct(document, correction);
  }
}

function correctSet(document: Document, correction: Extract<Correction, { readonly set: string }>): void {
  const attributes = find(document, 'attribute-sets', correction.set)?.get('attributes');
  if (!isSeq(attributes)) return;
  if ('add' in correction) {
    if (named(attributes, correction.add['name']) === undefined) attributes.add(document.createNode(correction.add));
    return;
  }
  change(document, named(attributes, correction.attribute), correction.change);
}

function correctStruct(document: Document, correction: Extract<Correction, { readonly struct: string }>): void {
  const struct = find(document, 'definitions', correction.struct);
  if (struct === undefined) return;
  if ('members' in correction) {
    struct.set('members', document.createNode(correction.members));
    return;
  }
  const members = struct.get('members');
  if (!isSeq(members)) return;
  if ('add' in correction) {
    const last = members.items.at(-1);
    // A specification that knows of the padding has it there.
    if (!(isMap(last) && last.get('type') === 'pad')) members.add(document.createNode(correction.add));
  } else change(document, named(members, correction.member), correction.change);
}

function addFormats(document: Document, name: string, added: readonly Keys[]): void {
  const formats = find(document, 'sub-messages', name)?.get('formats');
  if (!isSeq(formats)) {
    append(document, 'sub-messages', { name, formats: added });
    return;
  }
  for (const format of added) {
    const old = formats.items.find((item) => isMap(item) && item.get('value') === format['value']);
    if (old === undefined) formats.add(document.createNode(format));
  }
}

/** A value of `null` takes a key away. */
function change(document: Document, node: YAMLMap | undefined, keys: Keys): void {
  if (node === undefined) return;
  for (const [key, value] of Object.entries(keys)) {
    if (value === null) node.delete(key);
    else node.set(key, document.createNode(value));
  }
}

function append(document: Document, key: string, value: Keys): void {
  const list = document.get(key);
  if (isSeq(list)) {
    if (named(list, value['name']) === undefined) list.add(document.createNode(value));
  } else document.set(key, document.createNode([value]));
}

function find(document: Document, key: string, name: string): YAMLMap | undefined {
  const list = document.get(key);
  return isSeq(list) ? named(list, name) : undefined;
}

function named(list: YAMLSeq, name: unknown): YAMLMap | undefined {
  return list.items.find((item): item is YAMLMap => isMap(item) && item.get('name') === name);
}
