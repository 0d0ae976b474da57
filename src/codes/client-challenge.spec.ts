import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import { ClientChallenge } from './client-challenge.js';

const secret = 'the secret of this application, long enough';
const phoneNumber = '+12025550123' as E164;
const id = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

const challenges = new ClientChallenge(resolveConfig({ secret }));
const token = challenges.of(id, 'sign-in', phoneNumber);

describe('what a client shows with its code', () => {
  it('R43 stands for the code that it came with', () => {
    expect(challenges.read(token, 'sign-in', phoneNumber)).toBe(id);
  });

  it('R43 carries a MAC of 256 bits', () => {
    expect(Buffer.from(token.split('.').at(-1) ?? '', 'base64url')).toHaveLength(32);
  });

  it('R43, A19 is nothing for another number or purpose', () => {
    expect(challenges.read(token, 'reset-password', phoneNumber)).toBeUndefined();
    expect(challenges.read(token, 'sign-in', '+12025550124' as E164)).toBeUndefined();
  });

  it('R43, A19 cannot be made up', () => {
    const foreign = new ClientChallenge(resolveConfig({ secret: `${secret}.` })).of(
      id,
      'sign-in',
      phoneNumber,
    );
    const mac = token.slice(id.length + 1);
    const forged = [
      undefined,
      '',
      '.',
      id,
      `${id}.`,
      `${id}.${id}`,
      `${id.replace('6', '7')}.${mac}`,
      foreign,
    ];
    for (const made of forged) expect(challenges.read(made, 'sign-in', phoneNumber), made).toBeUndefined();
  });
});
