import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { Kernel } from '@netdevkit/kernel';
import { Sandbox } from '@netdevkit/sandbox';
import { Recording, type RecordedDatagram } from '@netdevkit/testing';
import { capturePath, commandsOf, type Command, type Golden } from '../golden.ts';

/** A command that printed something else than it did when it was recorded. */
export interface Difference {
  /** The command line. */
  readonly command: string;
  /** What it printed, and what it exited with, when it was recorded. */
  readonly recorded: string;
  /** The same, now. */
  readonly replayed: string;
}

/** What came of a workload that was replayed. */
export interface Replay {
  /** How many commands printed and exited as they did. */
  readonly equal: number;
  readonly differences: readonly Difference[];
}

/**
 * Runs the commands of a workload once more, with the programs of this machine: the embedded kernel answers them what the capture
 * says that Linux answered.
 *
 * @param golden - a capture with a transcript, of the same programs
 */
export async function replay(golden: Golden): Promise<Replay> {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  try {
    const commands = commandsOf(golden).filter(({ exit }) => exit !== undefined);
    const result = (name: string, part: string): string => join(folder, `${name}.${part}`);
    const lines = commands.map(({ cmd }, at) => `(${cmd}\n) >${String(at)}.stdout 2>${String(at)}.stderr </dev/null; echo $? >${String(at)}.exit`);
    const script = join(folder, 'script');
    mkdirSync(join(folder, 'work'));
    writeFileSync(script, lines.join('\n'));
    using kernel = new Kernel();
    using served = new Recording(datagramsOf(golden)).serve(kernel);
    await using sandbox = await Sandbox.create(kernel);
    await sandbox.run('bash', [script], { cwd: folder });
    const differences = commands.flatMap((command, at): Difference[] => {
      const [stdout, stderr, exit] = ['stdout', 'stderr', 'exit'].map((part) => readFileSync(result(String(at), part), 'utf8'));
      return isSame(command, stdout ?? '', stderr ?? '', Number(exit)) ? [] : [{ command: command.cmd, recorded: textOf(command), replayed: `${stdout ?? ''}${stderr ?? ''}exit ${exit ?? ''}` }];
    });
    if (served.unanswered.length === commands.length) throw new Error('it was another conversation');
    return { equal: commands.length - differences.length, differences };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isSame({ stdout, stderr = '', json, exit }: Command, printed: string, errors: string, status: number): boolean {
  const isPrinted = json === undefined ? printed === stdout : isDeepStrictEqual(parsed(printed), json);
  return isPrinted && errors === stderr && status === exit;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf({ stdout, stderr = '', json, exit }: Command): string {
  return `${json === undefined ? (stdout ?? '') : JSON.stringify(json)}${stderr}exit ${String(exit)}\n`;
}

function datagramsOf(golden: Golden): RecordedDatagram[] {
  const datagrams: RecordedDatagram[] = [];
  const reader = new CaptureReader({
    packet: ({ linkType, bytes, offset, length }) => {
      const payload = netlinkPayload(linkType, bytes, offset, length);
      if (payload !== undefined) datagrams.push({ protocol: payload.protocol, bytes: bytes.slice(payload.offset, payload.offset + payload.length) });
    },
  });
  reader.feed(gunzipSync(readFileSync(capturePath(golden))));
  reader.end();
  return datagrams;
}
