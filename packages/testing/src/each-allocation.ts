import { TestKernel, type TestKernelOptions } from './test-kernel.ts';

/** What {@link eachAllocation} found. */
export interface AllocationReport {
  /** How many allocations the scenario makes: it ran once more for each. */
  readonly allocations: number;
  /** In how many of them the scenario reported that something failed. */
  readonly felt: number;
}

/** A scenario that is run again and again. */
export interface AllocationScenario {
  /**
   * What each run's kernel is made from.
   *
   * @defaultValue nothing: no drivers, no expected warnings
   */
  readonly kernel?: TestKernelOptions;
  /**
   * What to do. It survives every refusal that a user would be told of, and says whether there was one.
   *
   * @param test - a fresh kernel
   * @returns whether something failed
   */
  run(test: TestKernel): boolean;
  /**
   * What must hold after each run, whatever failed.
   *
   * @defaultValue that nothing is left over
   */
  check?(test: TestKernel): void;
}

/**
 * Runs a scenario once as it is, then once for each allocation that it makes, each time with another one failing: memory is
 * short at every place in turn. A run that leaks, warns or throws fails the test, with the number of the allocation.
 *
 * @throws AggregateError, or what the scenario threw, with the number of the allocation in its message
 * @throws Error: the scenario fails although nothing fails, or makes no allocation
 * @example
 * ```ts
 * import { isKernelError } from '@netdevkit/errno';
 * import nlmon from '@netdevkit/nlmon';
 * import { eachAllocation } from '@netdevkit/testing';
 *
 * const { allocations, felt } = eachAllocation({
 *   // Where memory is too short to load the module, the kernel says so.
 *   kernel: { modules: [nlmon], expectedWarnings: [/^modprobe: could not insert/] },
 *   run: ({ ip }) => {
 *     try {
 *       ip.link.add({ kind: 'nlmon', up: true });
 *       return false;
 *     } catch (error) {
 *       if (!isKernelError(error)) throw error;
 *       return true;
 *     }
 *   },
 * });
 * console.log(allocations, felt);
 * ```
 */
export function eachAllocation(scenario: AllocationScenario): AllocationReport {
  const allocations = once(scenario, undefined).count;
  if (allocations === 0) throw new Error('eachAllocation: the scenario makes no allocation');
  let felt = 0;
  for (let nth = 1; nth <= allocations; nth++) {
    try {
      if (once(scenario, nth).failed) felt++;
    } catch (error) {
      throw new Error(`eachAllocation: with allocation ${String(nth)} of ${String(allocations)} failing`, { cause: error });
    }
  }
  return { allocations, felt };
}

function once(scenario: AllocationScenario, nth: number | undefined): { readonly count: number; readonly failed: boolean } {
  using test = new TestKernel(scenario.kernel);
  const { faults } = test.kernel;
  const before = faults.allocations;
  using fault = nth === undefined ? undefined : faults.failAllocation({ nth });
  const failed = scenario.run(test);
  const count = faults.allocations - before;
  if (fault === undefined && failed) throw new Error('eachAllocation: the scenario fails although no allocation does');
  if (fault?.hits === 0) throw new Error('the scenario did not come to it: it is not the same each time');
  fault?.[Symbol.dispose]();
  scenario.check?.(test);
  return { count, failed };
}
