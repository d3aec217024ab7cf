import { closeSync, constants, openSync } from 'node:fs';
import { compileFilter, families, FilterError } from '@netdevkit/netlink';
import { capture } from '../capture/capture.ts';
import { UsageFailure } from '../failure.ts';
import { say } from '../say.ts';
import { version } from '../version.ts';
import { install, uninstall } from './install.ts';
import type { ExtcapOptions } from './options.ts';
import { config, dlts, INTERFACE, interfaces } from './sentences.ts';

/**
 * Is an external capture program of Wireshark: `nlmon extcap`.
 *
 * @param options - from the command line
 * @param buffer - the usual buffer, as text
 * @throws Failure: it cannot be done here; UsageFailure: Wireshark would not ask for that
 */
export async function extcap(options: ExtcapOptions, buffer: string): Promise<void> {
  const { install: folder, uninstall: from, extcapInterfaces = false, extcapInterface, extcapCaptureFilter, fifo } = options;
  if (folder !== undefined) {
    say(`${install(folder === true ? undefined : folder)}\n`);
    return;
  }
  if (from !== undefined) {
    say(`${uninstall(from === true ? undefined : from)}\n`);
    return;
  }
  if (extcapInterfaces) {
    say(interfaces(version()));
    return;
  }
  if (extcapInterface !== INTERFACE) throw new UsageFailure(`there is no interface ${JSON.stringify(extcapInterface ?? '')}: it is ${INTERFACE}. nlmon extcap --install tells Wireshark of it`);
  if (options.extcapDlts === true) say(dlts());
  else if (options.extcapConfig === true) say(config(buffer));
  else if (options.capture === true) {
    if (fifo === undefined) throw new UsageFailure('--capture needs --fifo');
    try {
      await run(fifo, options);
    } catch (error) {
      // By then it is said what was wrong.
      process.once('exit', () => {
        endOf(fifo);
      });
      throw error;
    }
  } else if (extcapCaptureFilter !== undefined) say(problemOf(extcapCaptureFilter));
  else throw new UsageFailure('one of --extcap-dlts, --extcap-config, --capture says what to do');
}

/** Wireshark shows what is printed as what is wrong with the filter. */
function problemOf(filter: string): string {
  try {
    compileFilter(filter, { families });
    return '';
  } catch (error) {
    if (error instanceof FilterError) return `${error.message}\n`;
    throw error;
  }
}

/** Wireshark waits for somebody who opens its pipe, also when the extcap has ended; and shows what was wrong only then. */
function endOf(fifo: string): void {
  try {
    closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // It is not there any more, or nobody waits.
  }
}

async function run(fifo: string, { netns = '', link = '', groups = false, buffer, extcapCaptureFilter = '' }: ExtcapOptions): Promise<void> {
  await capture({
    write: fifo,
    prime: true,
    quiet: true,
    color: 'never',
    buffer,
    ...(netns === '' ? {} : { netns }),
    ...(link === '' ? {} : { interface: link }),
    ...(groups ? { groups } : {}),
    ...(extcapCaptureFilter === '' ? {} : { filter: extcapCaptureFilter }),
  });
}
