import type { SpecNode } from './spec-node.ts';
import type { SpecOperation } from './spec.ts';

const KNOWN = ['name', 'value', 'attribute-set', 'fixed-header', 'do', 'dump', 'notify', 'event'];
const IGNORED = ['doc', 'mcgrp', 'dont-validate', 'flags', 'config-cond'];

/**
 * Numbers operations. In the unified model an operation has one number in both directions; in the directional one requests
 * and replies are counted apart, and notifications count with the replies.
 *
 * @param node - the specification's `operations`
 */
export function numberOperations(node: SpecNode): SpecOperation[] {
  const model = node.optionalString('enum-model') ?? 'unified';
  const list = node.maps('list');
  for (const operation of list) operation.allow(KNOWN, IGNORED);
  const header = node.optionalString('fixed-header');
  if (model === 'unified') return unified(list, header);
  if (model === 'directional') return directional(list, header);
  return node.fail(`unsupported enum-model "${model}"`);
}

/** What an operation says of its octets; a notification says it by naming another operation. */
function describe(operation: SpecNode, list: readonly SpecNode[], header: string | undefined): Omit<SpecOperation, 'request' | 'reply'> {
  const notified = operation.optionalString('notify');
  const source = notified === undefined ? operation : list.find((other) => other.string('name') === notified);
  if (source === undefined) return operation.fail(`"notify": unknown operation "${String(notified)}"`);
  return {
    name: operation.string('name'),
    header: operation.optionalString('fixed-header') ?? source.optionalString('fixed-header') ?? header,
    attributes: operation.optionalString('attribute-set') ?? source.optionalString('attribute-set'),
    isDump: operation.optionalMap('dump') !== undefined,
  };
}

function unified(list: readonly SpecNode[], header: string | undefined): SpecOperation[] {
  let next = 1;
  return list.map((operation) => {
    const value = operation.optionalNumber('value') ?? next;
    next = value + 1;
    for (const mode of ['do', 'dump']) checkMode(operation.optionalMap(mode), ['attributes']);
    return { ...describe(operation, list, header), request: value, reply: value };
  });
}

function directional(list: readonly SpecNode[], header: string | undefined): SpecOperation[] {
  let nextRequest = 1;
  let nextReply = 1;
  return list.map((operation) => {
    const description = describe(operation, list, header);
    if (operation.has('notify') || operation.has('event')) {
      const reply = operation.optionalNumber('value') ?? nextReply;
      nextReply = reply + 1;
      return { ...description, reply };
    }
    const modes = [operation.optionalMap('do'), operation.optionalMap('dump')];
    for (const mode of modes) checkMode(mode, ['attributes', 'value']);
    // From Linux's tools: the `do` decides, and `dump` only where there is no `do`.
    const mode = modes.find((candidate) => candidate !== undefined);
    if (mode === undefined) return operation.fail('expected "do", "dump", "notify" or "event"');
    const request = mode.optionalMap('request')?.optionalNumber('value') ?? nextRequest;
    nextRequest = request + 1;
    const answer = mode.optionalMap('reply');
    const reply = answer?.optionalNumber('value') ?? nextReply;
    nextReply = reply + (answer === undefined ? 0 : 1);
    // A dump may answer where `do` does not: its number is not counted on from.
    const dumped = modes[1]?.optionalMap('reply')?.optionalNumber('value');
    return { ...description, request, reply: answer === undefined ? dumped : reply };
  });
}

function checkMode(mode: SpecNode | undefined, keys: readonly string[]): void {
  mode?.allow(['request', 'reply'], ['pre', 'post']);
  for (const way of ['request', 'reply']) mode?.optionalMap(way)?.allow(keys);
}
