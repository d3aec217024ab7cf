import { release } from 'node:os';
import { Tracer, type TracedMessage, type TraceRemark } from '@netdevkit/sandbox';
import { LiveOutputThread } from '../live/live-output-thread.ts';
import { outputOf, type LiveOutputOptions } from '../live/live-output.ts';
import type { LivePacket } from '../live/live-packet.ts';
import { requireSupport, statusOf, stdioOf } from '../live/program-status.ts';
import { told } from '../live/warn.ts';
import { durationText } from '../print/duration-text.ts';
import { tell } from '../say.ts';
import { Latencies } from './latencies.ts';
import { ProcessTotals } from './process-totals.ts';

const NS_PER_MS = 1e6;

/** What the command line says. */
export interface TraceOptions extends LiveOutputOptions {
  /** Whether to say at the end what each process said. */
  readonly processes?: boolean;
}

/**
 * Runs a command on the host's kernel, and shows what it and its children say to it over netlink: `nlmon trace`.
 *
 * @param command - its name and arguments
 * @param options - from the command line
 * @returns what the command exited with
 * @throws Failure: this host does not allow it; SinkError: an output failed
 */
export async function trace(command: readonly [string, ...string[]], options: TraceOptions): Promise<number> {
  requireSupport();
  await using output = await LiveOutputThread.open({ ...outputOf(options), os: `Linux ${release()}` });
  const latencies = new Latencies();
  const totals = options.processes === true ? new ProcessTotals() : undefined;
  const observer = {
    message: (message: TracedMessage) => {
      const latency = latencies.of(message);
      totals?.add(message, latency);
      output.push(livePacket(message, latency));
    },
    remark: (remark: TraceRemark) => {
      output.remark(sentence(remark));
    },
  };
  await using tracer = await Tracer.create({ observer, onError: (error) => { output.remark(told(error)); } });
  const child = tracer.spawn(command[0], command.slice(1), { stdio: stdioOf(options) });
  // Whoever fails to write ends the command, which would otherwise wait for nobody.
  output.onFailure = () => void child.kill();
  output.source = tracer;
  try {
    return await statusOf(child, () => {
      output.hurry();
    });
  } finally {
    await output.close();
    if (totals !== undefined) tell(`${totals.lines().join('\n')}\n`);
  }
}

function livePacket(message: TracedMessage, latency: number | undefined): LivePacket {
  const { bytes, length, protocol, sec, nsec, command, pid, tid, fd, peer, sent } = message;
  const who = `${command}[${String(pid)}${tid === pid ? '' : `/${String(tid)}`}]:${String(fd)}`;
  const took = latency === undefined ? '' : ` +${durationText(latency * NS_PER_MS)}`;
  const cut = length > bytes.length ? `, the first ${String(bytes.length)} of ${String(length)} octets` : '';
  const other = peer === 0 ? '' : `, ${sent ? 'to' : 'from'} port ${String(peer)}`;
  return {
    bytes,
    protocol,
    seconds: sec,
    nanoseconds: nsec,
    place: 'trace',
    label: who + took,
    comments: [`${sent ? 'sent' : 'received'} by ${command}, process ${String(pid)}, thread ${String(tid)}, descriptor ${String(fd)}${took === '' ? '' : `,${took} after the request`}${other}${cut}`],
  };
}

function sentence({ kind, command, pid, fd }: TraceRemark): string {
  const who = `${command}[${String(pid)}]`;
  if (kind === 'overrun') return `${who}:${String(fd)}: messages were lost: the socket's buffer was full (ENOBUFS)`;
  if (kind === 'no-room') return `${who}: a netlink socket is not seen: the limit of open files has to be above 512`;
  if (fd >= 0) return `${who}:${String(fd)}: what it receives is not seen: pidfd_getfd(2) is refused, and the socket was made by a program that is not traced`;
  return `${who}: a netlink socket in another network namespace is not seen`;
}
