import type { LoadedModule } from '../../module.ts';

/** `/proc/modules`, without sizes and addresses, which there are none of. */
export function procModules(modules: readonly LoadedModule[]): string {
  const states = { MODULE_STATE_LIVE: 'Live', MODULE_STATE_COMING: 'Loading', MODULE_STATE_GOING: 'Unloading' } as const;
  return modules.map(({ name, refcnt, state }) => `${name} 0 ${String(refcnt)} - ${states[state]} 0x0000000000000000\n`).join('');
}
