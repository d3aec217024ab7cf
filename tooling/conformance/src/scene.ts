import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_MAX,
  CTRL_CMD_GETFAMILY,
  GENL_ID_CTRL,
  MSG_DONTWAIT,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_GET_STRICT_CHK,
  NETLINK_ROUTE,
  NLMSG_HDRLEN,
  NLM_F_REQUEST,
  SOL_NETLINK,
  genlmsghdr,
  nlmsghdr,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type JsonValue, type NetlinkSocket, type ReceivedMessage, type SockaddrNl } from '@netdevkit/netlink';
import { text } from './attributes.ts';
import type { Bench, BenchNamespace, TestedKernel } from './bench.ts';
import type { Heard, ScenarioRecord, Step } from './record.ts';
import { generic } from './requests.ts';

/** What is received with: larger than what the kernel puts into one datagram. */
const BUFFER = 65_536;
/** How long a real kernel is left alone at the end of a scenario, for what it says that nobody expects. */
const AFTERMATH_MS = 3;

/** How a socket of a scenario is opened. */
export interface PortOptions {
  /**
   * The netlink protocol.
   *
   * @defaultValue NETLINK_ROUTE
   */
  readonly protocol?: number;
  /**
   * Where.
   *
   * @defaultValue the scenario's first namespace
   */
  readonly namespace?: BenchNamespace;
  /** Options of SOL_NETLINK that are switched on. */
  readonly on?: readonly number[];
  /** Groups that it joins. */
  readonly groups?: readonly number[];
  /** Whether what comes is left in its queue until the scenario takes it. */
  readonly held?: boolean;
}

/** A socket of a scenario. */
export interface Port {
  readonly label: string;
  readonly socket: NetlinkSocket;
  readonly held: boolean;
  readonly protocol: number;
}

/** One behaviour: what is done, and what each kernel is to have in common with the other. */
export interface Scenario {
  /** Its name: `area: what is shown`. */
  readonly name: string;
  /** Kinds of links that it takes. */
  readonly needs?: readonly string[];
  /** Whether what the kernel does behind a request's back may take a second or two, as carriers of pairs do. */
  readonly isSlow?: boolean;
  /** Does it. Whatever it does must not depend on what a kernel answers. */
  play(scene: Scene): Promise<void> | void;
}

/** What a scenario does things with. Everything that is done is a step, with all that came to the sockets meanwhile. */
export class Scene {
  readonly #bench: Bench;
  readonly #steps: Step[] = [];
  readonly #ports: Port[] = [];
  readonly #chosen: Record<string, string> = {};
  readonly #explicit = new Set<number>();
  readonly #isSlow: boolean;
  readonly #expected: ScenarioRecord | undefined;
  #sequence = 0;
  #first: BenchNamespace | undefined;

  /**
   * @param bench - where it is played
   * @param isSlow - whether the kernel may take its time
   * @param expected - what another kernel did: as much is waited for
   */
  constructor(bench: Bench, isSlow: boolean, expected?: ScenarioRecord) {
    this.#bench = bench;
    this.#isSlow = isSlow;
    this.#expected = expected;
  }

  /** The namespace that sockets are opened in. */
  get home(): BenchNamespace {
    this.#first ??= this.#bench.namespace();
    return this.#first;
  }

  /** Makes another namespace. */
  namespace(): BenchNamespace {
    return this.#bench.namespace();
  }

  /** Opens a socket: no step, since it always succeeds. */
  open(label: string, options: PortOptions = {}): Port {
    const { protocol = NETLINK_ROUTE, namespace = this.home, on = [], groups = [], held = false } = options;
    const port = { label, socket: namespace.socket(protocol), held, protocol };
    this.#ports.push(port);
    for (const option of on) port.socket.setOption(SOL_NETLINK, option, 1);
    if (groups.length > 0) port.socket.bind();
    for (const group of groups) port.socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    return port;
  }

  /** Opens a socket with extended acknowledgements. */
  client(options: PortOptions = {}): Port {
    return this.open('client', { on: [NETLINK_EXT_ACK], ...options });
  }

  /** Opens a socket with extended acknowledgements and strict checks. */
  strict(options: PortOptions = {}): Port {
    return this.open('strict', { on: [NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK], ...options });
  }

  /** Opens a socket that listens to groups. */
  listen(...groups: readonly number[]): Port {
    return this.open('listener', { groups });
  }

  /**
   * The number that a generic family has in this kernel: what requests of the family need, and no step.
   *
   * @throws Error: there is no such family
   */
  family(name: string): number {
    using socket = this.home.socket(NETLINK_GENERIC);
    socket.send(generic(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY, 1, text(CTRL_ATTR_FAMILY_NAME, name)));
    const table = new AttributeTable(CTRL_ATTR_MAX);
    const { bytes = new Uint8Array(NLMSG_HDRLEN) } = socket.receive() ?? {};
    const error = parseMessageAttributes(table, bytes, 0, genlmsghdr.SIZE, null, Validation.LIBERAL, null);
    const id = error < 0 ? undefined : table.u16(CTRL_ATTR_FAMILY_ID);
    if (id === undefined) throw new Error(`this kernel has no family ${name}`);
    return id;
  }

  /** Does something; what it gives, or the error, is seen. */
  async step(what: string, action: () => JsonValue | undefined, sent?: Uint8Array): Promise<void> {
    let outcome = 'ok';
    let value: JsonValue | undefined;
    try {
      value = action();
    } catch (error) {
      if (!isKernelError(error)) throw error;
      outcome = error.code;
    }
    const heard = await this.#hear();
    this.#steps.push({ what, outcome, ...(value === undefined ? {} : { value }), ...(sent === undefined ? {} : { sent: hex(sent) }), heard });
  }

  /** Sends messages, each with the next sequence number. */
  async ask(port: Port, what: string, bytes: Uint8Array, to?: SockaddrNl): Promise<void> {
    const numbered = this.#number(bytes);
    await this.step(what, () => {
      port.socket.send(numbered, to === undefined ? {} : { to });
      return undefined;
    }, numbered);
  }

  /** Sends octets as they are. */
  async send(port: Port, what: string, bytes: Uint8Array, to?: SockaddrNl): Promise<void> {
    await this.step(what, () => port.socket.send(bytes, to === undefined ? {} : { to }), bytes);
  }

  /** Binds a socket. A port that is asked for is seen as it is. */
  async bind(port: Port, what: string, address: Partial<SockaddrNl>): Promise<void> {
    if (address.pid !== undefined && address.pid !== 0) this.#explicit.add(address.pid);
    await this.step(what, () => {
      port.socket.bind(address);
      return undefined;
    });
  }

  /** Takes one datagram of a socket that is held. */
  async take(port: Port, what: string, length: number, flags = 0): Promise<void> {
    await this.#take(what, (all) => {
      const got = port.socket.receive({ buffer: new Uint8Array(length), flags: flags | MSG_DONTWAIT });
      if (got !== undefined) all.push({ socket: port.label, ...datagram(got) });
    });
  }

  /** Takes all that a socket that is held has, with a buffer of a length. */
  async takeAll(port: Port, what: string, length: number = BUFFER): Promise<void> {
    await this.#take(what, (all) => {
      drain(port, all, length);
    });
  }

  async #take(what: string, action: (all: Heard[]) => void): Promise<void> {
    const taken: Heard[] = [];
    await this.step(what, () => {
      action(taken);
      return undefined;
    });
    const last = this.#steps.pop();
    if (last !== undefined) this.#steps.push({ ...last, heard: [...taken, ...last.heard] });
  }

  /** Lets time pass. */
  async wait(what: string, milliseconds: number): Promise<void> {
    await this.#bench.wait(milliseconds);
    await this.step(what, () => undefined);
  }

  /** Ends it: what came late is seen, sockets are closed. */
  async end(): Promise<Omit<ScenarioRecord, 'name'>> {
    await this.#bench.wait(AFTERMATH_MS);
    await this.step('the end', () => undefined);
    const sockets = Object.fromEntries(this.#ports.map(({ label, protocol }) => [label, protocol]));
    this.close();
    return { steps: this.#steps, sockets, ports: this.#chosen };
  }

  /** Closes its sockets. */
  close(): void {
    for (const { socket } of this.#ports) socket.close();
  }

  #number(bytes: Uint8Array): Uint8Array {
    const numbered = bytes.slice();
    const view = new DataView(numbered.buffer);
    for (let at = 0; at + NLMSG_HDRLEN <= numbered.length; ) {
      this.#sequence++;
      nlmsghdr.set_nlmsg_seq(view, at, this.#sequence);
      const length = nlmsghdr.nlmsg_len(view, at);
      if (length < NLMSG_HDRLEN) break;
      at += (length + 3) & ~3;
    }
    return numbered;
  }

  async #hear(): Promise<Heard[]> {
    const heard = new Map<Port, Heard[]>();
    const awaited = this.#expected?.steps[this.#steps.length]?.heard;
    const look = (): boolean => {
      for (const port of this.#ports) {
        if (port.held) continue;
        let all = heard.get(port);
        if (all === undefined) heard.set(port, (all = []));
        drain(port, all, BUFFER);
      }
      if (awaited === undefined) return true;
      return [...heard].every(([{ label }, all]) => all.length >= awaited.filter(({ socket }) => socket === label).length);
    };
    look();
    await this.#bench.settle(look, this.#isSlow);
    look();
    for (const { label, socket, protocol } of this.#ports) this.#note(label, socket, protocol);
    return [...heard.values()].flat();
  }

  #note(label: string, socket: NetlinkSocket, protocol: number): void {
    try {
      const { pid } = socket.getsockname();
      if (pid !== 0 && !this.#explicit.has(pid)) this.#chosen[`${String(protocol)}:${String(pid)}`] ??= label;
    } catch (error) {
      if (!isKernelError(error, 'EBADF')) throw error;
    }
  }
}

function drain(port: Port, into: Heard[], length: number): void {
  const { label, socket } = port;
  for (;;) {
    try {
      const got = socket.receive({ buffer: new Uint8Array(length) });
      if (got === undefined) return;
      into.push({ socket: label, ...datagram(got) });
    } catch (error) {
      if (!isKernelError(error)) throw error;
      if (error.code === 'EBADF') return;
      into.push({ socket: label, error: error.code });
    }
  }
}

function datagram(got: ReceivedMessage): Omit<Extract<Heard, { octets: string }>, 'socket'> {
  return {
    octets: hex(got.bytes),
    ...(got.length === got.bytes.length ? {} : { length: got.length }),
    ...(got.flags === 0 ? {} : { flags: got.flags }),
    ...(got.from.pid === 0 ? {} : { pid: got.from.pid }),
    ...(got.from.groups === 0 ? {} : { groups: got.from.groups }),
    ...(got.group === undefined ? {} : { group: got.group }),
    ...(got.nsid === undefined ? {} : { nsid: got.nsid }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/**
 * Plays a scenario.
 *
 * @param expected - what another kernel did: as much is waited for
 */
export async function play(kernel: TestedKernel, scenario: Scenario, expected?: ScenarioRecord): Promise<ScenarioRecord> {
  const { name, needs = [] } = scenario;
  const skipped = needs.map((kind) => kernel.lacks(kind)).find((reason) => reason !== undefined);
  if (skipped !== undefined) return { name, skipped, steps: [], sockets: {}, ports: {} };
  using bench = kernel.open();
  const scene = new Scene(bench, scenario.isSlow ?? false, expected);
  try {
    await scenario.play(scene);
    return { name, ...(await scene.end()) };
  } finally {
    scene.close();
  }
}
