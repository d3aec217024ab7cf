// A kernel that answers anything: what comes of it is a value or an error, soon, and the next request is none the worse.
import { NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_OVERRUN, RTM_NEWADDR, RTM_NEWLINK, RTM_NEWROUTE } from '@netdevkit/bindings';
import { errno, isKernelError, KernelError } from '@netdevkit/errno';
import type { Message } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLink, deleteLink, dumpAddresses, dumpLinks, dumpNeighbours, dumpRoutes, dumpRules, getLink, IpRoute, type DumpRequest, type MonitorEvent } from '../src/index.ts';
import { ack, answer, done, FakeSocket, fromKernel, joined, linkMessage, type Answer, type Script } from './fake-socket.ts';

const MOST = 200;

/** One answer to the first of some requests, right in some ways and wrong in others. */
type Recipe = (request: Message) => Answer;

const header = fc.record({
  seq: fc.option(fc.oneof(fc.constantFrom(0, 1, 2, 99, 0xffff_ffff), fc.nat()), { nil: undefined }),
  pid: fc.option(fc.constantFrom(0, 1, 4712, 0xffff_ffff), { nil: undefined }),
  flags: fc.option(fc.constantFrom(0, NLM_F_MULTI, NLM_F_MULTI | NLM_F_DUMP_INTR, 0xffff), { nil: undefined }),
});

const wrong = header.map(({ seq, pid, flags }) => ({ ...(seq === undefined ? {} : { seq }), ...(pid === undefined ? {} : { pid }), ...(flags === undefined ? {} : { flags }) }));

/** An octet string that is not what it was: cut, lengthened, or with some octets changed. */
const damage = fc.record({
  cut: fc.option(fc.nat(60), { nil: undefined }),
  longer: fc.uint8Array({ maxLength: 20 }),
  changes: fc.array(fc.tuple(fc.nat(63), fc.nat(255)), { maxLength: 6 }),
});

function damaged(bytes: Uint8Array, { cut, longer, changes }: { readonly cut: number | undefined; readonly longer: Uint8Array; readonly changes: readonly (readonly [number, number])[] }): Uint8Array {
  const octets = new Uint8Array([...bytes.subarray(0, cut), ...longer]);
  for (const [at, value] of changes) if (at < octets.length) octets[at] = value;
  return octets;
}

const message: fc.Arbitrary<(request: Message) => Uint8Array> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 0, errno.EPERM, errno.EINTR, 4095, -5), fc.option(fc.nat(), { nil: undefined }), wrong).map(
    ([error, offset, header]) =>
      (request: Message) =>
        ack(request, error, offset === undefined ? {} : { offset, message: 'x' }, header),
  ),
  fc.tuple(fc.nat(), wrong).map(([index, header]) => (request: Message) => linkMessage(request, index, header)),
  fc.tuple(fc.constantFrom(0, errno.EINVAL), wrong).map(([error, header]) => (request: Message) => done(request, error, header)),
  fc.tuple(fc.constantFrom(NLMSG_OVERRUN, 1, RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE, 28, 32, 65_535), fc.uint8Array({ maxLength: 100 }), wrong).map(
    ([type, payload, header]) =>
      (request: Message) =>
        answer(request, type, NLM_F_MULTI, (writer) => writer.append(payload), header),
  ),
);

const recipe: fc.Arbitrary<Recipe> = fc.oneof(
  { weight: 6, arbitrary: message },
  { weight: 3, arbitrary: fc.tuple(message, damage).map(([make, how]): Recipe => (request) => damaged(make(request), how)) },
  { weight: 2, arbitrary: fc.array(message, { maxLength: 4 }).map((parts): Recipe => (request) => joined(...parts.map((make) => make(request)))) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((octets): Recipe => () => octets) },
  { weight: 1, arbitrary: fc.tuple(message, fc.nat(5)).map(([make, pid]): Recipe => (request) => ({ ...fromKernel(make(request)), from: { pid, groups: 0 } })) },
  { weight: 1, arbitrary: fc.tuple(message, fc.nat(9)).map(([make, more]): Recipe => (request) => ({ ...fromKernel(make(request)), length: make(request).length + more })) },
  { weight: 1, arbitrary: fc.constantFrom('ENOBUFS', 'ENOMEM', 'ENOTCONN', 'EBADF').map((code): Recipe => () => new KernelError(code)) },
);

/** Some answers, and whether the last of them comes for ever. */
const behaviour = fc.record({ answers: fc.array(recipe, { maxLength: 6 }), isEndless: fc.boolean() });

/** A socket's script that behaves badly while `isBad` says so; it counts what was taken. */
function misbehaving(answers: readonly Recipe[], isEndless: boolean, state: { isBad: boolean; taken: number }): Script {
  const hostile = function* (request: Message): Generator<Answer> {
    for (const make of answers) {
      state.taken++;
      yield make(request);
    }
    const last = answers.at(-1);
    while (isEndless && last !== undefined) {
      state.taken++;
      yield last(request);
    }
  };
  return (requests) => {
    const [first] = requests;
    if (first === undefined) return [];
    return state.isBad ? hostile(first) : [...requests.map((request) => linkMessage(request, 7)), ...requests.map((request) => done(request)), ...requests.map((request) => ack(request))];
  };
}

const DUMPS: readonly DumpRequest<unknown>[] = [dumpLinks(), dumpAddresses(), dumpRoutes(), dumpNeighbours(), dumpRules()];

/** Runs what may fail, with an error of ours. */
function attempt(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!isKernelError(error)) throw error;
    // A mistake of the caller there was none, and a kernel's refusal has an errno.
    expect(error.errno).toBeGreaterThan(0);
  }
}

describe('a kernel that answers anything', () => {
  it.each(['run', 'get', 'batch', 'dump'] as const)('cannot hold, break or mislead: %s', (what) => {
    fc.assert(
      fc.property(behaviour, fc.nat(DUMPS.length - 1), ({ answers, isEndless }, nth) => {
        const state = { isBad: true, taken: 0 };
        const ip = new IpRoute(() => new FakeSocket(misbehaving(answers, isEndless, state)), { maxAnswers: MOST, dumpAttempts: 3 });
        attempt(() => {
          if (what === 'run') ip.run(deleteLink('x'));
          else if (what === 'get') ip.run(getLink(7));
          else if (what === 'batch') expect(ip.batch([addLink({ kind: 'dummy' }), deleteLink('x'), deleteLink('y')])).toHaveLength(3);
          else ip.dump(DUMPS[nth] ?? dumpLinks());
        });
        // Each attempt takes as many datagrams as there may be answers, and one more to see that they are too many.
        expect(state.taken).toBeLessThanOrEqual(3 * (MOST + 2));
        state.isBad = false;
        // What was left over is taken for no answer.
        expect(ip.run(getLink(7)).name).toBe('eth7');
        expect(ip.dump(dumpLinks()).map(({ index }) => index)).toEqual([7]);
        expect(() => ip.run(deleteLink('x'))).not.toThrow();
      }),
      { numRuns: 400 },
    );
  });

  it('cannot hold or break a monitor', () => {
    fc.assert(
      fc.property(fc.array(recipe, { maxLength: 8 }), fc.boolean(), (answers, resync) => {
        const sockets: FakeSocket[] = [];
        const open = (): FakeSocket => {
          const socket = new FakeSocket((requests) => requests.flatMap((request) => [linkMessage(request, 1), done(request)]));
          sockets.push(socket);
          return socket;
        };
        using monitor = new IpRoute(open).monitor({ resync });
        const [request] = [...joinedRequest()];
        if (request === undefined) throw new Error('no request');
        sockets[0]?.push(...answers.map((make) => make(request)));
        const events: MonitorEvent[] = [];
        attempt(() => {
          for (let event = monitor.poll(); event !== undefined; event = monitor.poll()) events.push(event);
        });
        const overruns = events.filter(({ type }) => type === 'overrun').length;
        const resynced = events.filter(({ type }) => type === 'resynced').length;
        if (!resync) expect(resynced).toBe(0);
        else if (sockets[0]?.closed === false) expect(resynced).toBe(overruns);
      }),
      { numRuns: 400 },
    );
  });
});

/** A message to make answers of. */
function joinedRequest(): Iterable<Message> {
  const found: Message[] = [];
  const socket = new FakeSocket((requests) => {
    found.push(...requests);
    return [ack(requests[0]!)];
  });
  new IpRoute(() => socket).run(deleteLink('x'));
  return found;
}
