// Who reads an interface, and what it costs and loses under a load.
import { rmSync, statSync } from 'node:fs';
import { nlmon } from '../decode/processes.mjs';
import { trial } from './trial.mjs';

/** The command on an interface, with a ring of so many octets. */
export function nlmonOn(name, ring, file) {
  return { command: nlmon('capture', '-i', name, '--buffer', String(ring), '-w', file), file, read: (_, said) => numbers(/(\d+) packets?, (\d+) packets? lost/, said) };
}

/** Its peer. */
export function tcpdumpOn(name, ring, file) {
  const asRoot = process.getuid() === 0 ? ['-Z', 'root'] : [];
  // It has what is sent to `lo` twice.
  const times = name === 'lo' ? 2 : 1;
  return { command: ['tcpdump', '-n', '-i', name, '-B', String(ring / 1024), ...asRoot, '-w', file], file, times, isExact: false, read: (_, said) => numbers(/(\d+) packets? captured[^]*?(\d+) packets? dropped/, said) };
}

/**
 * Runs a reader under a load.
 *
 * @param {{ command: readonly string[], file?: string, times?: number, isExact?: boolean, read(stdout: string, stderr: string): { packets: number, drops: number } }} reader -
 * how often it sees each packet, and whether what it read and lost has to be what was sent
 * @param {{ octets: number, flood: readonly string[], portions?: number, portion?: number, bursts?: number, burst?: number, packets: number }} load - see {@link trial}
 * @returns what each packet cost it, in nanoseconds of processors; and what it got, and lost
 */
export async function underLoad({ command, file, times = 1, isExact = true, read }, { octets, ...load }) {
  if (file !== undefined) rmSync(file, { force: true });
  const hasBegun = (stderr) => stderr !== '' || (file !== undefined && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0);
  const { bursts, seconds, taken, stdout, stderr } = await trial(command, { hasBegun, octets, ...load });
  if (file !== undefined) rmSync(file, { force: true });
  const { packets, drops } = read(stdout, stderr);
  const { portions = 0, portion = 0, bursts: count = 0, burst = 0 } = load;
  const sent = times * (portions * portion + count * burst + load.packets);
  if (isExact && sent !== packets + drops) throw new Error(`${command.join(' ')}: ${sent} were sent, ${packets} were read and ${drops} dropped`);
  return { packets, drops, sent, bursts, rate: load.packets / seconds, flood: taken / Math.max(1, load.packets - drops / times) };
}

function numbers(pattern, text) {
  const [, packets, drops] = pattern.exec(text) ?? [];
  if (packets === undefined) throw new Error(text);
  return { packets: Number(packets), drops: Number(drops) };
}
