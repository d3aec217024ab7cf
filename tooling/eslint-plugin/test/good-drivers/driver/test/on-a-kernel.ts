import { Kernel } from '@netdevkit/kernel';
import good from '../src/index.ts';

new Kernel().insmod(good as object);
