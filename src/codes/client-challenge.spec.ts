import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import type { Clock } from '../runtime/clock.js';
import { SignedToken } from '../runtime/signed-token.js';
import { ClientChallenge } from './client-challenge.js';

const OLD = 'the secret before, of 32 characters';
const NEW = 'the secret of now, of 32 characters';
const mine = '+12025550123' as E164;
const other = '+12025550124' as E164;
const clock: Clock = { now: () => 1_000_000 };

const challenges = (secret: string, previousSecrets: string[] = []) =>
  new ClientChallenge(resolveConfig({ secret, previousSecrets }), clock);

describe('a challenge', () => {
  const first = { id: 'id-1', messageId: 'id-1', phoneNumber: mine, purpose: 'sign-in' } as const;
  const token = challenges(OLD).of(first, false);

  it('R43 stands for the code of one purpose and one number', () => {
    expect(challenges(OLD).read(token, 'sign-in', mine)).toBe('id-1');
    expect(challenges(OLD).read(token, 'sign-in', other)).toBeUndefined();
    expect(challenges(OLD).read(token, 'reset-password', mine)).toBeUndefined();
  });

  it('says without the number which code it is about, and when it was asked for', () => {
    expect(challenges(OLD).open(token)).toEqual({ id: 'id-1', issuedAt: 1_000_000, mayBeDecoy: false });
    const decoy = challenges(OLD).of({ ...first, id: 'id-2', messageId: 'id-2' }, true);
    expect(challenges(OLD).open(decoy)).toMatchObject({ id: 'id-2', mayBeDecoy: true });
  });

  it('tells the message from the code, where the code was sent before', () => {
    const again = challenges(OLD).of({ ...first, messageId: 'id-3' }, false);
    expect(challenges(OLD).open(again)).toMatchObject({ id: 'id-3' });
    expect(challenges(OLD).read(again, 'sign-in', mine)).toBe('id-1');
  });

  it('stays good when the secret is replaced', () => {
    expect(challenges(NEW, [OLD]).read(token, 'sign-in', mine)).toBe('id-1');
    expect(challenges(NEW, [OLD]).open(token)).toMatchObject({ id: 'id-1' });
  });

  it('is nothing in parts, changed, or from elsewhere', () => {
    const [id, bound, issuedAt, , mac] = token.split('.');
    const inner = new SignedToken({ secret: OLD, previousSecrets: [] }, 'challenge').sign(['id-1'], []);
    for (const wrong of [undefined, '', `${id}.${bound}`, [id, bound, issuedAt, 'd', mac].join('.'), inner]) {
      expect(challenges(OLD).open(wrong)).toBeUndefined();
      expect(challenges(OLD).read(wrong, 'sign-in', mine)).toBeUndefined();
    }
    expect(challenges(NEW).open(token)).toBeUndefined();
  });
});
