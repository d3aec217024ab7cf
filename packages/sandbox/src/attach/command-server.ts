import { rmSync } from 'node:fs';
import { isKernelError } from '@netdevkit/errno';
import { Libc, type Descriptor } from '@netdevkit/libc/unsafe';
import type { NetNamespace } from '@netdevkit/kernel';
import type { Sandbox } from '../sandbox.ts';
import type { SandboxedProcess } from '../sandboxed-process.ts';
import { parseRequest, type AttachReply, type RunRequest } from './attach-messages.ts';
import { ControlSockets } from './control-socket.unsafe.ts';

/** How a {@link CommandServer} is made. */
export interface CommandServerOptions {
  /** Where it listens: a path that does not exist, in a folder that only its users may enter. */
  readonly path: string;
  /**
   * The namespace that the commands are in.
   *
   * @defaultValue the initial one
   */
  readonly netns?: NetNamespace;
  /** Told when the last command has ended. */
  readonly onIdle?: () => void;
}

/** A command of somebody who attached. */
interface Client {
  readonly socket: Descriptor;
  child: SandboxedProcess | undefined;
}

/**
 * Runs commands in a sandbox for other processes, with their own standard descriptors: see {@link attach}. Whoever may
 * connect to its path may run programs as this process's user.
 */
export class CommandServer implements Disposable {
  readonly #sandbox: Sandbox;
  readonly #options: CommandServerOptions;
  readonly #sockets: ControlSockets;
  readonly #listener: Descriptor;
  readonly #clients = new Set<Client>();

  /**
   * Begins to listen.
   *
   * @param sandbox - stays the caller's
   * @throws KernelError `EADDRINUSE`: the path exists; `EACCES`, `ENOENT`; RangeError: it is too long
   */
  constructor(sandbox: Sandbox, options: CommandServerOptions) {
    this.#sandbox = sandbox;
    this.#options = options;
    this.#sockets = new ControlSockets(Libc.open());
    this.#listener = this.#sockets.listen(options.path);
    const watch = this.#listener.watch(() => {
      for (let socket; !this.#listener.closed && (socket = this.#sockets.accept(this.#listener)) !== undefined; ) this.#serve(socket);
      if (!this.#listener.closed) watch.arm({ readable: true });
    });
    watch.arm({ readable: true });
  }

  /** How many are attached. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Listens no longer, and ends the commands that run. */
  [Symbol.dispose](): void {
    if (this.#listener.closed) return;
    this.#listener.close();
    rmSync(this.#options.path, { force: true });
    for (const client of this.#clients) this.#end(client);
    this.#sockets[Symbol.dispose]();
  }

  #serve(socket: Descriptor): void {
    const client: Client = { socket, child: undefined };
    this.#clients.add(client);
    const watch = socket.watch(() => {
      this.#hear(client);
      if (!socket.closed) watch.arm({ readable: true });
    });
    watch.arm({ readable: true });
  }

  #hear(client: Client): void {
    for (let message; !client.socket.closed && (message = this.#sockets.receive(client.socket)) !== undefined; ) {
      const request = message === null ? undefined : parseRequest(message.text);
      const descriptors = message?.descriptors ?? [];
      if (request?.type === 'run' && client.child === undefined && descriptors.length === 3) {
        this.#run(client, request, descriptors);
        continue;
      }
      closeAll(descriptors);
      if (request?.type === 'signal') client.child?.kill(request.signal);
      else this.#end(client);
    }
  }

  #run(client: Client, { file, args, cwd, env }: RunRequest, descriptors: readonly Descriptor[]): void {
    const { netns } = this.#options;
    const stdio = descriptors.map(({ fd }) => fd);
    const child = this.#sandbox.spawn(file, args, { cwd, env, stdio, ...(netns === undefined ? {} : { netns }) });
    client.child = child;
    child.once('spawn', () => {
      // It is another thread that starts programs: until then they are needed.
      closeAll(descriptors);
      this.#tell(client, { type: 'spawn', pid: child.pid ?? 0 });
    });
    child.once('exit', (code, signal) => {
      this.#tell(client, { type: 'exit', code, signal });
      this.#end(client);
    });
    child.once('error', ({ message, code, errno }: NodeJS.ErrnoException) => {
      closeAll(descriptors);
      this.#tell(client, { type: 'error', message, ...(code === undefined ? {} : { code }), ...(errno === undefined ? {} : { errno }) });
      this.#end(client);
    });
  }

  #tell(client: Client, reply: AttachReply): void {
    if (client.socket.closed) return;
    try {
      this.#sockets.send(client.socket, JSON.stringify(reply));
    } catch (error) {
      // Nobody is there to be told any more.
      if (!isKernelError(error)) throw error;
    }
  }

  /** Who has gone leaves no command behind: it is told as by a terminal that was closed. */
  #end(client: Client): void {
    if (!this.#clients.delete(client)) return;
    client.socket.close();
    client.child?.kill('SIGHUP');
    if (this.#clients.size === 0) this.#options.onIdle?.();
  }
}

function closeAll(descriptors: readonly Descriptor[]): void {
  for (const descriptor of descriptors) descriptor.close();
}
