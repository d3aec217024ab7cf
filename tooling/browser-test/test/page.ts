// What the browser runs: reads a capture with the packages that are for browsers, and leaves what it found in the page.
import { CaptureReader, MemorySink, netlinkPayload, transcode } from '@netdevkit/capture';
import { messages, type FormCompiler } from '@netdevkit/netlink';
import { compileForms } from '@netdevkit/netlink/compile';
import { decodeCapture } from './decode.ts';

/** What the page needs of a browser; the packages' own types know of none. */
declare const document: { readonly body: { textContent: string }; readonly getElementById: (id: string) => { readonly textContent: string } | null };
declare const atob: (text: string) => string;

function octets(id: string): Uint8Array {
  return Uint8Array.from(atob(document.getElementById(id)?.textContent.trim() ?? ''), (character) => character.charCodeAt(0));
}

/** Packets, and messages in them by type, of a capture. */
function summary(bytes: Uint8Array): unknown {
  const packets: [string, number][] = [];
  const types: number[] = [];
  const reader = new CaptureReader({
    packet: (packet) => {
      packets.push([`${String(packet.seconds)}.${String(packet.nanoseconds).padStart(9, '0')}`, packet.length]);
      const found = netlinkPayload(packet.linkType, packet.bytes, packet.offset, packet.length);
      if (found === undefined) return;
      for (const message of messages(packet.bytes.subarray(found.offset, found.offset + found.length))) types.push(message.type);
    },
  });
  reader.feed(bytes);
  return { packets, types, end: reader.end() };
}

/** Counts how often code was made. */
function counting(): { readonly compiler: FormCompiler; readonly made: () => number } {
  let made = 0;
  const counted = <T>(maker: T | undefined): T | undefined => {
    if (maker !== undefined) made++;
    return maker;
  };
  return { compiler: { after: 1, hotAfter: 2, objects: (plan) => counted(compileForms.objects(plan)), text: (plan) => counted(compileForms.text(plan)) }, made: () => made };
}

async function run(): Promise<unknown> {
  const sink = new MemorySink();
  await transcode([octets('gzip')], sink, { families: [{ id: 22, name: 'ethtool' }] });
  const { compiler, made } = counting();
  return {
    plain: summary(octets('plain')),
    gzip: summary(octets('gzip')),
    copy: summary(sink.bytes),
    decoded: await decodeCapture(octets('families')),
    compiled: await decodeCapture(octets('families'), compiler),
    madeCode: made() > 0,
  };
}

run().then(
  (found) => {
    document.body.textContent = `found ${JSON.stringify(found)} end`;
  },
  (error: unknown) => {
    document.body.textContent = `failed ${String(error)} end`;
  },
);
