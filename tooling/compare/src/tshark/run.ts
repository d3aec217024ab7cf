import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A packet as `tshark -T json -x` prints it: objects and lists of strings, keys with `_raw` beside those that have octets. */
export interface PrintedPacket {
  readonly _source: { readonly layers: Readonly<Record<string, unknown>> };
}

/** Packets are the elements of one list, printed two spaces in: between them is this. */
const BETWEEN = '\n  },\n';

/**
 * The version of the tshark that is installed.
 *
 * @returns `4.0.17` or its like; `undefined` when there is none
 */
export function tsharkVersion(): string | undefined {
  const { stdout, status } = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\(Wireshark\) (\d+(?:\.\d+)+)/.exec(stdout)?.[1] : undefined;
}

/**
 * What tshark calls the values of its fields.
 *
 * @returns by field and value
 */
export function valueNames(): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const { stdout, status, error } = spawnSync('tshark', ['-G', 'values'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`tshark -G values: ${error?.message ?? `exit status ${String(status)}`}`);
  const names = new Map<string, Map<number, string>>();
  for (const line of stdout.split('\n')) {
    const [kind, field = '', value = '', name = ''] = line.split('\t');
    if (kind !== 'V') continue;
    const values = names.get(field) ?? new Map<number, string>();
    names.set(field, values);
    // Of two names for a value the first is used when packets are printed.
    if (!values.has(Number(value))) values.set(Number(value), name);
  }
  return names;
}

/**
 * Has tshark dissect a capture.
 *
 * @param path - of the file, which may be compressed
 * @returns the packets in their order; the whole of what is printed is never in memory
 */
export async function* dissect(path: string | URL): AsyncGenerator<PrintedPacket, void, undefined> {
  const file = typeof path === 'string' ? path : fileURLToPath(path);
  const tshark = spawn('tshark', ['-r', file, '-T', 'json', '-x', '--no-duplicate-keys'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended: Promise<unknown[]> = once(tshark, 'close');
  let text = '';
  for await (const chunk of tshark.stdout.setEncoding('utf8')) {
    text += String(chunk);
    let start = 0;
    for (let end = text.indexOf(BETWEEN); end >= 0; end = text.indexOf(BETWEEN, start)) {
      yield parse(text.slice(start, end + 4));
      start = end + BETWEEN.length;
    }
    text = text.slice(start);
  }
  const [status] = await ended;
  if (status !== 0) throw new Error(`tshark ended with ${String(status)} on ${file}`);
  const end = text.lastIndexOf(']');
  const last = text.slice(0, end).replace(/^\s*\[?\s*/, '');
  if (last.trim() !== '') yield parse(last);
}

function parse(text: string): PrintedPacket {
  // CAST: tshark's format; what is read of it is looked at value by value.
  return JSON.parse(text.replace(/^\s*\[\s*/, '')) as PrintedPacket;
}
