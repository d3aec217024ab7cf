import { isMessage, readCapture, type SeenCapture } from '../capture.ts';
import { capturePath, commandsOf, type Golden } from '../golden.ts';
import { windowsOf } from '../windows.ts';
import { MessageComparison, type Difference } from './compare.ts';
import { datagramsOf } from './datagrams.ts';
import { EXPLANATIONS, explanationOf, type Explanation } from './explained.ts';
import { matchDatagrams } from './match.ts';

/** A difference, and where it is. */
export interface FoundDifference extends Difference {
  /** The command that was traced. */
  readonly command: string;
  /** The packet, from 1. */
  readonly frame: number;
}

/** What came of comparing a capture with what strace printed meanwhile. */
export interface StraceResult {
  /** How many messages were compared. */
  readonly messages: number;
  /** How many names and values are equal. */
  readonly equal: number;
  /** How many values strace does not decode. */
  readonly opaque: number;
  /** How many differ with a reason. */
  readonly explained: number;
  /** What differs without one. */
  readonly differences: readonly FoundDifference[];
  /** Datagrams of strace's that are not in the capture. */
  readonly lost: readonly string[];
  /** The reasons that nothing needed. */
  readonly unused: readonly Explanation[];
}

/**
 * Compares a capture with what strace printed of the same messages.
 *
 * @param golden - the capture
 */
export function compareWithStrace(golden: Golden): StraceResult {
  const capture = readCapture(capturePath(golden));
  const devices = devicesOf(capture);
  const used = new Set<Explanation>();
  const differences: FoundDifference[] = [];
  const lost: string[] = [];
  let messages = 0;
  let equal = 0;
  let opaque = 0;
  let explained = 0;
  for (const { command, packets } of windowsOf(capture.packets, commandsOf(golden))) {
    const matched = matchDatagrams(datagramsOf(command.stderr ?? ''), packets);
    lost.push(...matched.lost.map(({ line }) => line));
    for (const pair of matched.pairs) {
      const result = new MessageComparison(pair, devices).run();
      messages++;
      equal += result.equal;
      opaque += result.opaque;
      for (const difference of result.differences) {
        const explanation = explanationOf(difference);
        if (explanation === undefined) differences.push({ ...difference, command: command.cmd, frame: pair.packet.frame });
        else {
          explained++;
          used.add(explanation);
        }
      }
    }
  }
  const unused = EXPLANATIONS.filter((explanation) => !used.has(explanation));
  return { messages, equal, opaque, explained, differences, lost, unused };
}

/** Numbers of devices by name: strace prints names, and names are given anew. */
function devicesOf({ packets }: SeenCapture): ReadonlyMap<string, ReadonlySet<number>> {
  const devices = new Map<string, Set<number>>();
  for (const { decoded } of packets.flatMap(({ messages }) => messages)) {
    const name = isMessage(decoded) ? decoded.attrs?.['ifname'] : undefined;
    const index = isMessage(decoded) ? decoded.header?.['ifi-index'] : undefined;
    if (typeof name !== 'string' || typeof index !== 'number') continue;
    const known = devices.get(name);
    if (known === undefined) devices.set(name, new Set([index]));
    else known.add(index);
  }
  return devices;
}
