import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CaptureOptions } from './capture/options.ts';
import { COLOUR_CHOICES } from './colour.ts';
import { DECODE_FORMATS, type DecodeOptions } from './decode/options.ts';
import type { DemoOptions } from './demo/demo.ts';
import { ARBITRARY, type Arbitrary } from './diff/arbitrary.ts';
import type { DiffOptions } from './diff/diff.ts';
import type { ExtcapOptions } from './extcap/options.ts';
import { ExitCode, exitCodeOf, Failure, failureLine, isClosedPipe, UsageFailure } from './failure.ts';
import type { FamiliesOptions } from './families/families.ts';
import type { LiveOutputOptions } from './live/live-output.ts';
import type { RunOptions } from './run/options.ts';
import { say } from './say.ts';
import type { StatOptions } from './stat/stat.ts';
import { version } from './version.ts';

const DEFAULT_BUFFER = 32 * 1024 ** 2;
const DEFAULT_BUFFER_TEXT = '32M';

const EXIT_CODES = `
Exit status: 0 when all went well, or nobody reads the output any more;
1 when something failed; 2 when the command line makes no sense.
Of diff: 0 when nothing differs, 1 when something does, 2 when something failed.`;

const RUN_HELP = `
Faults, each with [:every=N] [:nth=N] [:probability=P] [:times=N] [:type=RTM_…]:
  error:TYPE=ERRNO   requests are refused, with [:text=WORDS]
  enobufs, drop      a message to the program is lost, with ENOBUFS or without
  delay=20ms         it comes later
  reorder            it comes after the next one
  dump-intr          a dump says that it was interrupted

Exit status: the program's; 128 more than a signal's number when one ended it;
127 when there is no such program, 126 when it cannot be run.

  nlmon run ip link add nlmon0 type nlmon
  nlmon run --fault enobufs:every=50 --fault delay=20ms -- ./my-daemon
  nlmon run -q -- sh -c 'ip link set lo up; ip -br link'
  nlmon run --keep -- bash                  and, in another terminal:
  nlmon run --attach -- ip monitor
  nlmon run -w talk.pcapng -- bash`;

const TRACE_HELP = `
Exit status: the program's; 128 more than a signal's number when one ended it;
127 when there is no such program, 126 when it cannot be run.

  nlmon trace --format summary ip route get 192.0.2.1
  nlmon trace -w trace.pcapng -- systemctl restart systemd-networkd`;

const REPLAY_HELP = `
Exit status: the program's, as of nlmon run. A request to which nothing is
recorded fails with EOPNOTSUPP, and is named on standard error.

  nlmon trace -w talk.pcapng -- ip route show
  nlmon replay -q talk.pcapng -- ip route show`;

/**
 * Runs the `nlmon` command.
 *
 * @param args - what follows the command's name
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  const outcome: Outcome = { code: ExitCode.OK };
  try {
    await program(outcome).parseAsync([...args], { from: 'user' });
    return outcome.code;
  } catch (error) {
    // What commander has to say is said by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    if (isClosedPipe(error)) return ExitCode.OK;
    const code = exitCodeOf(error) ?? ExitCode.FAILURE;
    // What is wrong with a command line may be shown in lines of its own.
    const text = code === ExitCode.USAGE && error instanceof Error ? error.message : failureLine(error);
    process.stderr.write(`nlmon: ${text}\n`);
    return code;
  }
}

/** What a command has found out. */
interface Outcome {
  code: number;
}

function program(outcome: Outcome): Command {
  const nlmon = new Command('nlmon')
    .description('Netlink, seen message by message.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .enablePositionalOptions()
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ writeOut: say, outputError: (text, write) => write(text.replace(/^error: /, 'nlmon: ')) })
    .exitOverride();

  addCapture(nlmon);
  addExtcap(nlmon);
  addDecode(nlmon);
  addStat(nlmon);
  addDiff(nlmon, outcome);
  addFamilies(nlmon);
  addRun(nlmon, outcome);
  addReplay(nlmon, outcome);
  addTrace(nlmon, outcome);
  addDemo(nlmon);
  return nlmon;
}

function addCapture(nlmon: Command): void {
  nlmon
    .command('capture')
    .summary('capture from this machine’s kernel: every message, as it passes')
    .description(
      'Captures netlink messages on this machine as they pass, prints them decoded, and writes them to a capture. Where the kernel has nlmon, ' +
        'a link of that kind is made for the time of the capture; where it has none, what is left is to listen to multicast groups.',
    )
    .option('-i, --interface <NAME>', 'an nlmon interface that exists (default: one of its own, which is removed at the end)')
    .addOption(new Option('--groups [PROTOCOLS]', 'listen to multicast groups instead, of all protocols or of some, such as: route,kobject-uevent').argParser(nameList))
    .option('-w, --write <FILE>', 'write packets to FILE, as pcapng; "-" is standard output, lines then go to standard error')
    .addOption(new Option('-c, --count <N>', 'stop after N messages').argParser(positive))
    .addOption(new Option('--duration <TIME>', 'stop after a time, such as 500ms, 10s (or 10), 5m').argParser(milliseconds))
    .option('--filter <EXPR>', 'which messages, such as: route and attr.ifname ~ "veth*"')
    .addOption(new Option('--format <FORMAT>', 'how to print messages (default: text, or nothing with -w)').choices(DECODE_FORMATS))
    .addOption(new Option('--fields <NAMES>', 'print these fields only, such as: frame,type,attr.ifname').argParser(nameList))
    .option('--netns <NAMESPACE>', 'the network namespace: a name, a process id, or a path')
    .addOption(new Option('--buffer <SIZE>', 'how much the kernel may write ahead, such as 64M').argParser(octets).default(DEFAULT_BUFFER, DEFAULT_BUFFER_TEXT))
    .addOption(new Option('-C, --file-size <SIZE>', 'begin another file after about so much, such as 100M').argParser(octets))
    .addOption(new Option('-W, --file-count <N>', 'how many files there are at most; the oldest is then written anew').argParser(positive))
    .option('--prime', 'begin each file with the names of generic families, so that Wireshark knows them')
    .addOption(new Option('--snaplen <OCTETS>', 'keep no more of a packet').argParser(positive))
    .option('-q, --quiet', 'say nothing besides')
    .addOption(colourOption())
    .allowExcessArguments(false)
    .action(async (options: CaptureOptions) => {
      const { capture } = await import('./capture/capture.ts');
      await capture(options);
    });
}

function addExtcap(nlmon: Command): void {
  nlmon
    .command('extcap')
    .summary('capture for Wireshark: “netlink (nlmon)” in its list of interfaces')
    .description('Is what Wireshark calls to capture from outside of it (extcap). --install puts it where Wireshark looks; all else is for Wireshark.')
    .option('--install [FOLDER]', 'write a script that calls this, where Wireshark looks for it, or in a folder')
    .option('--extcap-interfaces', 'list the interfaces')
    .option('--extcap-version <VERSION>', 'the version of Wireshark')
    .option('--extcap-interface <NAME>', 'the interface that the rest is about')
    .option('--extcap-dlts', 'list its link types')
    .option('--extcap-config', 'list its options')
    .option('--extcap-capture-filter <EXPR>', 'which messages; by itself: whether that is a filter')
    .option('--capture', 'capture')
    .option('--fifo <FILE>', 'where the capture goes')
    .option('--netns <NAMESPACE>', 'the network namespace: a name, a process id, or a path')
    .option('--link <NAME>', 'an nlmon interface that exists')
    .option('--groups', 'listen to multicast groups only')
    .addOption(new Option('--buffer <SIZE>', 'how much the kernel may write ahead').argParser(octets).default(DEFAULT_BUFFER, DEFAULT_BUFFER_TEXT))
    // Later versions of Wireshark may have more to say.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: ExtcapOptions) => {
      const { extcap } = await import('./extcap/extcap.ts');
      await extcap(options, DEFAULT_BUFFER_TEXT);
    });
}

function addDecode(nlmon: Command): void {
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
      const { decode } = await import('./decode/decode.ts');
      await decode(file, options);
    });
}

function addStat(nlmon: Command): void {
  nlmon
    .command('stat')
    .summary('count what a capture holds, by type of message, with latencies')
    .description('Counts messages, octets and errors by type, and measures how long answers took: median, 90th and 99th percentile.')
    .argument('<FILE>', 'the capture; "-" is standard input')
    .addOption(new Option('--format <FORMAT>', 'a table, or one JSON object').choices(['text', 'json']).default('text'))
    .allowExcessArguments(false)
    .action(async (file: string, options: StatOptions) => {
      const { stat } = await import('./stat/stat.ts');
      await stat(file, options);
    });
}

function addDiff(nlmon: Command, outcome: Outcome): void {
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
      const { diff } = await import('./diff/diff.ts');
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

function addFamilies(nlmon: Command): void {
  nlmon
    .command('families')
    .summary('list what can be decoded')
    .description('Lists the families of messages that can be decoded, with how many messages and attributes of each are known.')
    .addOption(new Option('--format <FORMAT>', 'a table, or a JSON object for each family').choices(['text', 'json']).default('text'))
    .allowExcessArguments(false)
    .action(async (options: FamiliesOptions) => {
      const { listFamilies } = await import('./families/families.ts');
      await listFamilies(options);
    });
}

function addRun(nlmon: Command, outcome: Outcome): void {
  const command = nlmon
    .command('run')
    .summary('run a program on an embedded kernel, and show what it says over netlink')
    .description(
      'Runs a program on a Linux networking kernel of its own, in this process: its netlink and packet sockets are that ' +
        'kernel’s, all else is the host’s. It needs no root, changes nothing on the host, and shows every netlink message on standard error.',
    )
    .argument('<COMMAND...>', 'the program and its arguments, such as: ip link add nlmon0 type nlmon')
    .option('--netns <NAME>', 'run it in a namespace of this name, which is made')
    .option('--keep', 'let later commands use the same kernel: it ends with the last of them')
    .option('--attach', 'run it on a kernel that --keep has kept; what is seen is shown there')
    .addOption(new Option('--session <NAME>', 'the name by which --attach finds what --keep has kept').argParser(sessionName).default('default'))
    .option('--no-files', 'leave /proc/net and /sys/class/net the host’s: opening files is quicker then')
    .option('--driver <PACKAGE>', 'load this driver at once; others are loaded when a link of theirs is asked for; repeatable', collect)
    .option('--fault <FAULT>', 'what goes wrong, such as error:RTM_NEWLINK=EBUSY; repeatable', collect)
    .addOption(new Option('--fault-seed <N>', 'where the chances of faults begin: another number gives others').argParser(positive))
    .addHelpText('after', RUN_HELP)
    .passThroughOptions();
  addLiveOutput(command)
    .addOption(preferOption())
    .action(async (words: [string, ...string[]], options: RunOptions) => {
      const { run } = await import('./run/run.ts');
      outcome.code = await run(words, options);
    });
}

function addReplay(nlmon: Command, outcome: Outcome): void {
  const command = nlmon
    .command('replay')
    .summary('run a program against a conversation that was captured before')
    .description(
      'Runs a program whose netlink requests are answered from a capture, as the kernel answered then: the same request gets the ' +
        'same answer. Captures of nlmon run, nlmon trace and nlmon capture will do, and those of other programs. Notifications are not repeated.',
    )
    .argument('<FILE>', 'the capture; "-" is standard input')
    .argument('<COMMAND...>', 'the program and its arguments')
    .addHelpText('after', REPLAY_HELP)
    .passThroughOptions();
  addLiveOutput(command).action(async (file: string, words: [string, ...string[]], options: LiveOutputOptions) => {
    const { replay } = await import('./replay/replay.ts');
    // The program's options begin at its name, so a "--" between file and program is not taken away before.
    const [program = '', ...args] = words[0] === '--' ? words.slice(1) : words;
    if (program === '') command.error("nlmon: missing required argument 'COMMAND'");
    outcome.code = await replay(file, [program, ...args], options);
  });
}

function addTrace(nlmon: Command, outcome: Outcome): void {
  const command = nlmon
    .command('trace')
    .summary('run a program, and show what it says to this machine’s kernel over netlink')
    .description(
      'Runs a program as it is, and shows every netlink message between the kernel and the processes that it starts: who sent ' +
        'or received it, through which descriptor, how long the answer took. It needs neither root nor nlmon in the kernel.',
    )
    .argument('<COMMAND...>', 'the program and its arguments')
    .addHelpText('after', TRACE_HELP)
    .passThroughOptions();
  addLiveOutput(command).action(async (words: [string, ...string[]], options: LiveOutputOptions) => {
    const { trace } = await import('./trace/trace.ts');
    outcome.code = await trace(words, options);
  });
}

function addLiveOutput(command: Command): Command {
  return command
    .option('-w, --write <FILE>', 'write all messages to FILE, as pcapng; "-" is standard output')
    .addOption(new Option('--format <FORMAT>', 'how to print messages (default: text, or nothing with -w)').choices(DECODE_FORMATS))
    .option('-q, --quiet', 'print no messages')
    .addOption(colourOption());
}

function sessionName(value: string): string {
  if (!/^[\w.-]{1,32}$/.test(value) || value.startsWith('.')) throw new InvalidArgumentError('It is up to 32 letters, digits, ".", "_" and "-".');
  return value;
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function addDemo(nlmon: Command): void {
  nlmon
    .command('demo')
    .summary('show an embedded kernel, and every message of a conversation with it')
    .description(
      'Runs an embedded Linux networking core in this process, loads the nlmon driver on it, and shows every netlink ' +
        'message of a conversation with it as it passes the tap; then plays a capture of a real kernel through the same tap.',
    )
    .option('-w, --write <FILE>', 'write all of it to FILE, as pcapng; "-" is standard output, lines then go to standard error')
    .addOption(new Option('--format <FORMAT>', 'how to print messages').choices(['text', 'json']).default('text'))
    .addOption(new Option('--client <CLIENT>', 'who talks: the system’s own ip, or a client of this process').choices(['auto', 'system', 'builtin']).default('auto'))
    .option('--replay <FILE>', 'the capture to play, pcap or pcapng; "-" is standard input (default: one of Linux 6.12)')
    .addOption(colourOption())
    .addOption(preferOption())
    .allowExcessArguments(false)
    .action(async (options: DemoOptions) => {
      // The kernel takes longer to load than to print the help of everything.
      const { demo } = await import('./demo/demo.ts');
      await demo(options);
    });
}

function colourOption(): Option {
  return new Option('--color <WHEN>', 'when to colour; NO_COLOR is honoured').choices(COLOUR_CHOICES).default('auto');
}

function preferOption(): Option {
  return new Option('--prefer <ALIAS=PACKAGE>', 'which package to load for a module alias that several provide; repeatable')
    .argParser(preference)
    .default({}, 'the project’s package.json, "netdevkit": {"prefer": {…}}');
}

function nameList(value: string): string[] {
  return value.split(',').map((name) => name.trim());
}

function kinds(value: string): Arbitrary[] {
  return nameList(value).map((name) => {
    const kind = ARBITRARY.find((known) => known === name);
    if (kind === undefined) throw new InvalidArgumentError(`It is some of ${ARBITRARY.join(', ')}, with commas between them.`);
    return kind;
  });
}

function positive(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError('It is a number from 1 up.');
  return Number(value);
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A time, in milliseconds. */
function milliseconds(value: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(value) ?? [];
  const time = Math.round(Number(number) * (UNITS.get(unit) ?? 0));
  if (number === '' || time <= 0) throw new InvalidArgumentError('It is a time such as 500ms, 10s or 5m.');
  return time;
}

/** A size: K, M and G count by 1024. */
function octets(value: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})([KMG]?)$/i.exec(value) ?? [];
  const size = Number(number) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase());
  if (number === '' || size >= 2 ** 32) throw new InvalidArgumentError('It is a size such as 512K, 64M or 1G, less than 4G.');
  return size;
}

function familyNumber(value: string, before: Readonly<Record<number, string>>): Readonly<Record<number, string>> {
  const [, name = '', number = ''] = /^([\w-]{1,15})=(\d{1,5})$/.exec(value) ?? [];
  const id = Number(number);
  if (name === '' || id < 16 || id > 0xffff) throw new InvalidArgumentError('It is NAME=ID, such as wireguard=29; numbers go from 16 to 65535.');
  return { ...before, [id]: name };
}

function preference(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('It is ALIAS=PACKAGE, such as rtnl-link-nlmon=@netdevkit/nlmon.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}
