import { addLink } from '@netdevkit/iproute';
import { expect, it } from 'vitest';
import { HostRig } from './host-rig.ts';
import { describeInNamespace } from './private-namespace.ts';

describeInNamespace('a monitor of the host', () => {
  it('that lost events says so, reads what there is, and knows it', async () => {
    using rig = new HostRig();
    const { ip } = rig;
    using monitor = ip.monitor({ receiveBuffer: 4096, resync: true });
    const names = Array.from({ length: 40 }, (_, at) => `b${String(at)}`);
    for (const outcome of ip.batch(names.map((name) => addLink({ kind: 'bridge', name, group: 7 })))) if (!outcome.ok) throw outcome.error;
    ip.link.set('b0', { name: 'renamed' });
    ip.link.delete({ group: 7 });
    ip.link.add({ kind: 'bridge', name: 'b1' });

    const known = new Map<number, string>();
    const told: string[] = [];
    for await (const event of monitor) {
      if (event.type === 'overrun') known.clear();
      else if (event.type === 'new') known.set(event.link.index, event.link.name);
      else if (event.type === 'del') known.delete(event.link.index);
      if (event.type === 'overrun' || event.type === 'resynced') told.push(event.type);
      if (event.type === 'resynced') break;
    }
    expect(told).toEqual(['overrun', 'resynced']);
    expect([...known.values()].sort()).toEqual(ip.link.list().map(({ name }) => name).sort());
    expect([...known.values()]).toContain('b1');
  });
});
