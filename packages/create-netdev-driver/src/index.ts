/**
 * Makes packages with a network device driver.
 *
 * @packageDocumentation
 */

export { createDriver, type DriverPlan } from './create.ts';
export { NameError, planOf } from './plan.ts';
