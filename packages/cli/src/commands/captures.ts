// The commands that read captures.
import { Option, type Command } from 'commander';
import { DECODE_FORMATS, type DecodeOptions } from '../decode/options.ts';
import { ARBITRARY } from '../diff/arbitrary.ts';
import type { DiffOptions } from '../diff/diff.ts';
import { ExitCode, Failure, failureLine, isClosedPipe, UsageFailure } from '../failure.ts';
import type { FamiliesOptions } from '../families/families.ts';
import type { StatOptions } from '../stat/stat.ts';
import { colourOption, familyNumber, kinds, nameList, positive } from './option-parsers.ts';
import type { Outcome } from './outcome.ts';

/** `nlmon decode`. */
export function addDecode(nlmon: Command): void {
  nlmon
    .command('decode')
    .summary('decode a capture: every message by name')
    .description('Decodes the netlink messages of a capture, pcap or pcapng, compressed with gzip or not: as text, as JSON, or a line each.')
    .argument('<FILE>', 'the capture; "-" is standard input')
    .addOption(new Option('--format <FORMAT>', 'how to print messages (default: text, or nothing with -w)').choices(DECODE_FORMATS))
    .option('--filter <EXPR>', 'which messages, such as: route and attr.ifname ~ "veth*"')
    .addOption(new Option('--fields <NAMES>', 'print these fields only, such as: frame,type,attr.ifname').argParser(nameList))
    .option('--follow', 'wait at the end of the file for what is written to it')
    .addOption(new Option('-c, --count <N>', 'stop after N messages').argParser(positive))
    .option('-w, --write <FILE>', 'write packets with such messages to FILE, as pcapng; "-" is standard output, lines then go to standard error')
    .option('--prime', 'begin the written capture with the names of generic families, so that Wireshark knows them')
    .option('--comments', 'add comments to the written packets: conversations, latencies, errors in words')
    .addOption(
      new Option('--family <NAME=ID>', 'the number of a generic family that the capture does not tell; repeatable').argParser(familyNumber).default({}, 'none'),
    )
    .addOption(colourOption())
    .allowExcessArguments(false)
    .action(async (file: string, options: DecodeOptions) => {
      const { decode } = await import('../decode/decode.ts');
      await decode(file, options);
    });
}

/** `nlmon stat`. */
export function addStat(nlmon: Command): void {
  nlmon
    .command('stat')
    .summary('count what a capture holds, by type of message, with latencies')
    .description('Counts messages, octets and errors by type, and measures how long answers took: median, 90th and 99th percentile.')
    .argument('<FILE>', 'the capture; "-" is standard input')
    .addOption(new Option('--format <FORMAT>', 'a table, or one JSON object').choices(['text', 'json']).default('text'))
    .allowExcessArguments(false)
    .action(async (file: string, options: StatOptions) => {
      const { stat } = await import('../stat/stat.ts');
      await stat(file, options);
    });
}

/** `nlmon diff`. */
export function addDiff(nlmon: Command, outcome: Outcome): void {
  nlmon
    .command('diff')
    .summary('compare two captures as conversations')
    .description(
      'Compares the messages of two captures, conversation by conversation, and prints where they differ as diff -u does. ' +
        'What is arbitrary is not compared: ports and sequence numbers, interface indexes, namespace ids, made-up addresses, times, statistics, ids.',
    )
    .argument('<A>', 'the first capture; "-" is standard input')
    .argument('<B>', 'the second capture')
    .addOption(new Option('--keep <KINDS>', `what to compare all the same, of: ${ARBITRARY.join(', ')}`).argParser(kinds).default([], 'none'))
    .option('-q, --quiet', 'print nothing: the exit status says whether they differ')
    .addOption(colourOption())
    .allowExcessArguments(false)
    .action(async (from: string, to: string, options: DiffOptions) => {
      const { diff } = await import('../diff/diff.ts');
      try {
        outcome.code = (await diff(from, to, options)) ? ExitCode.OK : ExitCode.DIFFERENT;
      } catch (error) {
        if (error instanceof UsageFailure) throw error;
        if (!isClosedPipe(error)) throw new Failure(failureLine(error), error, ExitCode.TROUBLE);
        // Nothing is printed of what is equal.
        outcome.code = ExitCode.DIFFERENT;
      }
    });
}

/** `nlmon families`. */
export function addFamilies(nlmon: Command): void {
  nlmon
    .command('families')
    .summary('list what can be decoded')
    .description('Lists the families of messages that can be decoded, with how many messages and attributes of each are known.')
    .addOption(new Option('--format <FORMAT>', 'a table, or a JSON object for each family').choices(['text', 'json']).default('text'))
    .allowExcessArguments(false)
    .action(async (options: FamiliesOptions) => {
      const { listFamilies } = await import('../families/families.ts');
      await listFamilies(options);
    });
}
