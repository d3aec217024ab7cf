import { memberOf, readExpression, type Expression } from './expression.ts';

/** A message as strace prints it: its header, then what it makes of the payload. */
export interface PrintedMessage {
  /** The header. */
  readonly header: Expression;
  /** The parts behind it: a structure, attributes, or a string of what is not decoded. */
  readonly parts: readonly Expression[];
}

/** What one system call sent or received. */
export interface Datagram {
  /** The messages. */
  readonly messages: readonly PrintedMessage[];
  /** The line, for reports. */
  readonly line: string;
}

/**
 * The datagrams that a program sent and received, without those at which it only peeked.
 *
 * @param log - what strace wrote to standard error
 */
export function datagramsOf(log: string): readonly Datagram[] {
  const datagrams: Datagram[] = [];
  for (const line of log.split('\n')) {
    if (!/^(?:sendmsg|sendto|recvmsg|recvfrom)\(/.test(line) || line.includes('MSG_PEEK') || line.includes(' = -1 E')) continue;
    const octets = octetsOf(line);
    const messages = octets === undefined ? [] : messagesOf(octets);
    if (messages.length > 0) datagrams.push({ messages, line });
  }
  return datagrams;
}

/** The argument that holds the datagram. */
function octetsOf(line: string): Expression | undefined {
  const at = line.indexOf('(');
  const { end } = readExpression(line, at + 1);
  const { value } = readExpression(line, end + 1);
  const vector = memberOf(value, 'msg_iov');
  if (vector?.kind !== 'list') return value;
  return memberOf(vector.items[0]?.value, 'iov_base');
}

/** One message is a list of its parts, or a header alone; several are a list of such. */
function messagesOf(value: Expression): readonly PrintedMessage[] {
  const single = messageOf(value);
  if (single !== undefined) return [single];
  if (value.kind !== 'list') return [];
  return value.items.flatMap((item) => messageOf(item.value) ?? []);
}

function messageOf(value: Expression): PrintedMessage | undefined {
  if (memberOf(value, 'nlmsg_len') !== undefined) return { header: value, parts: [] };
  const [header, ...parts] = value.kind === 'list' ? value.items.map((item) => item.value) : [];
  if (header === undefined || memberOf(header, 'nlmsg_len') === undefined) return undefined;
  // A list of headers alone is several messages.
  if (parts.some((part) => messageOf(part) !== undefined)) return undefined;
  return { header, parts };
}
