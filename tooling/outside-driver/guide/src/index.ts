import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Mirror } from './mirror.ts';

const mirror: Module = defineModule({
  name: 'mirror',
  authors: ['You'],
  description: 'Sends every frame back',
  license: 'MIT',
  alias: ['rtnl-link-mirror'],
  init: (module) => register(module, new Mirror()),
});

export default mirror;
