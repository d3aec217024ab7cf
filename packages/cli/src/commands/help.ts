import type { Command } from 'commander';

/** `nlmon help`. Commander's own says nothing of a command that there is not. */
export function addHelp(nlmon: Command): void {
  nlmon
    .command('help')
    .summary('print the help of a command')
    .description('Prints the help of a command, as its --help does.')
    .argument('[COMMAND]', 'the command; by default all of them are listed')
    .allowExcessArguments(false)
    .action(async (name?: string) => {
      const command = name === undefined ? nlmon : nlmon.commands.find((one) => one.name() === name);
      if (command !== undefined) command.help();
      // As if it had been asked for: commander knows what is like it.
      await nlmon.parseAsync([name ?? ''], { from: 'user' });
    });
}
