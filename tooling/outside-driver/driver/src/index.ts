import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Meter } from './meter.ts';

const meter: Module = defineModule({
  name: 'meter',
  authors: ['Somebody Else'],
  description: 'Counts netlink messages of a least length',
  license: 'MIT',
  alias: ['rtnl-link-meter'],
  init: (module) => register(module, new Meter()),
});

export default meter;
