import { constants, openSync, writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addDecode, addDiff, addFamilies, addStat } from './commands/captures.ts';
import { addHelp } from './commands/help.ts';
import { addCapture, addExtcap, addUp } from './commands/host.ts';
import type { Outcome } from './commands/outcome.ts';
import { addDemo, addReplay, addRun, addTrace } from './commands/programs.ts';
import { ExitCode, exitCodeOf, failureLine, firstFailure, isClosedPipe, isUnread } from './failure.ts';
import { say, tell } from './say.ts';
import { version } from './version.ts';

const EXIT_CODES = `
Exit status: 0 when all went well, or nobody reads the output any more;
1 when something failed; 2 when the command line makes no sense.
Of diff: 0 when nothing differs, 1 when something does, 2 when something failed.`;

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
  } catch (thrown) {
    const error = firstFailure(thrown);
    // What commander has to say is said by now.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    if (isClosedPipe(error)) return ExitCode.OK;
    const code = exitCodeOf(error) ?? ExitCode.FAILURE;
    // What is wrong with a command line may be shown in lines of its own.
    const text = code === ExitCode.USAGE && error instanceof Error ? error.message : failureLine(error);
    if (isUnread(error)) endUnread(text, code);
    tell(`nlmon: ${text}\n`);
    return code;
  }
}

/** Whoever does not read the output may not read this either, and is not waited for. */
function endUnread(text: string, code: number): never {
  const line = `nlmon: ${text}\n`;
  try {
    writeSync(openSync('/proc/self/fd/2', constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK), line);
  } catch (error) {
    // A socket, which does not wait. Else it finds no room.
    if (error instanceof Error && 'code' in error && error.code === 'ENXIO') tell(line);
  }
  process.exit(code);
}

function program(outcome: Outcome): Command {
  const nlmon = new Command('nlmon')
    .description('Netlink, seen message by message.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ writeOut: say, writeErr: tell, outputError: (text, write) => write(text.replace(/^error: /, 'nlmon: ')) })
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
  addUp(nlmon);
  addDemo(nlmon);
  addHelp(nlmon);
  return nlmon;
}
