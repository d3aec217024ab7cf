/**
 * Commands of nl80211 that the specification leaves out. C twin: `linux/nl80211.h`.
 *
 * @packageDocumentation
 */

import { commandsNames, nl80211AttrsSet } from '../generated/nl80211.ts';
import { indexed, u32, type Extension, type GenericFamily } from '../schema/index.ts';

/** After 6.12. */
const later: Readonly<Record<number, string>> = {
  156: 'assoc-mlo-reconf', 157: 'epcs-cfg', 158: 'nan-next-dw-notification', 159: 'nan-cluster-joined',
  160: 'incumbent-signal-detect',
};

/** All hold the same attributes. */
const names: Readonly<Record<number, string>> = {
  2: 'set-wiphy', 4: 'del-wiphy', 6: 'set-interface', 8: 'del-interface', 9: 'get-key', 10: 'set-key', 11: 'new-key',
  12: 'del-key', 13: 'get-beacon', 14: 'set-beacon', 15: 'start-ap', 16: 'stop-ap', 17: 'get-station', 18: 'set-station',
  19: 'new-station', 20: 'del-station', 21: 'get-mpath', 22: 'set-mpath', 23: 'new-mpath', 24: 'del-mpath', 25: 'set-bss',
  26: 'set-reg', 27: 'req-set-reg', 28: 'get-mesh-config', 29: 'set-mesh-config', 30: 'set-mgmt-extra-ie', 31: 'get-reg',
  32: 'get-scan', 33: 'trigger-scan', 34: 'new-scan-results', 35: 'scan-aborted', 36: 'reg-change', 37: 'authenticate',
  38: 'associate', 39: 'deauthenticate', 40: 'disassociate', 41: 'michael-mic-failure', 42: 'reg-beacon-hint',
  43: 'join-ibss', 44: 'leave-ibss', 45: 'testmode', 46: 'connect', 47: 'roam', 48: 'disconnect', 49: 'set-wiphy-netns',
  50: 'get-survey', 51: 'new-survey-results', 52: 'set-pmksa', 53: 'del-pmksa', 54: 'flush-pmksa', 55: 'remain-on-channel',
  56: 'cancel-remain-on-channel', 57: 'set-tx-bitrate-mask', 58: 'register-frame', 59: 'frame', 60: 'frame-tx-status',
  61: 'set-power-save', 62: 'get-power-save', 63: 'set-cqm', 64: 'notify-cqm', 65: 'set-channel', 66: 'set-wds-peer',
  67: 'frame-wait-cancel', 68: 'join-mesh', 69: 'leave-mesh', 70: 'unprot-deauthenticate', 71: 'unprot-disassociate',
  72: 'new-peer-candidate', 73: 'get-wowlan', 74: 'set-wowlan', 75: 'start-sched-scan', 76: 'stop-sched-scan',
  77: 'sched-scan-results', 78: 'sched-scan-stopped', 79: 'set-rekey-offload', 80: 'pmksa-candidate', 81: 'tdls-oper',
  82: 'tdls-mgmt', 83: 'unexpected-frame', 84: 'probe-client', 85: 'register-beacons', 86: 'unexpected-4addr-frame',
  87: 'set-noack-map', 88: 'ch-switch-notify', 89: 'start-p2p-device', 90: 'stop-p2p-device', 91: 'conn-failed',
  92: 'set-mcast-rate', 93: 'set-mac-acl', 94: 'radar-detect', 96: 'update-ft-ies', 97: 'ft-event',
  98: 'crit-protocol-start', 99: 'crit-protocol-stop', 100: 'get-coalesce', 101: 'set-coalesce', 102: 'channel-switch',
  103: 'vendor', 104: 'set-qos-map', 105: 'add-tx-ts', 106: 'del-tx-ts', 107: 'get-mpp', 108: 'join-ocb', 109: 'leave-ocb',
  110: 'ch-switch-started-notify', 111: 'tdls-channel-switch', 112: 'tdls-cancel-channel-switch', 113: 'wiphy-reg-change',
  114: 'abort-scan', 115: 'start-nan', 116: 'stop-nan', 117: 'add-nan-function', 118: 'del-nan-function',
  119: 'change-nan-config', 120: 'nan-match', 121: 'set-multicast-to-unicast', 122: 'update-connect-params', 123: 'set-pmk',
  124: 'del-pmk', 125: 'port-authorized', 126: 'reload-regdb', 127: 'external-auth', 128: 'sta-opmode-changed',
  129: 'control-port-frame', 130: 'get-ftm-responder-stats', 131: 'peer-measurement-start', 132: 'peer-measurement-result',
  133: 'peer-measurement-complete', 134: 'notify-radar', 135: 'update-owe-info', 136: 'probe-mesh-link',
  137: 'set-tid-config', 138: 'unprot-beacon', 139: 'control-port-frame-tx-status', 140: 'set-sar-specs',
  141: 'obss-color-collision', 142: 'color-change-request', 143: 'color-change-started', 144: 'color-change-aborted',
  145: 'color-change-completed', 146: 'set-fils-aad', 147: 'assoc-comeback', 148: 'add-link', 149: 'remove-link',
  150: 'add-link-sta', 151: 'modify-link-sta', 152: 'remove-link-sta', 153: 'set-hw-timestamp', 154: 'links-removed',
  155: 'set-tid-to-link-mapping',
  ...later,
};

/** Commands of nl80211. */
export const nl80211Commands: GenericFamily = {
  name: 'nl80211',
  generic: true,
  version: 1,
  requests: Object.fromEntries(
    Object.entries(names).map(([command, name]) => [command, { name, attributes: nl80211AttrsSet }]),
  ),
};

/** The commands that a device can do. */
export const nl80211SupportedCommands: Extension = {
  sets: [
    [
      nl80211AttrsSet,
      { 50: indexed(u32('supported-commands', { names: { ...commandsNames, values: { ...commandsNames.values, ...later } } })) },
    ],
  ],
};
