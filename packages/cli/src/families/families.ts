import { NETLINK_NAMES } from '@netdevkit/bindings';
import { FileSink } from '@netdevkit/capture/node';
import { families, familySize, type FamilyEntry } from '@netdevkit/netlink';
import { TextOutput } from '../output.ts';

const STDOUT = 1;

/** What `nlmon families` can be told. */
export interface FamiliesOptions {
  /** How to print. */
  readonly format: 'text' | 'json';
}

/** A family in the list. */
interface Row {
  readonly name: string;
  readonly protocol: string;
  readonly messages: number;
  readonly attributes: number;
}

const NUMBER_WIDTH = 10;

/**
 * Lists what can be decoded: `nlmon families`.
 *
 * @param options - from the command line
 * @throws SinkError: the output failed
 */
export async function listFamilies({ format }: FamiliesOptions): Promise<void> {
  const rows = await Promise.all(families.map(rowOf));
  rows.sort((a, b) => compare(a.protocol, b.protocol) || compare(a.name, b.name));
  const output = new TextOutput(new FileSink(STDOUT, 'standard output'));
  output.write(format === 'json' ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : tableOf(rows));
  output.flush();
}

async function rowOf(entry: FamilyEntry): Promise<Row> {
  const { name, protocol } = entry;
  const protocolName = protocol === undefined ? 'NETLINK_GENERIC' : (NETLINK_NAMES[protocol] ?? String(protocol));
  return { name, protocol: protocolName, ...familySize(entry, await entry.load()) };
}

function tableOf(rows: readonly Row[]): string {
  const total: Row = {
    name: `${String(rows.length)} families`,
    protocol: '',
    messages: rows.reduce((sum, { messages }) => sum + messages, 0),
    attributes: rows.reduce((sum, { attributes }) => sum + attributes, 0),
  };
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const protocolWidth = Math.max(...rows.map(({ protocol }) => protocol.length));
  const line = (name: string, protocol: string, messages: string, attributes: string): string =>
    `${name.padEnd(nameWidth)}  ${protocol.padEnd(protocolWidth)}  ${messages.padStart(NUMBER_WIDTH)}  ${attributes.padStart(NUMBER_WIDTH)}\n`;
  const body = [...rows, total].map(({ name, protocol, messages, attributes }) => line(name, protocol, String(messages), String(attributes)));
  return [line('FAMILY', 'PROTOCOL', 'MESSAGES', 'ATTRIBUTES'), ...body].join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
