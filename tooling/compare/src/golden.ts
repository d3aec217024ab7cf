import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const GOLDEN = new URL('../golden/', import.meta.url);

/** A capture that is committed. */
export interface Golden {
  /** Its name: `link.k6.12`. */
  readonly name: string;
  /** What ran: `link`; the part of the name in front of the kernel's. */
  readonly workload: string;
  /** `k6.1`, `k6.12` or `k7.2`. */
  readonly kernel: string;
}

/** A command of a workload, with what it printed. */
export interface Command {
  /** The command line. */
  readonly cmd: string;
  /** What it exited with; absent for what ran in the background. */
  readonly exit?: number;
  /** What it printed, if that was JSON. */
  readonly json?: unknown;
  /** What it printed, if that was something else. */
  readonly stdout?: string;
  /** What it wrote to standard error. */
  readonly stderr?: string;
  /** How many packets the capture device counted while it ran; absent for what ran in the background. */
  readonly nlmon_packets?: number;
  /** How many octets. */
  readonly nlmon_bytes?: number;
}

interface Remark {
  readonly note: string;
}

interface Transcript {
  readonly commands: readonly (Command | Remark)[];
}

/** All captures that are committed, by name. */
export function goldens(): readonly Golden[] {
  return readdirSync(new URL('captures/', GOLDEN))
    .filter((file) => file.endsWith('.pcap.gz'))
    .sort()
    .map((file) => goldenOf(file.slice(0, -'.pcap.gz'.length)));
}

/**
 * The capture of a name.
 *
 * @param name - such as `link.k6.12`
 */
export function goldenOf(name: string): Golden {
  const at = name.lastIndexOf('.k');
  return { name, workload: name.slice(0, at), kernel: name.slice(at + 1) };
}

/**
 * Where a capture is, compressed.
 *
 * @param golden - the capture
 */
export function capturePath(golden: Golden): URL {
  return new URL(`captures/${golden.name}.pcap.gz`, GOLDEN);
}

/**
 * Whether the commands of a capture were written down.
 *
 * @param golden - the capture
 */
export function hasTranscript(golden: Golden): boolean {
  return existsSync(transcriptOf(golden));
}

function transcriptOf({ kernel, workload }: Golden): URL {
  return new URL(`transcripts/${kernel}/${workload}.json.gz`, GOLDEN);
}

/**
 * The commands of a workload in the order in which they ran.
 *
 * @param golden - one of its captures
 */
export function commandsOf(golden: Golden): readonly Command[] {
  const text = gunzipSync(readFileSync(transcriptOf(golden))).toString();
  // CAST: the file is ours, and the tests read all of them.
  const { commands } = JSON.parse(text) as Transcript;
  return commands.filter((command) => 'cmd' in command);
}
