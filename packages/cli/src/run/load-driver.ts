import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Module } from '@netdevkit/module';
import { Failure, failureLine } from '../failure.ts';
import { OWN_FOLDER } from '../catalog/own-folder.ts';

/**
 * Loads a driver's package, as the project in the working folder would, else as this package would.
 *
 * @param name - of the package, or a path to it
 * @throws Failure: there is none, or it is no driver
 */
export function loadDriver(name: string): Module {
  const exported = require(name);
  const module = typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : exported;
  if (module instanceof Module) return module;
  throw new Failure(`--driver ${name}: its default export is not what defineModule of this @netdevkit/module made`);
}

function require(name: string): unknown {
  const here = createRequire(join(process.cwd(), 'package.json'));
  try {
    return here(name);
  } catch (error) {
    // Only what is not there is looked for elsewhere: a driver that cannot be loaded is to be told.
    if (!isMissing(error)) throw new Failure(`--driver ${name}: ${failureLine(error)}`, error);
  }
  try {
    return createRequire(OWN_FOLDER)(name);
  } catch (error) {
    throw new Failure(`--driver ${name}: ${isMissing(error) ? 'no such package is installed here' : failureLine(error)}`, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}
