import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CaptchaServer, hang, oddAnswers, stall } from '../../test/support/captcha-server.js';
import type { ChallengeInput } from '../options/options.js';
import { hCaptcha } from './h-captcha.js';
import { reCaptcha } from './re-captcha.js';
import { turnstile } from './turnstile.js';

const SECRET = 'the-secret-of-the-widget';

let server: CaptchaServer;
beforeAll(async () => {
  server = await CaptchaServer.start(SECRET);
});
afterEach(() => server.reset());
afterAll(() => server.close());

const ask = (token: string, more: Partial<ChallengeInput> = {}): ChallengeInput => ({
  token,
  ipAddress: '203.0.113.7',
  action: 'send-otp',
  signal: AbortSignal.timeout(2_000),
  ...more,
});

/** What went wrong, in full. */
const failureOf = async (answer: ReturnType<ReturnType<typeof turnstile>>) => {
  try {
    await answer;
  } catch (error) {
    return error as Error;
  }
  throw new Error('there was a verdict');
};

describe.each([
  { name: 'turnstile', make: turnstile },
  { name: 'hCaptcha', make: hCaptcha },
  { name: 'reCaptcha', make: reCaptcha },
])('$name', ({ make }) => {
  const verify = (more: { hostnames?: string[]; secret?: string } = {}) =>
    make({ secret: SECRET, endpoint: server.endpoint, ...more });

  it('R34 asks with a form of secret, token and address', async () => {
    const token = server.solve();
    expect(await verify()(ask(token))).toBe(true);
    expect(server.questions).toEqual([{ secret: SECRET, response: token, remoteip: '203.0.113.7' }]);
  });

  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['', undefined],
    ['unknown', undefined],
  ])('R34 sends the address %j as %j', async (ipAddress, remoteip) => {
    await verify()(ask(server.solve(), { ipAddress }));
    expect(server.questions[0]?.remoteip).toBe(remoteip);
  });

  it('R34 says no to a token that nobody solved, and to one that was used', async () => {
    const token = server.solve();
    expect(await verify()(ask('made up'))).toBe(false);
    expect(await verify()(ask(token))).toBe(true);
    expect(await verify()(ask(token))).toBe(false);
  });

  it.each(Object.entries(oddAnswers))('R8 does not take %s for a yes', async (_, answer) => {
    server.answerWith(answer);
    const failure = await failureOf(verify()(ask(server.solve())));
    expect(failure.message).toMatch(/^the provider('s answer broke off)? /);
  });

  it.each([
    ['says nothing', hang],
    ['stops in the middle', stall],
  ])('R8 lets go when the time is over and the provider %s', async (_, answer) => {
    server.answerWith(answer);
    await failureOf(verify()(ask(server.solve(), { signal: AbortSignal.timeout(50) })));
    await expect.poll(() => server.dropped).toBe(1);
  });

  it('R8 fails where nobody listens', async () => {
    const nowhere = make({ secret: SECRET, endpoint: 'http://127.0.0.1:9/siteverify' });
    const { message } = await failureOf(nowhere(ask('token')));
    expect(message).toMatch(/^the provider was not reached \(\w+/);
  });

  it('R62 names in its errors neither the secret nor the token', async () => {
    const token = server.solve();
    const wrongSecret = await failureOf(verify({ secret: 'hunter2' })(ask(token)));
    expect(wrongSecret.message).toBe('the provider answered invalid-input-secret');
    server.answerWith(hang);
    const late = await failureOf(verify()(ask(token, { signal: AbortSignal.timeout(20) })));
    expect(`${late.stack}${String(late.cause)}`).not.toMatch(new RegExp(`${SECRET}|${token}`));
  });

  it('R34 takes only tokens of its own pages, where hostnames are set', async () => {
    const onlyOurs = verify({ hostnames: ['app.example.com', 'Login.Example.com'] });
    expect(await onlyOurs(ask(server.solve()))).toBe(true);
    expect(await onlyOurs(ask(server.solve({ hostname: 'login.example.com' })))).toBe(true);
    expect(await onlyOurs(ask(server.solve({ hostname: 'app.example.com.evil.example' })))).toBe(false);
    expect(await onlyOurs(ask(server.solve({ hostname: undefined })))).toBe(false);
  });
});

describe.each([
  { name: 'turnstile', make: turnstile },
  { name: 'reCaptcha', make: reCaptcha },
])('the action of $name', ({ make }) => {
  it('R34 is the one that is expected, where one is', async () => {
    const verify = make({ secret: SECRET, endpoint: server.endpoint, action: 'login' });
    expect(await verify(ask(server.solve({ action: 'login' })))).toBe(true);
    expect(await verify(ask(server.solve({ action: 'comment' })))).toBe(false);
    expect(await verify(ask(server.solve()))).toBe(false);
  });

  it('R34 can differ from route to route', async () => {
    const action = (route: string) => route.replaceAll('-', '_');
    const verify = make({ secret: SECRET, endpoint: server.endpoint, action });
    expect(await verify(ask(server.solve({ action: 'send_otp' })))).toBe(true);
    expect(await verify(ask(server.solve({ action: 'send_otp' }), { action: 'sign-in' }))).toBe(false);
  });
});

describe('the site key of hCaptcha', () => {
  it('R34 goes along, so that a token of another site is refused there', async () => {
    const verify = hCaptcha({ secret: SECRET, endpoint: server.endpoint, siteKey: 'site-1' });
    await verify(ask(server.solve()));
    expect(server.questions[0]).toMatchObject({ sitekey: 'site-1' });
  });
});

describe('the score of reCAPTCHA', () => {
  const verify = (minimumScore?: number) =>
    reCaptcha({ secret: SECRET, endpoint: server.endpoint, minimumScore });

  it.each([
    [undefined, 0.5, true],
    [undefined, 0.4, false],
    [0.7, 0.7, true],
    [0.7, 0.6, false],
    [0, 0, true],
  ])('R34 with a minimum of %s, %s is %s', async (minimum, score, expected) => {
    expect(await verify(minimum)(ask(server.solve({ score })))).toBe(expected);
  });

  it('R34 is not there in version 2, which passes unless a minimum is set', async () => {
    expect(await verify()(ask(server.solve()))).toBe(true);
    const { message } = await failureOf(verify(0.5)(ask(server.solve())));
    expect(message).toMatch(/no score/);
  });

  it('R8 is a number or no yes', async () => {
    const { message } = await failureOf(verify()(ask(server.solve({ score: '0.9' }))));
    expect(message).toMatch(/no score/);
  });
});

describe('an option that cannot be right', () => {
  const fine = { secret: SECRET };
  const misspelt = { secret: SECRET, minScore: 1 };
  it.each<[string, () => unknown, string]>([
    ['turnstile.secret', () => turnstile({ secret: undefined }), 'missing'],
    ['turnstile.secret', () => turnstile({ secret: '' }), '0 characters long'],
    ['hCaptcha.secret', () => hCaptcha({ secret: 'hunter 2' }), '8 characters long'],
    ['turnstile.action', () => turnstile({ ...fine, action: '' }), "''"],
    [
      'turnstile.hostnames',
      () => turnstile({ ...fine, hostnames: ['https://app.example.com'] }),
      'use a list',
    ],
    ['turnstile.hostnames', () => turnstile({ ...fine, hostnames: [] }), 'use a list'],
    ['turnstile.endpoint', () => turnstile({ ...fine, endpoint: 'localhost' }), 'use an address'],
    ['hCaptcha.siteKey', () => hCaptcha({ ...fine, siteKey: '' }), "''"],
    ['reCaptcha.minimumScore', () => reCaptcha({ ...fine, minimumScore: 5 }), 'from 0 to 1'],
    ['reCaptcha.minimumScore', () => reCaptcha({ ...fine, minimumScore: Number.NaN }), 'from 0 to 1'],
    ['reCaptcha.minScore', () => reCaptcha(misspelt), 'unknown'],
  ])('R34 is refused by its name: %s', (option, make, said) => {
    expect(make).toThrow(
      expect.objectContaining({ option, message: expect.stringContaining(said) as string }),
    );
    expect(make).not.toThrow(/hunter/);
  });
});
