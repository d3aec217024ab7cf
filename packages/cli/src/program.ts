import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { COLOUR_CHOICES } from './colour.ts';
import type { DemoOptions } from './demo/demo.ts';
import { ExitCode, failureLine, isClosedPipe } from './failure.ts';
import { version } from './version.ts';

const EXIT_CODES = `
Exit status: 0 when all went well, or nobody reads the output any more;
1 when something failed; 2 when the command line makes no sense.`;

/**
 * Runs the `nlmon` command.
 *
 * @param args - what follows the command's name
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...args], { from: 'user' });
    return ExitCode.OK;
  } catch (error) {
    // What commander has to say is said by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    if (isClosedPipe(error)) return ExitCode.OK;
    process.stderr.write(`nlmon: ${failureLine(error)}\n`);
    return ExitCode.FAILURE;
  }
}

function program(): Command {
  const nlmon = new Command('nlmon')
    .description('Netlink, seen message by message.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'nlmon: ')) })
    .exitOverride();

  nlmon
    .command('demo')
    .summary('show an embedded kernel, and every message of a conversation with it')
    .description(
      'Runs an embedded Linux networking core in this process, loads the nlmon driver on it, and shows every netlink ' +
        'message of a conversation with it as it passes the tap; then plays a capture of a real kernel through the same tap.',
    )
    .option('-w, --write <FILE>', 'write all of it to FILE, as pcapng; "-" is standard output, lines then go to standard error')
    .addOption(new Option('--format <FORMAT>', 'how to print messages').choices(['text', 'json']).default('text'))
    .option('--replay <FILE>', 'the capture to play, pcap or pcapng; "-" is standard input (default: one of Linux 6.12)')
    .addOption(new Option('--color <WHEN>', 'when to colour; NO_COLOR is honoured').choices(COLOUR_CHOICES).default('auto'))
    .addOption(
      new Option('--prefer <ALIAS=PACKAGE>', 'which package to load for a module alias that several provide; repeatable')
        .argParser(preference)
        .default({}, 'the project’s package.json, "netdevkit": {"prefer": {…}}'),
    )
    .allowExcessArguments(false)
    .action(async (options: DemoOptions) => {
      // The kernel takes longer to load than to print the help of everything.
      const { demo } = await import('./demo/demo.ts');
      await demo(options);
    });
  return nlmon;
}

function preference(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('It is ALIAS=PACKAGE, such as rtnl-link-nlmon=@netdevkit/nlmon.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}
