#!/usr/bin/env node
import { run } from './program.ts';

// A reader of the help text that goes early is no failure either.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2));
