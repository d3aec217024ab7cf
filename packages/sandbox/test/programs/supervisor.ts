// Runs a program in a sandbox, for a test that kills this process.
import { Kernel } from '@netdevkit/kernel';
import { Sandbox } from '../../src/index.ts';

const sandbox = await Sandbox.create(new Kernel());
const [file = '', ...args] = process.argv.slice(2);
sandbox.spawn(file, args, { stdio: 'inherit' });
