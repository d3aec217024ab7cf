import { describe, expect, it } from 'vitest';
import { add, Rig, dump, indexOf, get, device } from './rtnetlink-rig.ts';

describe('RTM_GETLINK', () => {
  it('shows what was made', () => {
    const rig = new Rig();
    expect(rig.rtnetlink.linkOps.register(rig.nlmonOps())).toBe(0);
    const socket = rig.socket();
    expect(add(socket, 'nlmon0', 'nlmon')).toEqual({ errno: 0, message: undefined });
    expect(add(socket, '', 'nlmon')).toEqual({ errno: 0, message: undefined });
    const { links, done } = dump(socket);
    expect(links.map(indexOf)).toEqual([1, 2, 3]);
    expect(done.errno).toBe(0);
    expect(device(rig.init, 'nlmon1').ifindex).toBe(3);
    const link = get(socket, 2);
    expect(link.length).toBe(1428);
  });
});
