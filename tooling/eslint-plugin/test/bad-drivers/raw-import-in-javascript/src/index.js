import { netdev_priv } from '@netdevkit/bindings/raw';

export const priv = (dev) => netdev_priv(dev);
