import { NLMSG_ERROR, NLM_F_REQUEST, RTM_GETLINK } from '@netdevkit/bindings';
import type { TracedMessage } from '@netdevkit/sandbox';
import { expect, it } from 'vitest';
import { ProcessTotals } from '../src/trace/process-totals.ts';
import { message } from './capture-files.ts';

function traced(pid: number, sent: boolean, errno?: number, command = 'ip'): TracedMessage {
  const bytes = message(errno === undefined ? RTM_GETLINK : NLMSG_ERROR, sent ? NLM_F_REQUEST : 0, (writer) => {
    if (errno !== undefined) writer.append(new Uint8Array(new Int32Array([-errno, 0, 0, 0, 0]).buffer));
  });
  return { bytes, length: bytes.length, protocol: 0, sent, peer: 0, pid, tid: pid, fd: 3, command, sec: 0, nsec: 0 };
}

it('counts messages, errors and the time of answers; the last name of a process counts', () => {
  const totals = new ProcessTotals();
  totals.add(traced(7, true, undefined, 'sh'), undefined);
  totals.add(traced(7, false, 22), 2);
  totals.add(traced(7, false, 0), 4);
  // A program that says what a kernel says is not told of an error.
  totals.add(traced(1234, true, 22, 'a\tb'), undefined);
  expect(totals.lines()).toEqual([
    'PROCESS  COMMAND   SENT  RECEIVED  ERRORS   MEDIAN  LONGEST',
    expect.stringMatching(/^ {6}7 {2}ip {11}1 {9}2 {7}1 {2}[12]\.\d\d ms {2}4\.00 ms$/),
    expect.stringMatching(/^ {3}1234 {2}a\S+b {5}1 {9}0 {7}0$/),
  ]);
});

it('keeps those apart that came first, and counts the others together', () => {
  const totals = new ProcessTotals();
  for (let pid = 1; pid <= 300; pid++) for (let i = 0; i < 2; i++) totals.add(traced(pid, true), undefined);
  const lines = totals.lines();
  expect(lines).toHaveLength(258);
  expect(lines.at(-1)).toMatch(/^44 others +88 +0 +0$/);
});
