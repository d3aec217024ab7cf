import { EventEmitter } from 'node:events';
import process from 'node:process';
import { isKernelError } from '@netdevkit/errno';
import { Libc, type Descriptor } from '@netdevkit/libc/unsafe';
import { parseReply, type AttachReply, type RunRequest } from './attach-messages.ts';
import { ControlSockets } from './control-socket.unsafe.ts';

/** What an {@link AttachedCommand} is started with. */
export interface AttachOptions {
  /**
   * The working directory.
   *
   * @defaultValue this process's
   */
  readonly cwd?: string;
  /**
   * Its environment.
   *
   * @defaultValue this process's
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Descriptors of this process that are to be its standard input, output and error.
   *
   * @defaultValue this process's own
   */
  readonly stdio?: readonly [number, number, number];
}

/** The events of an {@link AttachedCommand}, as those of a child process. */
export interface AttachedCommandEvents {
  /** It was started. */
  spawn: [];
  /** It has ended: with an exit code, or else by a signal; the other is `null`. Last of all events. */
  exit: [code: number | null, signal: NodeJS.Signals | null];
  /** It could not be started, or the sandbox's process is gone. Last of all events. */
  error: [error: Error];
}

/**
 * A command that runs in the sandbox of another process, with descriptors of this one.
 */
export class AttachedCommand extends EventEmitter<AttachedCommandEvents> {
  /** The command as it was asked for: a path, or a name that the sandbox's process looks up. */
  readonly spawnfile: string;
  readonly #sockets: ControlSockets;
  readonly #socket: Descriptor;
  #ended = false;

  /** @internal */
  constructor(sockets: ControlSockets, socket: Descriptor, file: string) {
    super();
    this.spawnfile = file;
    this.#sockets = sockets;
    this.#socket = socket;
    const watch = socket.watch(() => {
      this.#hear();
      if (!socket.closed) watch.arm({ readable: true });
    });
    watch.arm({ readable: true });
  }

  /** Sends it a signal; says whether that could be done. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    if (this.#ended) return false;
    try {
      this.#sockets.send(this.#socket, JSON.stringify({ type: 'signal', signal }));
      return true;
    } catch (error) {
      if (!isKernelError(error)) throw error;
      return false;
    }
  }

  #hear(): void {
    for (let message; !this.#ended && (message = this.#sockets.receive(this.#socket)) !== undefined; ) {
      const reply = message === null ? undefined : parseReply(message.text);
      this.#told(reply ?? { type: 'error', message: 'the sandbox has gone' });
    }
  }

  #told(reply: AttachReply): void {
    if (reply.type === 'spawn') {
      this.emit('spawn');
      return;
    }
    this.#ended = true;
    this.#socket.close();
    this.#sockets[Symbol.dispose]();
    if (reply.type === 'exit') this.emit('exit', reply.code, reply.signal);
    else this.emit('error', Object.assign(new Error(reply.message), reply));
  }
}

/**
 * Runs a command in the sandbox that listens at a path: see {@link CommandServer}.
 *
 * @param path - where it listens
 * @param file - the program's name, looked for in PATH there, or its path
 * @throws KernelError `ENOENT`, `ECONNREFUSED`: nobody listens there; `E2BIG`: arguments and environment are too long; `EACCES`
 */
export function attach(path: string, file: string, args: readonly string[] = [], options: AttachOptions = {}): AttachedCommand {
  const { cwd = process.cwd(), env = process.env, stdio = [0, 1, 2] } = options;
  const sockets = new ControlSockets(Libc.open());
  const socket = sockets.connect(path);
  try {
    const request: RunRequest = { type: 'run', file, args, cwd, env: { ...env } };
    sockets.send(socket, JSON.stringify(request), stdio);
  } catch (error) {
    socket.close();
    sockets[Symbol.dispose]();
    throw error;
  }
  return new AttachedCommand(sockets, socket, file);
}

/**
 * Whether a {@link CommandServer} listens at a path: one that was killed leaves its socket behind.
 *
 * @param path - where it would
 */
export function isServed(path: string): boolean {
  using sockets = new ControlSockets(Libc.open());
  try {
    sockets.connect(path).close();
    return true;
  } catch (error) {
    if (!isKernelError(error)) throw error;
    return false;
  }
}
