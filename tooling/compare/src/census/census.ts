import { isMessage, type SeenCapture, type SeenPacket } from '../capture.ts';

/** What a capture holds, and what of it has no name. */
export interface Census {
  /** Messages. */
  messages: number;
  /** Attributes. */
  attributes: number;
  /** Attributes without a name. */
  unnamedAttributes: number;
  /** Kinds of messages without a name, and of attributes: where they are, with how many there are. */
  readonly unnamed: Map<string, number>;
}

/** A census in which nothing was counted yet. */
export function emptyCensus(): Census {
  return { messages: 0, attributes: 0, unnamedAttributes: 0, unnamed: new Map() };
}

/**
 * Counts what a capture holds.
 *
 * @param census - is added to
 * @param workload - of the capture
 * @param capture - the capture
 */
export function count(census: Census, workload: string, capture: SeenCapture): void {
  for (const packet of capture.packets) countPacket(census, workload, packet);
}

function countPacket(census: Census, workload: string, { messages }: SeenPacket): void {
  for (const { decoded, spots } of messages) {
    if (!isMessage(decoded)) continue;
    census.messages++;
    const { protocol, family, type, command } = decoded;
    const what = [workload, protocol, family, command ?? type].filter((part) => part !== undefined).join(' ');
    if (type.startsWith('#') || command?.startsWith('#') === true) note(census, what);
    for (const { hasHeader, name, path } of spots) {
      if (!hasHeader) continue;
      census.attributes++;
      if (!name.startsWith('#')) continue;
      census.unnamedAttributes++;
      note(census, `${what} ${path.filter((key) => typeof key === 'string').join('.').replace(/(#\d+)#\d+$/, '$1')}`);
    }
  }
}

function note({ unnamed }: Census, where: string): void {
  unnamed.set(where, (unnamed.get(where) ?? 0) + 1);
}
