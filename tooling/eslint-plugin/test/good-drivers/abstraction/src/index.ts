export { Packet } from './packet.unsafe.ts';
