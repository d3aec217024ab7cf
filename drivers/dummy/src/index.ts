/**
 * The dummy network device.
 *
 * @packageDocumentation
 */

import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Dummy } from './dummy.ts';

export { Dummy, type DummyState } from './dummy.ts';

/** The module, for `kernel.insmod` or a kernel's list of loadable modules. */
const dummy: Module = defineModule({
  name: 'dummy',
  authors: ['The NetDevKit authors'],
  description: 'Dummy network device: counts what it is sent, and discards it',
  license: 'MIT',
  alias: ['rtnl-link-dummy'],
  parameters: { numdummies: { type: 'int', default: 1, description: 'Number of dummy pseudo devices' } },
  init(module, { numdummies }) {
    const kind = register(module, new Dummy());
    try {
      for (let i = 0; i < numdummies; i++) kind.create();
    } catch (error) {
      kind[Symbol.dispose]();
      throw error;
    }
    return kind;
  },
});

export default dummy;
