/**
 * The host's kernel: netlink and packet sockets, namespaces, TUN/TAP.
 *
 * @packageDocumentation
 */

export {};
