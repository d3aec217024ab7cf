import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messages } from '@netdevkit/netlink';
import { expect, it } from 'vitest';
import { Tracer, type TracedMessage, type TraceRemark } from '../src/index.ts';
import { PYTHON, describePrograms, hasHostCapability, openDescriptors, program, unshareRefusal, until, zombies } from './rig.ts';

interface Traced {
  readonly code: number | null;
  readonly stdout: string;
  readonly seen: readonly TracedMessage[];
  readonly remarks: readonly TraceRemark[];
}

const CAP_SYS_RESOURCE = 24;
const CAP_NET_ADMIN = 12;

/** How the tracer comes by descriptors of programs' sockets: it takes them, or keeps its own. */
const MODES = [['by descriptors that it takes', true], ['by descriptors that it keeps', false]] as const;

async function traced(file: string, args: readonly string[], takeDescriptors: boolean): Promise<Traced> {
  const seen: TracedMessage[] = [];
  const remarks: TraceRemark[] = [];
  await using tracer = await Tracer.create({
    observer: { message: (message) => void seen.push(message), remark: (remark) => void remarks.push(remark) },
    takeDescriptors,
    onError: (error) => {
      throw error;
    },
  });
  const child = tracer.spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  // CAST: the event's arguments.
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, seen, remarks };
}

const PRELUDE = 'import socket,struct,os,threading,time\ns=socket.socket(16,3,0)\nask=lambda n,flags=1: struct.pack("IHHIIBBHiII",32,18,flags,n,0,0,0,0,1,0,0)\n';
const sequences = ({ seen }: Traced): [boolean, number[]][] => seen.map(({ sent, bytes }) => [sent, [...messages(bytes)].map(({ seq }) => seq)]);

describePrograms.each(MODES)('Tracer, %s', (_, takes) => {
  const python = (script: string): Promise<Traced> => traced(PYTHON, ['-c', script], takes);

  it('sees what is sent and what is received, and by whom', async () => {
    const result = await python(`${PRELUDE}s.send(ask(7))\nprint(len(s.recv(65536)))`);
    expect(sequences(result)).toEqual([[true, [7]], [false, [7]]]);
    expect(result.seen[0]).toMatchObject({ protocol: 0, peer: 0, command: 'python3', fd: 512 });
    expect(result.stdout).toBe(`${String(result.seen[1]?.bytes.length)}\n`);
  });

  it('sees each message once, whoever peeks first', async () => {
    const result = await python(`${PRELUDE}s.send(ask(7))\nn=len(s.recv(65536,socket.MSG_PEEK))\nprint(len(s.recv(n))==n)`);
    expect(sequences(result)).toEqual([[true, [7]], [false, [7]]]);
    expect(result.stdout).toBe('True\n');
  });

  it('sees a message as far as it was received, and how long it was', async () => {
    const { seen } = await python(`${PRELUDE}s.send(ask(7))\ns.recv(20)`);
    expect(seen[1]?.bytes).toHaveLength(20);
    expect(seen[1]?.length).toBeGreaterThan(1000);
  });

  it('sees every way to send and to receive', async () => {
    const script = `${PRELUDE}
b=bytearray(65536)
os.write(s.fileno(),ask(1)); os.read(s.fileno(),65536)
os.writev(s.fileno(),[ask(2)[:10],ask(2)[10:]]); os.readv(s.fileno(),[b])
s.sendto(ask(3),(0,0)); s.recvfrom(65536)
s.sendmsg([ask(4)],[],0,(0,0)); s.recvmsg(65536)
d=s.dup(); d.send(ask(5)); d.recv_into(b)`;
    expect(sequences(await python(script))).toEqual([1, 2, 3, 4, 5].flatMap((n) => [[true, [n]], [false, [n]]]));
  });

  it('leaves waiting, timeouts and readiness as they are', async () => {
    const script = `${PRELUDE}
import select
s.setblocking(False)
try: s.recv(1)
except BlockingIOError: print('again')
s.setblocking(True); s.setsockopt(1,20,struct.pack('qq',0,200000))
t=time.monotonic()
try: s.recv(1)
except BlockingIOError: print('timeout', 0.15 < time.monotonic()-t)
s.setsockopt(1,20,struct.pack('qq',0,0))
print(select.select([s],[],[],0)[0])
s.setsockopt(1,20,struct.pack('qq',10**9,0))
threading.Timer(0.2,lambda: s.send(ask(9))).start()
print(len(s.recv(65536))>1000)
s.send(ask(10)); print(select.select([s],[],[],5)[0]==[s])`;
    const { stdout } = await python(script);
    expect(stdout).toBe('again\ntimeout True\n[]\nTrue\nTrue\n');
  });

  it('sees each message that a program waits for, one after another', async () => {
    const script = `${PRELUDE}
for i in range(3):
  threading.Timer(0.2,lambda: s.send(ask(20+i))).start()
  print(len(s.recv(65536))>1000)`;
    const result = await python(script);
    expect(result.stdout).toBe('True\nTrue\nTrue\n');
    expect(sequences(result).map(([sent]) => sent)).toEqual([true, false, true, false, true, false]);
  });

  it('lets signals end a wait', async () => {
    const script = `${PRELUDE}
import signal
def told(*_): signal.setitimer(signal.ITIMER_REAL,0); raise SystemExit(9)
signal.signal(signal.SIGALRM,told); signal.setitimer(signal.ITIMER_REAL,0.2,0.2)
s.recv(1)`;
    expect((await python(script)).code).toBe(9);
  });

  it('follows children, and threads', async () => {
    const script = `${PRELUDE}
t=threading.Thread(target=lambda: s.send(ask(1))); t.start(); t.join(); s.recv(65536)
if os.fork()==0:
  c=socket.socket(16,3,0); c.send(ask(2)); c.recv(65536); os._exit(0)
os.wait()`;
    const { seen } = await python(script);
    expect(seen.map(({ pid, tid }) => pid === tid)).toEqual([false, true, true, true]);
    expect(new Set(seen.map(({ pid }) => pid)).size).toBe(2);
  });

  it('follows threads that have descriptors of their own, and those that outlive the first', async ({ skip }) => {
    const [major = 0, minor = 0] = release().split('.').map(Number);
    if (takes && major * 100 + minor < 609) skip(`Linux 6.9 can take descriptors from any thread, this is ${release()}`);
    const script = `${PRELUDE}
import ctypes
libc=ctypes.CDLL(None)
def own():
  libc.unshare(0x400) # CLONE_FILES
  c=socket.socket(16,3,0); c.send(ask(1)); c.recv(65536); c.close()
t=threading.Thread(target=own); t.start(); t.join()
def away():
  libc.unshare(0x400); os.close(s.fileno())
t=threading.Thread(target=away); t.start(); t.join()
gone=lambda: open('/proc/self/stat').read().split()[2]=='Z'
def late():
  while not gone(): time.sleep(0.01)
  s.send(ask(2)); s.recv(65536)
  c=socket.socket(16,3,0); c.send(ask(3)); c.recv(65536); c.close()
  print('late',flush=True); os._exit(0)
threading.Thread(target=late).start()
libc.syscall(93 if os.uname().machine=='aarch64' else 60,0)`;
    const result = await python(script);
    expect(result.stdout).toBe('late\n');
    expect(sequences(result)).toEqual([1, 2, 3].flatMap((n) => [[true, [n]], [false, [n]]]));
    expect(result.remarks).toEqual([]);
  });

  it('follows programs that outlive their parents, and waits for them', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tracer-')), 'end');
    const seen: TracedMessage[] = [];
    await using tracer = await Tracer.create({ observer: { message: (message) => void seen.push(message) }, adoptOrphans: true, takeDescriptors: takes });
    // Once the shell that starts it has gone.
    const daemon = `while kill -0 $0; do sleep 0.05; done; ip -br link show lo > ${file}.part; cut -d" " -f4 /proc/$$/stat >> ${file}.part; mv ${file}.part ${file}`;
    const child = tracer.spawn('sh', ['-c', `setsid sh -c '${daemon}' $$ < /dev/null > /dev/null 2>&1 &`], { stdio: 'ignore' });
    await once(child, 'close');
    expect(await until(() => existsSync(file))).toBe(true);
    const [link, parent] = readFileSync(file, 'utf8').split('\n');
    expect(link).toMatch(/^lo /);
    // The shell that asked is a child of this process now.
    expect(parent).toBe(String(process.pid));
    expect(new Set(seen.map(({ sent, command }) => `${command} ${String(sent)}`))).toEqual(new Set(['ip true', 'ip false']));
    expect(await until(() => zombies().length === 0)).toBe(true);
  });

  it('sees a dump chunk by chunk, as the program does', async () => {
    const script = `${PRELUDE}
s.send(ask(7,0x301)); chunks=0
while True:
  chunks+=1
  if struct.unpack('IH',s.recv(32768)[:6])[1]==3: break
print(chunks)`;
    const { seen, stdout } = await python(script);
    expect(stdout).toBe(`${String(seen.filter(({ sent }) => !sent).length)}\n`);
  });

  it('finds room for sockets beyond a limit of open files, or leaves them to the program and says so', async () => {
    const { code, seen, remarks } = await traced('sh', ['-c', 'ulimit -n 256; exec ip link show lo'], takes);
    expect(code).toBe(0);
    if (hasHostCapability(CAP_SYS_RESOURCE)) expect([seen.length > 1, remarks]).toEqual([true, []]);
    else expect([seen, remarks]).toMatchObject([[], [{ kind: 'no-room', command: 'ip', fd: -1 }]]);
  });

  it('leaves ENOBUFS to the program, and remarks on it', async ({ skip }) => {
    if (!hasHostCapability(CAP_NET_ADMIN)) skip('groups that programs send to are joined with CAP_NET_ADMIN');
    const script = `import socket
r=socket.socket(16,3,2); r.setsockopt(1,8,1); r.bind((0,1))
s=socket.socket(16,3,2)
for i in range(20):
  try: s.sendto(bytes(500),(0,1))
  except ConnectionRefusedError: pass # of the kernel, which has no socket of this protocol
try: r.recv(65536)
except OSError as e: print(e.errno)
print(len(r.recv(65536)))`;
    const { stdout, remarks } = await python(script);
    expect(stdout).toBe('105\n500\n');
    expect(remarks).toMatchObject([{ kind: 'overrun', command: 'python3' }]);
  });

  it('sees all of several messages that are received at once, and leaves that as it is', async () => {
    const script = program('recvmmsg.py');
    const result = await traced(PYTHON, [script], takes);
    expect(result.stdout).toMatch(/done\n$/);
    expect(result.stdout).toBe(spawnSync(PYTHON, [script], { encoding: 'utf8' }).stdout);
    const received = sequences(result).flatMap(([sent, numbers]) => (sent ? [] : numbers));
    // Of 11 to 13 it takes less than a whole message.
    expect(received.filter((number) => number < 14)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(received.filter((number) => number === 14).length).toBeGreaterThan(1);
    expect(result.seen.filter(({ bytes, length }) => bytes.length < length).map(({ bytes, peer }) => [bytes.length, peer])).toEqual([[20, 0], [20, 0], [20, 0]]);
    expect(result.remarks.map(({ kind }) => kind)).toEqual(result.stdout.includes('ENOBUFS') ? ['overrun'] : []);
  });

  it('lets sockets go when programs do, and follows them to children', async () => {
    const script = `${PRELUDE}
import sys
PORT=0x7e004243 # which is no process's number: sockets that are not bound have those
def bound():
  c=socket.socket(16,3,0); c.bind((PORT,0)); return c
if len(sys.argv)>1: bound(); print('after exec',flush=True); os._exit(0)
bound().close(); c=bound(); print('after close',flush=True)
if os.fork()==0:
  time.sleep(0.3); c.send(ask(5)); c.recv(65536); os._exit(0)
c.close(); os.wait(); c=bound(); print('after exit',flush=True)
os.dup2(s.fileno(),c.fileno()); c=bound(); print('after dup2',flush=True)
os.execv(sys.executable,[sys.executable,'-c',open('/proc/self/cmdline').read().split(chr(0))[2],'again'])`;
    const result = await python(script);
    expect(result.stdout).toBe('after close\nafter exit\nafter dup2\nafter exec\n');
    expect(sequences(result)).toEqual([[true, [5]], [false, [5]]]);
    expect(result.remarks).toEqual([]);
  });

  it('says what it cannot see', async ({ skip }) => {
    const refusal = unshareRefusal();
    if (refusal !== undefined) skip(refusal);
    const { remarks, seen, code } = await traced('unshare', ['-Urn', 'ip', 'link'], takes);
    expect(code).toBe(0);
    expect(remarks[0]).toMatchObject({ kind: 'untraced', command: 'ip' });
    expect(seen).toEqual([]);
  });

  it('leaves no descriptor behind', async () => {
    await traced('true', [], takes);
    const before = openDescriptors();
    for (let i = 0; i < 5; i++) await python(`${PRELUDE}s.send(ask(7)); s.recv(65536)`);
    expect(await until(() => openDescriptors() <= before)).toBe(true);
  });

  it('is closed when it is closed', async () => {
    const tracer = await Tracer.create({ observer: { message: () => undefined } });
    const child = tracer.spawn('sleep', ['30'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await once(child, 'spawn');
    await tracer.close();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(() => tracer.spawn('true')).toThrow('the tracer is closed');
  });
});
