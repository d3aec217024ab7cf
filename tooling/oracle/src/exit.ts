import { OracleError } from './oracle-error.ts';

/**
 * Runs a command to its exit status, and says what it cannot do; a defect of its own stays one.
 *
 * @param name - of the command
 * @param main - gives the exit status
 * @param failed - the exit status where the machine cannot be had
 */
export async function exitWith(name: string, main: () => Promise<number>, failed: number): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof OracleError) && !isUsageError(error)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = error instanceof OracleError ? failed : 2;
  }
}

/** Whether it is of parseArgs: other TypeErrors are not the user's. */
function isUsageError(error: unknown): error is TypeError {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
