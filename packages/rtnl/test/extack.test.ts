import { AF_NETLINK, NETLINK_EXT_ACK, NETLINK_ROUTE, NLM_F_ACK, NLM_F_CREATE, NLM_F_REQUEST, RTM_NEWLINK, SOCK_RAW, SOL_NETLINK, ifinfomsg, IFLA_INFO_KIND, IFLA_LINKINFO } from '@netdevkit/bindings';
import { KernelError, type ExtendedAck } from '@netdevkit/errno';
import { MessageWriter, messages, parseError } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { LinkAttr, type ExtAck, type ValidateContext } from '../src/index.ts';
import { ATTRIBUTES, Rig, paint, refusal, type Attributes } from './rig.ts';

const IN_DATA = 'IFLA_LINKINFO.IFLA_INFO_DATA';

/** A rig whose driver refuses every request, having said this. */
function saying(say: (extack: ExtAck<Attributes>) => void): Rig {
  return new Rig(
    paint({
      validate: (ctx) => {
        say(ctx.extack);
        throw new KernelError('EINVAL');
      },
    }),
  );
}

describe('setMessage', () => {
  it.each<readonly [string, string, string]>([
    ['short', 'colour is out of fashion', 'colour is out of fashion'],
    ['of 79 octets', 'x'.repeat(79), 'x'.repeat(79)],
    ['longer', 'x'.repeat(80), 'x'.repeat(79)],
    ['huge', 'y'.repeat(100_000), 'y'.repeat(79)],
    ['of two octets each', 'ä'.repeat(50), 'ä'.repeat(39)],
    ['of three octets each', '€'.repeat(27), '€'.repeat(26)],
    ['of four octets each', '🌳'.repeat(20), '🌳'.repeat(19)],
    ['mixed, cut between characters', `${'x'.repeat(77)}ä`, `${'x'.repeat(77)}ä`],
    ['mixed, cut before a character', `${'x'.repeat(78)}ä!`, 'x'.repeat(78)],
    ['a lone surrogate', '\ud83cx', '\ufffdx'],
  ])('says it to the user: %s', (_, text, told) => {
    using rig = saying((extack) => extack.setMessage(text));
    expect(refusal(() => rig.add()).extack).toEqual({ message: told });
  });

  it('replaces what was said before', () => {
    using rig = saying((extack) => {
      extack.setMessage('first');
      extack.setMessage('second');
    });
    expect(refusal(() => rig.add()).extack).toEqual({ message: 'second' });
  });

  it('is a warning beside a success', () => {
    using rig = new Rig(paint({ validate: (ctx) => ctx.extack.setMessage('paint is wet') }));
    rig.add();
    expect(rig.warnings).toEqual(['paint is wet']);
  });
});

describe('badAttribute', () => {
  it('points at the attribute, and says what it should have been', () => {
    using rig = saying((extack) => extack.badAttribute('ranged', 'not today'));
    const error = refusal(() =>
      rig.add((writer) => {
        writer.putU8(ATTRIBUTES.u8.id, 1);
        writer.putU8(ATTRIBUTES.ranged.id, 5);
      }),
    );
    expect(error).toMatchObject({ attribute: `${IN_DATA}.#13`, extack: { message: 'not today' } });
    expect(error.extack?.policy?.length).toBeGreaterThan(0);
    expect(error.extack?.offset).toBeGreaterThan(0);
  });

  it('leaves the sentence alone when it has none', () => {
    using rig = saying((extack) => {
      extack.setMessage('said before');
      extack.badAttribute('u8');
    });
    const error = refusal(() => rig.add((writer) => writer.putU8(ATTRIBUTES.u8.id, 1)));
    expect(error).toMatchObject({ attribute: `${IN_DATA}.#1`, extack: { message: 'said before' } });
  });

  it.each<readonly [string, ((writer: MessageWriter) => void) | undefined]>([
    ['although other attributes did', (writer) => writer.putU8(ATTRIBUTES.u8.id, 1)],
    ['nor any other', undefined],
  ])('points at nothing when the attribute did not come, %s', (_, write) => {
    using rig = saying((extack) => {
      if (write !== undefined) extack.badAttribute('u8');
      extack.badAttribute('ranged', 'where is it');
    });
    expect(refusal(() => rig.add(write)).extack).toEqual({ message: 'where is it' });
  });
});

describe('badLinkAttr', () => {
  it('points at an attribute of the link', () => {
    using rig = saying((extack) => extack.badLinkAttr(LinkAttr.MTU, 'too much'));
    const error = refusal(() => rig.add(undefined, { mtu: 1200 }));
    expect(error).toMatchObject({ attribute: 'IFLA_MTU', extack: { message: 'too much' } });
    expect(error.extack?.policy).toBeUndefined();
  });

  it('takes back what was pointed at before', () => {
    using rig = saying((extack) => {
      extack.badAttribute('u8');
      extack.badLinkAttr(LinkAttr.MTU);
    });
    expect(refusal(() => rig.add((writer) => writer.putU8(1, 1))).extack).toBeUndefined();
  });
});

describe('missing', () => {
  it('names the attribute, and the nest that lacks it', () => {
    using rig = saying((extack) => extack.missing('u32', 'how much?'));
    const error = refusal(() => rig.add((writer) => writer.putU8(1, 1)));
    expect(error).toMatchObject({ attribute: `${IN_DATA}.#3`, extack: { message: 'how much?', missingType: 3 } });
    expect(error.extack?.missingNest).toBeGreaterThan(0);
    expect(error.extack?.offset).toBeUndefined();
  });

  it('names the nest around it when the kind’s own did not come', () => {
    using rig = saying((extack) => extack.missing('u32'));
    const error = refusal(() => rig.add());
    expect(error.extack).toMatchObject({ missingType: 3 });
    expect(error.attribute).toMatch(/^IFLA_LINKINFO\./);
  });
});

describe('setCookie', () => {
  it('adds octets, a copy of them', () => {
    const cookie = Uint8Array.from({ length: 20 }, (_, i) => i);
    using rig = saying((extack) => {
      extack.setCookie(cookie);
      cookie.fill(0);
    });
    expect([...(refusal(() => rig.add()).extack?.cookie ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('refuses more than 20', () => {
    let thrown: unknown;
    using rig = saying((extack) => {
      try {
        extack.setCookie(new Uint8Array(21));
      } catch (error) {
        thrown = error;
      }
    });
    expect(refusal(() => rig.add()).extack).toBeUndefined();
    expect(thrown).toEqual(new RangeError('cookie: expected at most 20 octets, got 21'));
  });

  it('comes with a success, too', () => {
    using rig = new Rig(paint({ validate: (ctx) => ctx.extack.setCookie(Uint8Array.of(7)) }));
    using socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    const writer = new MessageWriter();
    writer.begin(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, 1, 0);
    writer.reserve(ifinfomsg.SIZE);
    writer.putNested(IFLA_LINKINFO, () => writer.putString(IFLA_INFO_KIND, 'paint'));
    writer.end();
    socket.send(writer.bytes);
    let extack: ExtendedAck | undefined;
    for (const message of messages(socket.receive()?.bytes ?? new Uint8Array(0))) {
      expect(parseError(message)?.errno).toBe(0);
      extack = parseError(message)?.extack;
    }
    expect(extack).toEqual({ cookie: Uint8Array.of(7) });
  });
});

describe('an extended acknowledgement', () => {
  it('throws TypeError for a name that nobody defined', () => {
    const thrown: unknown[] = [];
    using rig = new Rig({
      ...paint(),
      validate: ({ extack }: ValidateContext<Record<string, { id: number; type: 'u8' }>>) => {
        for (const ask of [() => extack.badAttribute('none'), () => extack.missing('toString')]) {
          try {
            ask();
          } catch (error) {
            thrown.push(error);
          }
        }
      },
    });
    rig.add();
    expect(thrown).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });

  it('is of one request: the next one starts without', () => {
    let first = true;
    using rig = new Rig(
      paint({
        validate: ({ extack }) => {
          if (first) {
            extack.badAttribute('u8', 'the first');
            extack.missing('u16');
            extack.setCookie(Uint8Array.of(1));
          }
          throw new KernelError('EPERM');
        },
      }),
    );
    expect(refusal(() => rig.add((writer) => writer.putU8(1, 1))).extack).toMatchObject({ message: 'the first' });
    first = false;
    expect(refusal(() => rig.add((writer) => writer.putU8(1, 1))).extack).toBeUndefined();
  });
});

describe('ctx.error', () => {
  it('is an error whose sentence the user gets', () => {
    using rig = new Rig(
      paint({
        validate: (ctx) => {
          throw ctx.error('ENOTUNIQ', 'one of those is enough');
        },
      }),
    );
    expect(refusal(() => rig.add())).toMatchObject({ code: 'ENOTUNIQ', extack: { message: 'one of those is enough' } });
    expect(rig.complaints).toEqual([]);
  });

  it('leaves the sentence alone without one', () => {
    using rig = new Rig(
      paint({
        validate: (ctx) => {
          ctx.extack.setMessage('as said');
          throw ctx.error('EDOM');
        },
      }),
    );
    expect(refusal(() => rig.add())).toMatchObject({ code: 'EDOM', extack: { message: 'as said' } });
  });
});
