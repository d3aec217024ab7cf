import { mergeConfig } from 'vitest/config';
import base from '../workspace/vitest.base.ts';

// The compiler is most of what a test file loads: load it once for each worker.
export default mergeConfig(base, { test: { isolate: false } });
