import { nl80211Commands, nl80211SupportedCommands } from '../../families/nl80211-commands.ts';
import { nl80211Measurements } from '../../families/nl80211-measurements.ts';
import { nl80211Settings } from '../../families/nl80211-settings.ts';
import { nl80211Stations } from '../../families/nl80211-stations.ts';
import { nl80211 as base } from '../../generated/nl80211.ts';
import type { Schema } from '../../schema/index.ts';

/** All that is known of the family `nl80211`. */
export const nl80211: readonly Schema[] = [base, nl80211Commands, nl80211SupportedCommands, nl80211Measurements, nl80211Settings, nl80211Stations];
