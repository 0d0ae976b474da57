import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../options/resolve-config.js';
import { SessionCookie } from './session-cookie.js';

const present = 'the secret of this application, long enough';
const former = 'the secret of last year, and long enough too';
const older = 'the secret of the year before that, long enough';

const cookieOf = (secret: string, previousSecrets: string[] = []) =>
  new SessionCookie(resolveConfig({ secret, previousSecrets }));

describe('the signature of the session cookie', () => {
  it('is accepted under the present secret and under every previous one', () => {
    const rotated = cookieOf(present, [former, older]);
    for (const secret of [present, former, older])
      expect(rotated.verified(cookieOf(secret).signed('token'))).toBe('token');
  });

  it('is made with the present secret', () => {
    expect(cookieOf(present, [former]).signed('token')).toBe(cookieOf(present).signed('token'));
  });

  it('is refused under a secret that was taken out', () => {
    expect(cookieOf(present, [former]).verified(cookieOf(older).signed('token'))).toBeUndefined();
    expect(cookieOf(present).verified(cookieOf(former).signed('token'))).toBeUndefined();
  });

  it.each(['', '.', 'token', 'token.', '.AAAA', `token.${'A'.repeat(43)}=`])('is missing in %j', (value) => {
    expect(cookieOf(present, [former]).verified(value)).toBeUndefined();
  });
});
