/**
 * The kernel's raw functions and records, in C's names, with negative errnos. What bindgen's output is to Rust: nobody
 * checks a record's invariants here. The safe packages wrap it; drivers may not import it.
 *
 * @packageDocumentation
 */

export { netlink_ext_ack, type nla_policies, type nla_policy, type nla_type, type nlattr_table, type nlmsg_builder } from './nlattr.ts';
