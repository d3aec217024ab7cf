// Ten thousand links made, dumped and deleted by group on the embedded kernel, in seconds. In a process of its own.
import { IpRoute, addLink } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';

const LINKS = 10_000;
const kernel = new Kernel({ modules: [nlmon] });
const ip = new IpRoute(() => kernel.socket(16, 3, 0));

function time(action) {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const create = time(() => {
  const requests = Array.from({ length: LINKS }, (_, i) => addLink({ name: `m${i}`, kind: 'nlmon', group: 7 }));
  for (const outcome of ip.batch(requests)) if (!outcome.ok) throw outcome.error;
});
const dump = time(() => {
  const { length } = ip.link.list();
  if (length !== LINKS + 1) throw new Error(`${length} links`);
});
const remove = time(() => {
  ip.link.delete({ group: 7 });
});
if (ip.link.list().length !== 1) throw new Error('links are left');
console.log(JSON.stringify({ create, dump, remove }));
