import { describe, expect, it } from 'vitest';
import { SignedToken } from './signed-token.js';

const secrets = { secret: 'a secret that is long enough for this', previousSecrets: [] };
const tokens = new SignedToken(secrets, 'known-device');

describe('a signed token', () => {
  it('says what was put in, to whom it is bound', () => {
    const token = tokens.sign(['device', '42'], ['+12025550123']);
    expect(tokens.read(token, ['+12025550123'])).toEqual(['device', '42']);
  });

  it.each([
    ['bound to something else', (token: string) => [token, '+12025550124']],
    ['with another part', (token: string) => [token.replace('device', 'devices'), '+12025550123']],
    ['with its parts cut otherwise', (token: string) => [token.replace('.42', '42'), '+12025550123']],
    ['without a MAC', () => ['device.42', '+12025550123']],
    ['with an empty MAC', () => ['device.42.', '+12025550123']],
    ['of another shape', () => ['', '+12025550123']],
    ['very long', (token: string) => [`${'a'.repeat(600)}${token}`, '+12025550123']],
  ])('A19 is none %s', (_, change) => {
    const [token, number] = change(tokens.sign(['device', '42'], ['+12025550123']));
    expect(tokens.read(token, [number!])).toBeUndefined();
  });

  it('is none for another purpose', () => {
    const other = new SignedToken(secrets, 'challenge');
    expect(other.read(tokens.sign(['device'], []), [])).toBeUndefined();
  });

  it('stays good when the secret is replaced, as long as the old one is listed', () => {
    const token = tokens.sign(['device'], []);
    const secret = 'another secret that is long enough';
    const after = new SignedToken({ secret, previousSecrets: [secrets.secret] }, 'known-device');
    expect(after.read(token, [])).toEqual(['device']);
    expect(new SignedToken({ secret, previousSecrets: [] }, 'known-device').read(token, [])).toBeUndefined();
  });
});
