import { AnyOption, InterfaceOption, SectionOption, StatisticsOption } from './block-types.ts';
import { ClockUnit } from './clock-unit.ts';
import type { OptionReader } from './option-reader.ts';
import type { CaptureInterface, CaptureSection, CaptureStatistics, CaptureTime } from './packet-view.ts';
import type { RawOption } from './raw-option.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Unless it is said, times count microseconds. */
const MICROSECONDS = 6;

/** The options of a section header. */
export function readSection(option: OptionReader, section: number, littleEndian: boolean): CaptureSection {
  const comments: string[] = [];
  const options: RawOption[] = [];
  const found: Mutable<CaptureSection> = { section, littleEndian, comments };
  while (option.next()) {
    if (option.code === AnyOption.COMMENT) comments.push(option.text());
    else if (option.code === SectionOption.HARDWARE) found.hardware = option.text();
    else if (option.code === SectionOption.OS) found.os = option.text();
    else if (option.code === SectionOption.APPLICATION) found.application = option.text();
    else options.push(option.raw());
  }
  if (options.length > 0) found.options = options;
  return found;
}

/** What is known of an interface before its options are read. */
export type InterfaceHead = Pick<CaptureInterface, 'section' | 'id' | 'linkType' | 'snapLength'>;

/** The options of an interface description, and how the interface counts time. */
export function readInterface(option: OptionReader, head: InterfaceHead): { found: CaptureInterface; clock: ClockUnit } {
  const comments: string[] = [];
  const options: RawOption[] = [];
  const found: Mutable<CaptureInterface> = { ...head, comments };
  let resolution = MICROSECONDS;
  let offset = 0;
  while (option.next()) {
    if (option.code === AnyOption.COMMENT) comments.push(option.text());
    else if (option.code === InterfaceOption.TIMESTAMP_RESOLUTION) resolution = option.u8() ?? resolution;
    else if (option.code === InterfaceOption.TIMESTAMP_OFFSET) offset = option.s64() ?? offset;
    else if (!describe(found, option)) options.push(option.raw());
  }
  if (options.length > 0) found.options = options;
  return { found, clock: new ClockUnit(resolution, offset) };
}

/** Takes an option that there is a member for. */
function describe(found: Mutable<CaptureInterface>, option: OptionReader): boolean {
  switch (option.code) {
    case InterfaceOption.NAME:
      found.name = option.text();
      return true;
    case InterfaceOption.DESCRIPTION:
      found.description = option.text();
      return true;
    case InterfaceOption.OS:
      found.os = option.text();
      return true;
    case InterfaceOption.HARDWARE:
      found.hardware = option.text();
      return true;
    case InterfaceOption.FILTER: {
      const filter = option.filter();
      if (filter !== undefined) found.filter = filter;
      return filter !== undefined;
    }
    default:
      return describeSpeed(found, option);
  }
}

function describeSpeed(found: Mutable<CaptureInterface>, option: OptionReader): boolean {
  const value = option.u64();
  if (value === undefined) return false;
  if (option.code === InterfaceOption.SPEED) found.speed = value;
  else if (option.code === InterfaceOption.SEND_SPEED) found.sendSpeed = value;
  else if (option.code === InterfaceOption.RECEIVE_SPEED) found.receiveSpeed = value;
  else return false;
  return true;
}

/** The options of interface statistics. */
export function readStatistics(option: OptionReader, section: number, interfaceId: number, clock: ClockUnit): CaptureStatistics {
  const comments: string[] = [];
  const found: Mutable<CaptureStatistics> = { section, interfaceId };
  while (option.next()) {
    if (option.code === AnyOption.COMMENT) comments.push(option.text());
    else if (option.code === StatisticsOption.START_TIME) setTime(found, 'start', option.time(clock));
    else if (option.code === StatisticsOption.END_TIME) setTime(found, 'end', option.time(clock));
    else count(found, option);
  }
  if (comments.length > 0) found.comments = comments;
  return found;
}

function setTime(found: Mutable<CaptureStatistics>, which: 'start' | 'end', time: CaptureTime | undefined): void {
  if (time !== undefined) found[which] = time;
}

function count(found: Mutable<CaptureStatistics>, option: OptionReader): void {
  const value = option.u64();
  if (value === undefined) return;
  if (option.code === StatisticsOption.RECEIVED) found.received = value;
  else if (option.code === StatisticsOption.DROPPED) found.dropped = value;
  else if (option.code === StatisticsOption.FILTER_ACCEPTED) found.filterAccepted = value;
  else if (option.code === StatisticsOption.OS_DROPPED) found.osDropped = value;
  else if (option.code === StatisticsOption.DELIVERED) found.delivered = value;
}
