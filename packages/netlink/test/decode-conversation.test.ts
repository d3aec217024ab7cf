import { NETLINK_ROUTE, NLMSG_DONE, NLMSG_ERROR, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_MULTI, NLM_F_REQUEST } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { ConversationTracker, DecodeContext, PacketCursor, type Conversation, type ConversationRole } from '../src/decode/index.ts';
import { MessageWriter } from '../src/message-writer.ts';
import { attributes } from '../src/schema/index.ts';
import { TOY, toy } from './decode-toy.ts';

/** A message of a conversation. */
function message(type: number, flags: number, seq: number, pid: number, errno?: number): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, pid);
  if (errno !== undefined) {
    const octets = new Uint8Array(4);
    new DataView(octets.buffer).setInt32(0, errno, true);
    writer.append(octets);
  }
  writer.end();
  return writer.toBytes();
}

/** Feeds packets, one millisecond apart, and tells what came of them. */
class Talk {
  readonly ended: Conversation[] = [];
  readonly roles: ConversationRole[] = [];
  readonly tracker: ConversationTracker;
  readonly #cursor: PacketCursor;
  #frame = 0;

  constructor(limit?: number) {
    const context = new DecodeContext({ families: [toy(attributes('none', {}))] });
    this.#cursor = new PacketCursor(context);
    this.tracker = new ConversationTracker(context, (conversation) => this.ended.push(conversation), limit);
  }

  packet(messages: readonly Uint8Array[], captured: string = 'nlmon0'): this {
    const bytes = new Uint8Array(messages.flatMap((part) => [...part]));
    this.#cursor.reset({ protocol: NETLINK_ROUTE, bytes, frame: ++this.#frame, seconds: 100, nanoseconds: this.#frame * 1_000_000, interface: captured });
    while (this.#cursor.next()) this.roles.push(this.tracker.message(this.#cursor));
    return this;
  }
}

describe('ConversationTracker', () => {
  it('pairs a request with its acknowledgement', () => {
    const talk = new Talk().packet([message(TOY, NLM_F_REQUEST | NLM_F_ACK, 7, 0)]).packet([message(NLMSG_ERROR, 0, 7, 1234, -22)]);
    expect(talk.roles).toEqual(['request', 'ack']);
    expect(talk.ended).toEqual([
      {
        interface: 'nlmon0',
        protocol: NETLINK_ROUTE,
        type: 'RTM_NEWTOY',
        pid: 1234,
        seq: 7,
        frame: 1,
        lastFrame: 2,
        end: 'ack',
        messages: 0,
        chunks: 0,
        octets: 0,
        isDump: false,
        isInterrupted: false,
        errno: -22,
        hasOverrun: false,
        latency: 1_000_000n,
        duration: 1_000_000n,
      },
    ]);
  });

  it('counts the messages and chunks of a dump', () => {
    const part = message(TOY, NLM_F_MULTI, 7, 5);
    const talk = new Talk()
      .packet([message(TOY, NLM_F_REQUEST | NLM_F_DUMP, 7, 0)])
      .packet([part, part, part])
      .packet([part, message(TOY, NLM_F_MULTI | NLM_F_DUMP_INTR, 7, 5)])
      .packet([message(NLMSG_DONE, NLM_F_MULTI, 7, 5, 0)]);
    expect(talk.ended).toMatchObject([
      { end: 'done', messages: 5, chunks: 2, octets: 5 * part.length, isDump: true, isInterrupted: true, errno: 0, latency: 1_000_000n, duration: 3_000_000n },
    ]);
    expect(talk.tracker.openCount).toBe(0);
  });

  it('flags an overrun', () => {
    const talk = new Talk().packet([message(TOY, NLM_F_REQUEST | NLM_F_DUMP, 7, 0)]).packet([message(NLMSG_DONE, NLM_F_MULTI, 7, 5, -105)]);
    expect(talk.ended).toMatchObject([{ errno: -105, hasOverrun: true }]);
  });

  it('ends with an answer where no acknowledgement was asked for', () => {
    const talk = new Talk().packet([message(TOY, NLM_F_REQUEST, 7, 0)]).packet([message(TOY, 0, 7, 5)]);
    expect(talk.roles).toEqual(['request', 'reply']);
    expect(talk.ended).toMatchObject([{ end: 'reply', messages: 1, chunks: 1 }]);
    const asked = new Talk().packet([message(TOY, NLM_F_REQUEST | NLM_F_ACK, 7, 0)]).packet([message(TOY, 0, 7, 5)]);
    expect(asked.ended).toEqual([]);
    expect(asked.packet([message(NLMSG_ERROR, 0, 7, 5, 0)]).ended).toMatchObject([{ end: 'ack', messages: 1 }]);
  });

  it('tells answers without requests from events', () => {
    const talk = new Talk().packet([message(TOY, 0, 0, 0), message(TOY, NLM_F_MULTI, 9, 5), message(NLMSG_ERROR, 0, 9, 5, 0), message(NLMSG_DONE, 0, 9, 5, 0)]);
    expect(talk.roles).toEqual(['event', 'orphan', 'orphan', 'orphan']);
    expect(talk.tracker.orphans).toBe(3);
  });

  it('keeps ports apart, and namespaces', () => {
    const ask = (pid: number): Uint8Array => message(TOY, NLM_F_REQUEST | NLM_F_ACK, 7, pid);
    const talk = new Talk().packet([ask(1)]).packet([ask(2)]).packet([ask(1)], 'nlmon1');
    talk.packet([message(NLMSG_ERROR, 0, 7, 2, 0)]).packet([message(NLMSG_ERROR, 0, 7, 1, -1)], 'nlmon1');
    expect(talk.ended).toMatchObject([
      { pid: 2, interface: 'nlmon0', errno: 0, frame: 2 },
      { pid: 1, interface: 'nlmon1', errno: -1, frame: 3 },
    ]);
    expect(talk.tracker.openCount).toBe(1);
  });

  it('gives answers in order to programs that use one number and leave their port out', () => {
    const ask = message(TOY, NLM_F_REQUEST | NLM_F_ACK, 7, 0);
    const talk = new Talk().packet([ask]).packet([ask]).packet([message(NLMSG_ERROR, 0, 7, 100, 0)]).packet([message(NLMSG_ERROR, 0, 7, 200, 0)]);
    expect(talk.ended).toMatchObject([
      { pid: 100, frame: 1 },
      { pid: 200, frame: 2 },
    ]);
  });

  it('ends what is replaced, and what is left at the end', () => {
    const talk = new Talk().packet([message(TOY, NLM_F_REQUEST, 7, 3)]).packet([message(TOY, NLM_F_REQUEST, 7, 3)]);
    talk.tracker.finish();
    expect(talk.ended.map(({ end }) => end)).toEqual(['replaced', 'open']);
    expect(talk.ended[0]).not.toHaveProperty('latency');
  });

  it('forgets the oldest where too many are open', () => {
    const talk = new Talk(100);
    for (let seq = 0; seq < 1000; seq++) talk.packet([message(TOY, NLM_F_REQUEST | NLM_F_ACK, seq, 1)]);
    expect(talk.tracker.openCount).toBe(100);
    expect(talk.ended).toHaveLength(900);
    expect(talk.ended[0]).toMatchObject({ seq: 0, end: 'open' });
    const same = new Talk();
    for (let i = 0; i < 1000; i++) same.packet([message(TOY, NLM_F_REQUEST | NLM_F_ACK, 7, 0)]);
    expect(same.tracker.openCount).toBeLessThanOrEqual(17);
  });
});
