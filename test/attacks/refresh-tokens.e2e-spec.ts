import type { PhoneAuthEvent } from 'nestjs-phone-auth';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PhoneAuthRefreshToken } from '../../src/sessions/refresh-token.entity.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { parallel, ServedApp, statuses } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';

const INVALID = {
  statusCode: 401,
  code: 'INVALID_REFRESH_TOKEN',
  message: 'Invalid refresh token',
  error: 'Unauthorized',
};

describe.each(platforms)('refresh tokens on $name', (platform) => {
  let served: ServedApp;
  const events: PhoneAuthEvent[] = [];
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: { session: { strategy: 'token-pair' }, onEvent: (event) => void events.push(event) },
    });
  });
  afterAll(() => served.close());
  beforeEach(() => void events.splice(0));

  const bearer = (accessToken = '') => ({ authorization: `Bearer ${accessToken}` });
  const refresh = (refreshToken: string) => served.http.post('/refresh', { refreshToken });

  /** Signs in, and returns the pair. */
  const signIn = async (phoneNumber = freshNumber()) => {
    const { body } = await served.verify(phoneNumber, await served.codeFor(phoneNumber));
    const { accessToken = '', refreshToken = '' } = body;
    const { sid, sub } = decodeJwt<{ sid: string; sub: string }>(accessToken);
    return { phoneNumber, accessToken, refreshToken, sid, sub, token: body.token ?? '' };
  };
  /** Uses a token and returns its successor. */
  const next = async (refreshToken: string) => {
    const answer = await refresh(refreshToken);
    expect(answer.status).toBe(200);
    return { accessToken: answer.body.accessToken ?? '', refreshToken: answer.body.refreshToken ?? '' };
  };
  const isIn = async (accessToken: string) =>
    (await served.http.get('/get-session', bearer(accessToken))).text !== 'null';
  const reuses = async () => {
    await served.t.settled();
    return events.filter(({ type }) => type === 'refresh-token.reused');
  };

  it('A49, R54 20 parallel refreshes of one token: one successor, and nobody is signed out', async () => {
    const { refreshToken, sid } = await signIn();
    const answers = await parallel(20, () => refresh(refreshToken));

    expect(statuses(answers)).toEqual({ 200: 20 });
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    expect(await served.rows(PhoneAuthRefreshToken, { sessionId: sid })).toHaveLength(2);
    for (const { body } of answers) expect(await isIn(body.accessToken ?? '')).toBe(true);
    await next([...successors][0] ?? '');
    expect(await reuses()).toEqual([]);
  });

  it('A49, R54 within ten seconds the token before gives the same successor, and not a millisecond longer', async () => {
    const { refreshToken, sid, sub } = await signIn();
    const successor = await next(refreshToken);
    served.t.clock.advance({ seconds: 9, milliseconds: 999 });
    const again = await next(refreshToken);
    expect(again.refreshToken).toBe(successor.refreshToken);
    expect(again.accessToken).not.toBe(successor.accessToken);

    served.t.clock.advance({ milliseconds: 1 });
    const late = await refresh(refreshToken);
    expect([late.status, late.body]).toEqual([401, INVALID]);
    expect(await reuses()).toEqual([
      { type: 'refresh-token.reused', userId: sub, sessionId: sid, at: served.t.clock.now() },
    ]);
  });

  it('A49, 8.27 an old token outside the grace ends the family: its session, its successor, its access tokens', async () => {
    const phoneNumber = freshNumber();
    const { refreshToken, sid, token, accessToken } = await signIn(phoneNumber);
    const other = await signIn(phoneNumber);
    const successor = await next(refreshToken);
    served.t.clock.advance({ seconds: 11 });
    expect((await refresh(refreshToken)).status).toBe(401);

    expect((await refresh(successor.refreshToken)).body).toEqual(INVALID);
    for (const jwt of [accessToken, successor.accessToken, token]) expect(await isIn(jwt)).toBe(false);
    expect(await served.rows(PhoneAuthSession, { id: sid })).toEqual([]);
    expect(await served.rows(PhoneAuthRefreshToken, { sessionId: sid })).toEqual([]);
    // the other device has nothing to do with it
    expect(await isIn(other.accessToken)).toBe(true);
    await next(other.refreshToken);
  });

  it('A49 the token before the last one ends the family at once: only the direct parent has a grace', async () => {
    const { refreshToken } = await signIn();
    const second = await next(refreshToken);
    const third = await next(second.refreshToken);
    expect((await refresh(refreshToken)).body).toEqual(INVALID);
    expect((await refresh(third.refreshToken)).body).toEqual(INVALID);
    expect(await isIn(third.accessToken)).toBe(false);
    expect(await reuses()).toHaveLength(1);
  });

  it('A49 whoever copied a token and the one it belongs to: one of them is found out, whoever is first', async () => {
    for (const first of ['thief', 'owner']) {
      const { refreshToken: copied } = await signIn();
      const chains = { thief: copied, owner: copied };
      const [one, other] = first === 'thief' ? (['thief', 'owner'] as const) : (['owner', 'thief'] as const);
      chains[one] = (await next(copied)).refreshToken;
      served.t.clock.advance({ minutes: 9 });
      chains[one] = (await next(chains[one])).refreshToken;
      expect((await refresh(chains[other])).status).toBe(401);
      expect((await refresh(chains[one])).status).toBe(401);
    }
    expect(await reuses()).toHaveLength(2);
  });

  it('A49 20 parallel uses of an old token end the family once and are all refused', async () => {
    const { refreshToken, sid } = await signIn();
    const successor = await next(refreshToken);
    served.t.clock.advance({ seconds: 11 });
    const answers = await parallel(20, () => refresh(refreshToken));
    expect(statuses(answers)).toEqual({ 401: 20 });
    expect(await reuses()).toHaveLength(1);
    expect(await served.rows(PhoneAuthSession, { id: sid })).toEqual([]);
    expect((await refresh(successor.refreshToken)).status).toBe(401);
  });

  it('A49 a long chain of refreshes stays in, with one live token at any time', async () => {
    const { sid, refreshToken: first } = await signIn();
    let refreshToken = first;
    const used = [refreshToken];
    for (let i = 0; i < 20; i += 1) {
      ({ refreshToken } = await next(refreshToken));
      used.push(refreshToken);
    }
    expect(new Set(used).size).toBe(21);
    // what is sealed is there for the direct parent alone: an old token and the table give nobody the live one
    const family = await served.rows(PhoneAuthRefreshToken, { sessionId: sid });
    expect(family.filter(({ successor }) => successor !== null)).toHaveLength(1);
    expect(family.filter(({ usedAt }) => usedAt === null)).toHaveLength(1);
  });

  it('A49 nothing is refreshed after sign-out, by whichever token it was done', async () => {
    for (const by of ['token', 'accessToken'] as const) {
      const signedIn = await signIn();
      const successor = await next(signedIn.refreshToken);
      await served.http.post(
        '/sign-out',
        {},
        bearer(by === 'token' ? signedIn.token : successor.accessToken),
      );
      for (const refreshToken of [signedIn.refreshToken, successor.refreshToken])
        expect((await refresh(refreshToken)).body).toEqual(INVALID);
      for (const jwt of [signedIn.accessToken, successor.accessToken]) expect(await isIn(jwt)).toBe(false);
    }
    expect(await reuses()).toEqual([]);
  });

  it('A49 a sign-out that meets a refresh: whoever comes out of it is out', async () => {
    const { refreshToken, accessToken, sid } = await signIn();
    const answers = await parallel(10, (index) =>
      index === 4 ? served.http.post('/sign-out', {}, bearer(accessToken)) : refresh(refreshToken),
    );
    expect(await served.rows(PhoneAuthSession, { id: sid })).toEqual([]);
    for (const { body } of answers) {
      expect(await isIn(body.accessToken ?? '')).toBe(false);
      expect((await refresh(body.refreshToken ?? '')).status).toBe(401);
    }
  });

  it('A47, S2.25 whatever ends a session ends its tokens at once', async () => {
    const phoneNumber = freshNumber();
    const mine = await signIn(phoneNumber);
    const ends: [string, () => Promise<unknown>][] = [
      [
        'revoke-session',
        async () => served.http.post('/revoke-session', { token: victim.sid }, bearer(mine.accessToken)),
      ],
      [
        'revoke-other-sessions',
        async () => served.http.post('/revoke-other-sessions', {}, bearer(mine.accessToken)),
      ],
      ['revoke-sessions', async () => served.http.post('/revoke-sessions', {}, bearer(victim.accessToken))],
      ['password reset', () => resetPassword(phoneNumber)],
    ];
    let victim = mine;
    for (const [what, end] of ends) {
      victim = await signIn(phoneNumber);
      expect(await isIn(victim.accessToken), what).toBe(true);
      await end();
      expect(await isIn(victim.accessToken), what).toBe(false);
      expect((await refresh(victim.refreshToken)).body, what).toEqual(INVALID);
    }
  });
  const resetPassword = async (phoneNumber: string) => {
    await served.http.post('/phone-number/request-password-reset', { phoneNumber });
    await served.t.settled();
    const otp = served.t.inbox.lastCodeFor(phoneNumber);
    const reset = { phoneNumber, otp, newPassword: 'correct horse' };
    expect((await served.http.post('/phone-number/reset-password', reset)).status).toBe(200);
  };

  it('8.27, A49 two devices stay signed in side by side, however often each refreshes', async () => {
    const phoneNumber = freshNumber();
    let [one, two] = [(await signIn(phoneNumber)).refreshToken, (await signIn(phoneNumber)).refreshToken];
    for (let i = 0; i < 3; i += 1) {
      served.t.clock.advance({ minutes: 15 });
      [one, two] = [(await next(one)).refreshToken, (await next(two)).refreshToken];
    }
    expect(one).not.toBe(two);
  });

  it('A50, R55 no token does the work of another kind', async () => {
    const { accessToken, refreshToken, token } = await signIn();
    for (const shown of [accessToken, token, '', 'nonsense', `${refreshToken}x`, 'A'.repeat(43), 'a.b.c'])
      expect((await refresh(shown)).status, shown).toBe(401);
    for (const shown of [refreshToken, `${accessToken}x`, accessToken.replace(/\.[^.]*$/, '.')])
      expect(await isIn(shown), shown).toBe(false);
    for (const cookie of [accessToken, refreshToken])
      expect(
        (await served.http.get('/get-session', { cookie: `better-auth.session_token=${cookie}` })).text,
      ).toBe('null');
    await next(refreshToken); // and none of that has used it up
  });

  it('A50, R53 what was shown before a sign-in is not continued by it', async () => {
    const visitor = await signIn();
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const { body } = await served.verify(phoneNumber, code, {}, bearer(visitor.accessToken));
    const { sid } = decodeJwt<{ sid: string }>(body.accessToken ?? '');
    expect(sid).not.toBe(visitor.sid);
    expect(new Set([body.token, body.refreshToken, visitor.token, visitor.refreshToken]).size).toBe(4);
  });

  it('8.27, I4 neither the tables nor the events hold a refresh token', async () => {
    const { refreshToken } = await signIn();
    const successor = await next(refreshToken);
    const tables = JSON.stringify([
      await served.rows(PhoneAuthRefreshToken),
      await served.rows(PhoneAuthSession),
      events,
    ]);
    for (const secret of [refreshToken, successor.refreshToken, successor.accessToken])
      expect(tables).not.toContain(secret);
  });
});

describe.each(platforms)('refresh tokens on two instances, $name', (platform) => {
  it('A49, R54 20 parallel refreshes of one token over both: one successor, and an old one ends the session for both', async () => {
    const { instances, clock, close } = await startTwoOn(platform, {
      options: { session: { strategy: 'token-pair' } },
    });
    const [one, two] = instances;
    const at = (index: number) => (index % 2 ? one : two).http;
    const phoneNumber = freshNumber();
    const { body } = await one.verify(phoneNumber, await one.codeFor(phoneNumber));
    const { refreshToken } = body;
    const answers = await parallel(20, (index) => at(index).post('/refresh', { refreshToken }));
    expect(statuses(answers)).toEqual({ 200: 20 });
    const [successor, ...others] = new Set(answers.map((answer) => answer.body.refreshToken));
    expect(others).toEqual([]);

    clock.advance({ seconds: 10 });
    expect((await two.http.post('/refresh', { refreshToken })).status).toBe(401);
    expect((await one.http.post('/refresh', { refreshToken: successor })).status).toBe(401);
    const bearer = { authorization: `Bearer ${body.accessToken}` };
    expect((await one.http.get('/get-session', bearer)).text).toBe('null');
    await close();
  });
});
