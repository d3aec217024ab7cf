export { wrapUnsafe } from './packet.unsafe.ts';
