export { default } from '../workspace/vitest.base.ts';
