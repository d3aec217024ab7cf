import type { SeenPacket } from './capture.ts';
import type { Command } from './golden.ts';

/** A command with the packets that were captured while it ran. */
export interface Window {
  readonly command: Command;
  /** Empty if they cannot be told. */
  readonly packets: readonly SeenPacket[];
}

/** More packets than this between two commands are not looked over. */
const MAX_GAP = 64;

/**
 * Tells which packets are whose: the device's own counters say how many packets and octets each command caused. Between
 * commands there may be others, of programs in the background.
 *
 * @param packets - of a capture, from its beginning
 * @param commands - that ran meanwhile
 */
export function windowsOf(packets: readonly SeenPacket[], commands: readonly Command[]): readonly Window[] {
  let at = 0;
  return commands.map((command) => {
    const { nlmon_packets: count = -1, nlmon_bytes: octets = -1 } = command;
    for (let gap = 0; count > 0 && gap <= MAX_GAP && at + gap + count <= packets.length; gap++) {
      const window = packets.slice(at + gap, at + gap + count);
      // The device counts netlink's octets, without the header of the capture.
      const sum = window.reduce((total, { originalLength, offset }) => total + originalLength - offset, 0);
      if (sum !== octets) continue;
      at += gap + count;
      return { command, packets: window };
    }
    return { command, packets: [] };
  });
}
