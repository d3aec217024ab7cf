import { NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_NOOP, RTM_NEWLINK, SOL_NETLINK } from '@netdevkit/bindings';
import { errno, KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { addLink, deleteLink, dumpLinks, getLink, IpRoute, RequestError, setLink, type Request } from '../src/index.ts';
import { ack, answer, done, FakeSocket, fromKernel, joined, linkMessage, PID, type Script } from './fake-socket.ts';

/** An `IpRoute` on scripted sockets, all of which it keeps. */
function scripted(script: Script, options: ConstructorParameters<typeof IpRoute>[1] = {}): { ip: IpRoute; sockets: FakeSocket[] } {
  const sockets: FakeSocket[] = [];
  const open = (): FakeSocket => {
    const socket = new FakeSocket(script);
    sockets.push(socket);
    return socket;
  };
  return { ip: new IpRoute(open, options), sockets };
}

const succeed: Script = (requests) => requests.map((request) => ack(request));

/** The error that a call throws. */
function errorOf(call: () => unknown): RequestError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    // CAST: just checked.
    return error as RequestError;
  }
  throw new Error('expected an error');
}

describe('run', () => {
  it('asks for extended acknowledgements and strict checking', () => {
    const { ip, sockets } = scripted(succeed);
    ip.run(deleteLink('x'));
    expect(sockets[0]?.options).toEqual(
      expect.arrayContaining([
        [SOL_NETLINK, NETLINK_EXT_ACK, 1],
        [SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1],
      ]),
    );
  });

  it('goes without options that a kernel lacks', () => {
    const socket = new FakeSocket(succeed);
    socket.refuseOptions = new KernelError('ENOPROTOOPT');
    new IpRoute(() => socket).run(deleteLink('x'));
    expect(socket.sent).toHaveLength(1);
  });

  it('opens one socket for all requests, numbered from 1', () => {
    const { ip, sockets } = scripted(succeed);
    ip.run(deleteLink('x'));
    ip.run(deleteLink('y'));
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.sent.map((bytes) => new DataView(bytes.buffer).getUint32(8, true))).toEqual([1, 2]);
  });

  it('gives the answer of a request that has one', () => {
    const { ip } = scripted(([request]) => [linkMessage(request!, 7)]);
    expect(ip.run(getLink(7)).name).toBe('eth7');
  });

  it('throws what the kernel said, naming the attribute', () => {
    // The request: nlmsghdr, ifinfomsg, IFLA_MTU at 32.
    const { ip } = scripted(([request]) => [ack(request!, errno.EINVAL, { message: 'mtu less than device minimum', offset: 32 })]);
    const error = errorOf(() => ip.run(setLink(3, { mtu: 15 })));
    expect(error).toMatchObject({
      code: 'EINVAL',
      errno: 22,
      op: 'RTM_NEWLINK',
      reason: 'mtu less than device minimum, IFLA_MTU',
      attribute: 'IFLA_MTU',
      extack: { message: 'mtu less than device minimum', offset: 32 },
      message: 'RTM_NEWLINK: mtu less than device minimum, IFLA_MTU (EINVAL)',
    });
  });

  it('names the attribute that is missing, and what it is missing from', () => {
    const { ip } = scripted(([request]) => [ack(request!, errno.EINVAL, { missingType: 4 })]);
    expect(errorOf(() => ip.run(setLink(3, { alias: 'a' }))).attribute).toBe('IFLA_MTU');
    const inside = scripted(([request]) => [ack(request!, errno.EINVAL, { missingType: 2, missingNest: 32 })]);
    expect(errorOf(() => inside.ip.run(addLink({ kind: 'vlan' }))).attribute).toBe('IFLA_LINKINFO.IFLA_INFO_DATA');
  });

  it('says which capability there has to be, where the kernel only refuses', () => {
    const refuse: Script = ([request]) => [ack(request!, errno.EPERM)];
    const message = 'RTM_DELLINK: Operation not permitted; nothing can be changed without CAP_NET_ADMIN over the network namespace (EPERM)';
    expect(errorOf(() => scripted(refuse).ip.run(deleteLink('x'))).message).toBe(message);
    expect(errorOf(() => scripted(refuse).ip.run(getLink('x'))).message).toBe('RTM_GETLINK: Operation not permitted (EPERM)');
    const { ip } = scripted(([request]) => [ack(request!, errno.EPERM, { message: 'not yours' })]);
    expect(errorOf(() => ip.run(deleteLink('x'))).message).toBe('RTM_DELLINK: not yours (EPERM)');
  });

  it('says EIO with the number for an errno that Linux does not have', () => {
    const { ip } = scripted(([request]) => [ack(request!, 4095)]);
    const error = errorOf(() => ip.run(deleteLink('x')));
    expect(error.code).toBe('EIO');
    expect(String(error.cause)).toContain('4095');
  });

  it('hands on the warning of a success', () => {
    const warnings: string[] = [];
    const { ip } = scripted(([request]) => [ack(request!, 0, { message: 'bytes leftover after parsing attributes' })], {
      onWarning: (message, op) => warnings.push(`${op}: ${message}`),
    });
    ip.run(deleteLink('x'));
    expect(warnings).toEqual(['RTM_DELLINK: bytes leftover after parsing attributes']);
  });

  it.each<readonly [string, Script]>([
    ['another sequence number', ([request]) => [ack(request!, errno.EPERM, {}, { seq: 99 }), ack(request!)]],
    ['the next sequence number', ([request]) => [ack(request!, errno.EPERM, {}, { seq: request!.seq + 1 }), ack(request!)]],
    ['another port', ([request]) => [ack(request!, errno.EPERM, {}, { pid: PID + 1 }), ack(request!)]],
    ['a sender that is not the kernel', ([request]) => [{ ...fromKernel(ack(request!, errno.EPERM)), from: { pid: 9, groups: 0 } }, ack(request!)]],
    ['no message at all', ([request]) => [new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(15).fill(255), ack(request!)]],
    ['a control message', ([request]) => [answer(request!, NLMSG_NOOP, 0, () => undefined), ack(request!)]],
  ])('passes over %s', (_what, script) => {
    const { ip } = scripted(script);
    expect(() => ip.run(deleteLink('x'))).not.toThrow();
  });

  it('takes the first of two answers', () => {
    const { ip } = scripted(([request]) => [ack(request!), ack(request!, errno.EPERM)]);
    expect(() => ip.run(deleteLink('x'))).not.toThrow();
    expect(() => ip.run(deleteLink('x'))).not.toThrow();
  });

  it.each<readonly [string, string, Script]>([
    ['no answer', 'EAGAIN', () => []],
    ['a lost answer', 'ENOBUFS', () => [new KernelError('ENOBUFS')]],
    ['an acknowledgement without an errno', 'EBADMSG', ([request]) => [answer(request!, 2, 0, () => undefined)]],
    ['a socket that failed', 'ENOTCONN', () => [new KernelError('ENOTCONN')]],
    ['an answer that was cut off', 'EMSGSIZE', ([request]) => [{ ...fromKernel(ack(request!).subarray(0, 10)), length: 36 }]],
  ])('reports %s as %s, and goes on with a new socket', (_what, code, script) => {
    let first = true;
    const { ip, sockets } = scripted((requests, socket) => {
      if (!first) return succeed(requests, socket);
      first = false;
      return script(requests, socket);
    });
    expect(errorOf(() => ip.run(deleteLink('x')))).toMatchObject({ code, op: 'RTM_DELLINK' });
    if (code !== 'EBADMSG') expect(sockets[0]?.closed).toBe(true);
    ip.run(deleteLink('x'));
  });

  it('reports an answer that makes no sense', () => {
    const { ip } = scripted(([request]) => [answer(request!, RTM_NEWLINK, 0, (writer) => writer.reserve(4))]);
    expect(errorOf(() => ip.run(getLink(1))).code).toBe('EBADMSG');
    const other = scripted(([request]) => [answer(request!, 20, 0, (writer) => writer.reserve(16))]);
    expect(errorOf(() => other.ip.run(getLink(1))).code).toBe('EBADMSG');
    const acked = scripted(([request]) => [ack(request!)]);
    expect(errorOf(() => acked.ip.run(getLink(1))).code).toBe('EBADMSG');
  });

  it('gives up on a flood of answers to nobody', () => {
    const flood: Script = function* ([request]) {
      for (;;) yield ack(request!, 0, {}, { seq: 0 });
    };
    const { ip, sockets } = scripted(flood, { maxAnswers: 100 });
    expect(errorOf(() => ip.run(deleteLink('x'))).code).toBe('EOVERFLOW');
    expect(sockets[0]?.closed).toBe(true);
  });

  it('gives up on a socket that fails for ever', () => {
    const broken: Script = function* () {
      for (;;) yield new KernelError('ENOBUFS');
    };
    const { ip } = scripted(broken, { maxAnswers: 100 });
    expect(errorOf(() => ip.run(deleteLink('x'))).code).toBe('EOVERFLOW');
  });

  it('refuses a request from inside another', () => {
    const { ip } = scripted(succeed);
    const inner: Request<void> = { ...deleteLink('x'), encode: () => ip.run(deleteLink('y')) };
    expect(() => ip.run(inner)).toThrow('from inside another');
    expect(() => ip.run(deleteLink('x'))).not.toThrow();
  });

  it('lets the warning handler use it', () => {
    const { ip } = scripted(([request]) => [ack(request!, 0, request!.seq === 1 ? { message: 'hm' } : {})], {
      onWarning: () => void ip.run(deleteLink('y')),
    });
    expect(() => ip.run(deleteLink('x'))).not.toThrow();
  });

  it('closes the socket when disposed, and opens another when needed', () => {
    const { ip, sockets } = scripted(succeed);
    ip.run(deleteLink('x'));
    ip[Symbol.dispose]();
    expect(sockets[0]?.closed).toBe(true);
    ip.run(deleteLink('x'));
    expect(sockets).toHaveLength(2);
  });
});

describe('batch', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `mon${String(i)}`);

  it('sends up to 128 requests at once and gives all outcomes in order', () => {
    const { ip, sockets } = scripted((requests) => [joined(...requests.map((request) => ack(request, request.seq === 130 ? errno.EEXIST : 0)))]);
    const outcomes = ip.batch(names(300).map((name) => addLink({ name, kind: 'nlmon' })));
    expect(sockets[0]?.sent).toHaveLength(3);
    expect(outcomes).toHaveLength(300);
    expect(outcomes.flatMap((outcome, i) => (outcome.ok ? [] : [[i, outcome.error.code]]))).toEqual([[129, 'EEXIST']]);
  });

  it('matches answers that come out of order', () => {
    const { ip } = scripted((requests) => requests.map((request) => linkMessage(request, request.seq)).reverse());
    const outcomes = ip.batch([1, 2, 3].map((index) => getLink(index)));
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.index)).toEqual([1, 2, 3]);
  });

  it('sends fewer at once when the answers are large', () => {
    const { ip, sockets } = scripted((requests) => requests.map((request) => linkMessage(request, 1)));
    ip.batch(names(64).map((name) => getLink(name)));
    expect(sockets[0]?.sent).toHaveLength(2);
  });

  it('keeps datagrams below 32 KiB, but for a request that is larger alone', () => {
    const { ip, sockets } = scripted(succeed);
    const large = { alias: 'x'.repeat(9000) };
    const outcomes = ip.batch([setLink(1, large), setLink(2, large), setLink(3, large), setLink(4, large), setLink(5, { alias: 'y'.repeat(40_000) })]);
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(sockets[0]?.sent.map((bytes) => bytes.length > 32_768)).toEqual([false, false, true]);
  });

  it('takes requests from a generator as it needs them', () => {
    const { ip, sockets } = scripted(succeed);
    const sentWhenAsked: number[] = [];
    const requests = function* (): Generator<Request<void>> {
      for (const name of names(200)) {
        sentWhenAsked.push(sockets[0]?.sent.length ?? 0);
        yield deleteLink(name);
      }
    };
    expect(ip.batch(requests())).toHaveLength(200);
    expect(sentWhenAsked.at(-1)).toBe(1);
  });

  it('runs what comes before a request that cannot be written', () => {
    const { ip, sockets } = scripted(succeed);
    expect(() => ip.batch([deleteLink('a'), setLink('b', { mtu: -1 }), deleteLink('c')])).toThrow(RangeError);
    expect(sockets[0]?.sent).toHaveLength(1);
    expect(() => ip.run(deleteLink('d'))).not.toThrow();
  });

  it('keeps the outcomes that it has when the others are lost', () => {
    const { ip } = scripted(([first]) => [ack(first!), new KernelError('ENOBUFS')]);
    const outcomes = ip.batch([deleteLink('a'), deleteLink('b')]);
    expect(outcomes[0]).toEqual({ ok: true, value: undefined });
    expect(outcomes[1]).toMatchObject({ ok: false, error: { code: 'ENOBUFS', op: 'RTM_DELLINK' } });
  });

  it('takes what is queued after an overrun', () => {
    const { ip } = scripted(([first, second]) => [new KernelError('ENOBUFS'), ack(first!), ack(second!)]);
    expect(ip.batch([deleteLink('a'), deleteLink('b')]).every((outcome) => outcome.ok)).toBe(true);
  });

  it('does nothing for no requests', () => {
    const { ip, sockets } = scripted(succeed);
    expect(ip.batch([])).toEqual([]);
    expect(sockets).toHaveLength(0);
  });
});

describe('dump', () => {
  it('collects the entries of several datagrams', () => {
    const { ip } = scripted(([request]) => [joined(linkMessage(request!, 1), linkMessage(request!, 2)), linkMessage(request!, 3), done(request!)]);
    expect(ip.dump(dumpLinks()).map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  it('passes over what is not of this dump', () => {
    const { ip } = scripted(([request]) => [
      linkMessage(request!, 1, { seq: 0 }),
      linkMessage(request!, 2, { pid: 1 }),
      { ...fromKernel(linkMessage(request!, 3)), from: { pid: 5, groups: 0 } },
      answer(request!, 24, NLM_F_MULTI, (writer) => writer.reserve(12)),
      ack(request!),
      done(request!, errno.EINVAL, { seq: 0 }),
      linkMessage(request!, 4),
      done(request!),
    ]);
    expect(ip.dump(dumpLinks()).map(({ index }) => index)).toEqual([4]);
  });

  it('repeats a dump that changed while it was read', () => {
    let attempts = 0;
    const { ip } = scripted(([request]) => {
      attempts++;
      return [linkMessage(request!, attempts, attempts < 3 ? { flags: NLM_F_MULTI | NLM_F_DUMP_INTR } : {}), done(request!)];
    });
    expect(ip.dump(dumpLinks()).map(({ index }) => index)).toEqual([3]);
  });

  it('sees the interruption that only the end tells of', () => {
    let attempts = 0;
    const { ip } = scripted(([request]) => [linkMessage(request!, 1), done(request!, 0, { flags: attempts++ === 0 ? NLM_F_DUMP_INTR : 0 })]);
    ip.dump(dumpLinks());
    expect(attempts).toBe(2);
  });

  it('says EINTR when it changes each time', () => {
    let attempts = 0;
    const { ip } = scripted(
      ([request]) => {
        attempts++;
        return [done(request!, 0, { flags: NLM_F_MULTI | NLM_F_DUMP_INTR })];
      },
      { dumpAttempts: 5 },
    );
    expect(errorOf(() => ip.dump(dumpLinks())).code).toBe('EINTR');
    expect(attempts).toBe(5);
  });

  it.each<readonly [string, string, Script]>([
    ['an error', 'EBUSY', ([request]) => [ack(request!, errno.EBUSY)]],
    ['an error at its end', 'EINVAL', ([request]) => [linkMessage(request!, 1), done(request!, errno.EINVAL)]],
    ['no end', 'EAGAIN', ([request]) => [linkMessage(request!, 1)]],
    ['a lost part', 'ENOBUFS', ([request]) => [linkMessage(request!, 1), new KernelError('ENOBUFS')]],
    ['the kernel’s message of a lost part', 'ENOBUFS', ([request]) => [answer(request!, 4, 0, () => undefined)]],
    ['a part that was cut off', 'EMSGSIZE', ([request]) => [{ ...fromKernel(linkMessage(request!, 1)), length: 9999 }]],
    ['an entry that is longer than what came', 'EBADMSG', ([request]) => [joined(linkMessage(request!, 1), linkMessage(request!, 2).subarray(0, 20)), done(request!)]],
    ['octets that are no entry', 'EBADMSG', ([request]) => [Uint8Array.of(1, 2, 3), done(request!)]],
    ['an entry that is cut short', 'EBADMSG', ([request]) => [answer(request!, RTM_NEWLINK, 0, (writer) => writer.reserve(8))]],
  ])('throws for %s, and the next dump is whole', (_what, code, script) => {
    let first = true;
    const { ip } = scripted((requests, socket) => {
      if (!first) return [linkMessage(requests[0]!, 2), done(requests[0]!)];
      first = false;
      return script(requests, socket);
    });
    expect(errorOf(() => ip.dump(dumpLinks())).code).toBe(code);
    expect(ip.dump(dumpLinks()).map(({ index }) => index)).toEqual([2]);
  });

  it('gives up on a dump without end', () => {
    const endless: Script = function* ([request]) {
      for (let index = 1; ; index++) yield linkMessage(request!, index);
    };
    const { ip, sockets } = scripted(endless, { maxAnswers: 1000 });
    expect(errorOf(() => ip.dump(dumpLinks())).code).toBe('EOVERFLOW');
    expect(sockets[0]?.closed).toBe(true);
  });

  it('gives up on datagrams without end that hold no entry', () => {
    const endless: Script = function* () {
      for (;;) yield new Uint8Array(0);
    };
    const { ip } = scripted(endless, { maxAnswers: 1000 });
    expect(errorOf(() => ip.dump(dumpLinks())).code).toBe('EOVERFLOW');
  });
});
