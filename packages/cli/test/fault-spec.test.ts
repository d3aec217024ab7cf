import { describe, expect, it } from 'vitest';
import { FaultSpecError, parseFault } from '../src/run/fault-spec.ts';

describe('parseFault', () => {
  it.each([
    ['error:RTM_NEWLINK=EBUSY', { kind: 'error', code: 'EBUSY', protocol: 0, type: 16 }],
    ['error:*=EIO,probability=0.25', { kind: 'error', code: 'EIO', probability: 0.25 }],
    ['error:CTRL_CMD_GETFAMILY=ENOENT:text=No such family:every=2', { kind: 'error', code: 'ENOENT', protocol: 16, type: 16, command: 3, message: 'No such family', every: 2 }],
    ['enobufs:every=50', { kind: 'overrun', every: 50 }],
    ['drop:type=RTM_NEWADDR,nth=2', { kind: 'drop', protocol: 0, type: 20, nth: 2 }],
    ['drop:type=77,protocol=12', { kind: 'drop', protocol: 12, type: 77 }],
    ['delay=20ms', { kind: 'delay', delay: 20 }],
    ['delay=1.5s:times=3', { kind: 'delay', delay: 1500, times: 3 }],
    ['dump-intr', { kind: 'dump-intr' }],
    ['reorder:nth=1', { kind: 'reorder', nth: 1 }],
  ])('reads %s', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    ['', '"" is none of error, enobufs'],
    ['earthquake', '"earthquake" is none of'],
    ['delay', 'expected a time, such as delay=20ms'],
    ['delay=20min', 'expected a time'],
    ['error', 'expected TYPE=ERRNO'],
    ['error:RTM_NEWLINK', '"RTM_NEWLINK": expected NAME=VALUE'],
    ['error:RTM_NONESUCH=EBUSY', '"RTM_NONESUCH" is no type of message'],
    ['error:RTM_NEWLINK=EFOO', '"EFOO" is no errno'],
    ['error:RTM_NEWLINK=constructor', 'is no errno'],
    ['drop:colour=red', 'colour is unknown here'],
    ['drop:every=0', 'every: expected a number from 1 up'],
    ['drop:every=1.5', 'every: expected a whole number'],
    ['drop:probability=2', 'probability: expected a number from 0 to 1'],
    ['drop=1', 'drop takes no value'],
    ['enobufs:text=x', 'text is unknown here'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFault(text)).toThrow(FaultSpecError);
    expect(() => parseFault(text)).toThrow(message);
  });
});
