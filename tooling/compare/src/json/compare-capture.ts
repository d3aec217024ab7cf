import type { DecodedMessage } from '@netdevkit/netlink';
import { isMessage, readCapture, type SeenPacket } from '../capture.ts';
import { capturePath, commandsOf, type Command, type Golden } from '../golden.ts';
import { windowsOf } from '../windows.ts';
import { COMMANDS } from './commands.ts';
import { ELSEWHERE, explanationOf, type Explanation } from './explained.ts';
import { JsonComparison, type Difference } from './rules.ts';
import { World } from './world.ts';

/** A difference with where it was found. */
export interface FoundDifference extends Difference {
  /** The command line. */
  readonly command: string;
}

/** What came of comparing the commands of a workload. */
export interface JsonResult {
  /** How many values are equal, by what they are of. */
  readonly equal: ReadonlyMap<string, number>;
  /** How many differences have a reason. */
  readonly explained: number;
  /** Those that have none. */
  readonly differences: readonly FoundDifference[];
  /** Commands that printed JSON and are not compared. */
  readonly left: readonly string[];
  /** The reasons that were needed. */
  readonly used: ReadonlySet<Explanation>;
}

/**
 * Compares what commands printed as JSON with what their capture decodes to.
 *
 * @param golden - the capture
 */
export function compareWithJson(golden: Golden): JsonResult {
  const { packets } = readCapture(capturePath(golden));
  const world = new World();
  const equal = new Map<string, number>();
  const differences: FoundDifference[] = [];
  const left: string[] = [];
  const used = new Set<Explanation>();
  let explained = 0;
  for (const { command, packets: window } of windowsOf(packets, commandsOf(golden))) {
    const last = window.at(-1);
    if (last !== undefined) world.learn(packets, last.frame);
    if (isEmpty(command) || ELSEWHERE.test(command.cmd)) continue;
    const found = COMMANDS.find(([pattern]) => pattern.test(command.cmd));
    if (found === undefined || last === undefined) {
      left.push(command.cmd);
      continue;
    }
    const [, name, compare] = found;
    const comparison = new JsonComparison();
    compare(comparison, { command: command.cmd, json: command.json, answers: answersIn(window), world });
    equal.set(name, (equal.get(name) ?? 0) + comparison.equal);
    for (const difference of comparison.differences) {
      const reason = explanationOf(difference);
      if (reason === undefined) differences.push({ command: command.cmd, ...difference });
      else {
        used.add(reason);
        explained++;
      }
    }
  }
  return { equal, explained, differences, left, used };
}

/** Nothing was printed, or nothing that could be compared. */
function isEmpty({ json }: Command): boolean {
  return json === undefined || JSON.stringify(json) === '[]';
}

function answersIn(window: readonly SeenPacket[]): readonly DecodedMessage[] {
  const lines = window.flatMap(({ messages }) => messages.map(({ decoded }) => decoded));
  return lines.filter(isMessage).filter(({ flags }) => !flags.includes('NLM_F_REQUEST'));
}
