export { default } from '../../tooling/workspace/vitest.base.ts';
