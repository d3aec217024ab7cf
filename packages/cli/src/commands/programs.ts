// The commands that run programs.
import { Option, type Command } from 'commander';
import type { DemoOptions } from '../demo/demo.ts';
import type { LiveOutputOptions } from '../live/live-output.ts';
import type { RunOptions } from '../run/options.ts';
import type { TraceOptions } from '../trace/trace.ts';
import { addLiveOutput, collect, colourOption, namespaceName, positive, preferOption, sessionName } from './option-parsers.ts';
import type { Outcome } from './outcome.ts';

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
  nlmon run --record talk.pcapng -- bash    and later, against nothing else:
  nlmon replay talk.pcapng -- ip link`;

const TRACE_HELP = `
Exit status: the program's; 128 more than a signal's number when one ended it;
127 when there is no such program, 126 when it cannot be run.

  nlmon trace --format summary ip route get 192.0.2.1
  nlmon trace -w trace.pcapng -- systemctl restart systemd-networkd
  nlmon trace -p -q -- make test            who said how much, and for how long`;

const REPLAY_HELP = `
Exit status: the program's, as of nlmon run. A request to which nothing is
recorded fails with EOPNOTSUPP, and is named on standard error.

  nlmon trace -w talk.pcapng -- ip route show
  nlmon replay -q talk.pcapng -- ip route show`;

/** Options of `nlmon run` that are about the kernel, and what is seen of it: not for who uses another's. */
const OF_THE_KERNEL = ['netns', 'keep', 'files', 'everySocket', 'driver', 'fault', 'faultSeed', 'write', 'record', 'format', 'prefer'];

/** `nlmon run`. */
export function addRun(nlmon: Command, outcome: Outcome): void {
  const command = nlmon
    .command('run')
    .summary('run a program on an embedded kernel, and show what it says over netlink')
    .description(
      'Runs a program on a Linux networking kernel of its own, in this process: its netlink and packet sockets are that ' +
        'kernel’s, all else is the host’s. It needs no root, changes nothing on the host, and shows every netlink message on standard error.',
    )
    .argument('<COMMAND...>', 'the program and its arguments, such as: ip link add nlmon0 type nlmon')
    .addOption(new Option('--netns <NAME>', 'run it in a namespace of this name, which is made').argParser(namespaceName))
    .option('--keep', 'let later commands use the same kernel: it ends with the last of them')
    .addOption(new Option('--attach', 'run it on a kernel that --keep has kept; what is seen is shown there').conflicts(OF_THE_KERNEL))
    .addOption(new Option('--session <NAME>', 'the name by which --attach finds what --keep has kept').argParser(sessionName).default('default'))
    .option('--no-files', 'leave /proc/net, /proc/sys/net and /sys/class/net the host’s: opening files is quicker then')
    .option('--every-socket', 'follow sockets that programs copy to numbers of their choice or pass on: calls on other sockets are slower then')
    .option('--driver <PACKAGE>', 'load this driver at once; others are loaded when a link of theirs is asked for; repeatable', collect)
    .option('--fault <FAULT>', 'what goes wrong, such as error:RTM_NEWLINK=EBUSY; repeatable', collect)
    .addOption(new Option('--fault-seed <N>', 'where the chances of faults begin: another number gives others').argParser(positive))
    .addHelpText('after', RUN_HELP)
    .passThroughOptions();
  addLiveOutput(command)
    .addOption(new Option('--record <FILE>', 'the same as -w: a conversation for nlmon replay').conflicts('write'))
    .addOption(preferOption())
    .action(async (words: [string, ...string[]], { record, ...options }: RunOptions & { readonly record?: string }) => {
      const { run } = await import('../run/run.ts');
      outcome.code = await run(words, record === undefined ? options : { ...options, write: record });
    });
}

/** `nlmon replay`. */
export function addReplay(nlmon: Command, outcome: Outcome): void {
  const command = nlmon
    .command('replay')
    .summary('run a program against a conversation that was captured before')
    .description(
      'Runs a program whose netlink requests are answered from a capture, as the kernel answered then: the same request gets the ' +
        'same answer. Captures of nlmon run, nlmon trace and nlmon capture will do, and those of other programs. Listeners are told again what they were told then.',
    )
    .argument('<FILE>', 'the capture; "-" is standard input')
    .argument('<COMMAND...>', 'the program and its arguments')
    .addHelpText('after', REPLAY_HELP)
    .passThroughOptions();
  addLiveOutput(command).action(async (file: string, words: [string, ...string[]], options: LiveOutputOptions) => {
    const { replay } = await import('../replay/replay.ts');
    // The program's options begin at its name, so a "--" between file and program is not taken away before.
    const [program = '', ...args] = words[0] === '--' ? words.slice(1) : words;
    if (program === '') command.error("nlmon: missing required argument 'COMMAND'");
    outcome.code = await replay(file, [program, ...args], options);
  });
}

/** `nlmon trace`. */
export function addTrace(nlmon: Command, outcome: Outcome): void {
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
  addLiveOutput(command)
    .option('-p, --processes', 'at the end, a line for each process: how much it sent and received, what failed, how long answers took')
    .action(async (words: [string, ...string[]], options: TraceOptions) => {
      const { trace } = await import('../trace/trace.ts');
      outcome.code = await trace(words, options);
    });
}

/** `nlmon demo`. */
export function addDemo(nlmon: Command): void {
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
      const { demo } = await import('../demo/demo.ts');
      await demo(options);
    });
}
