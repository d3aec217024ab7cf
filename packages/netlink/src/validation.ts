/**
 * How strictly attributes are parsed: flags to be combined, and the three combinations that Linux uses.
 *
 * C twin: `enum netlink_validation` (include/net/netlink.h).
 */
export const Validation = {
  /** What old families do: unknown types are skipped, long integers accepted, trailing octets warned of. C twin: `NL_VALIDATE_LIBERAL`. */
  LIBERAL: 0,
  /** Refuses octets after the last attribute. C twin: `NL_VALIDATE_TRAILING`. */
  TRAILING: 1,
  /** Refuses types above the table's. C twin: `NL_VALIDATE_MAXTYPE`. */
  MAXTYPE: 2,
  /** Refuses types that the policy does not describe. C twin: `NL_VALIDATE_UNSPEC`. */
  UNSPEC: 4,
  /** Refuses integers of another length than their type's. C twin: `NL_VALIDATE_STRICT_ATTRS`. */
  STRICT_ATTRS: 8,
  /** Requires `NLA_F_NESTED` on nests and refuses it elsewhere. C twin: `NL_VALIDATE_NESTED`. */
  NESTED: 16,
  /** What old families do under `NETLINK_GET_STRICT_CHK`. C twin: `NL_VALIDATE_DEPRECATED_STRICT`. */
  DEPRECATED_STRICT: 3,
  /** What new families do. C twin: `NL_VALIDATE_STRICT`. */
  STRICT: 31,
} as const;
