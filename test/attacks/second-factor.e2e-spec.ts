import { Controller, Get, Post, type Type, UseGuards } from '@nestjs/common';
import {
  CurrentUser,
  PhoneAuthGuard,
  PhoneAuthModule,
  PhoneAuthService,
  type PhoneUser,
  RequireRecentOtp,
  RequireVerifiedPhone,
} from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { SessionCookie } from '../../src/http/session-cookie.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { PhoneAuthTicket } from '../../src/sessions/ticket.entity.js';
import { Tickets } from '../../src/sessions/tickets.js';
import { api, freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { routesOf, tellingOf } from '../support/router-routes.js';
import { codes, parallel, ServedApp, statuses, wrongCodes } from '../support/served-app.js';

@UseGuards(PhoneAuthGuard)
@Controller('orders')
class OrdersController {
  @Get('mine/:id')
  mine(@CurrentUser() user: PhoneUser) {
    return user.id;
  }

  @RequireRecentOtp()
  @Post('pay')
  pay(@CurrentUser() user: PhoneUser) {
    return user.id;
  }
}

@RequireVerifiedPhone()
@Controller('vault')
class VaultController {
  @Get()
  look(@CurrentUser() user: PhoneUser) {
    return user.id;
  }
}

const SECRET = 'only for tests, and long enough for them';

/** Two further instances on the same database: one with the same secret, one with another. */
const NEIGHBOURS = {
  admin: { secret: SECRET },
  partner: { secret: 'the secret of a partner, and long enough' },
} as const;

describe.each(platforms)('the second factor under attack, $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      metadata: {
        controllers: [OrdersController, VaultController],
        imports: Object.entries(NEIGHBOURS).map(([path, { secret }]) =>
          PhoneAuthModule.forRoot({
            secret,
            path,
            rateLimit: false,
            resendDelays: false,
            limits: { sends: false, pumping: false },
            session: { cookie: { prefix: path } },
          }),
        ),
      },
    });
  });
  afterAll(() => served.close());

  const client = () => api(served.t);
  const post = (path: string, body: object) => served.http.post(path, body);
  const verify = (tempToken: string, code: string) => post('/two-factor/verify-otp', { tempToken, code });

  /** Somebody with a second factor, whose password was right just now. */
  const pending = async () => {
    const user = await client().signUpWithTwoFactor();
    return { ...user, tempToken: await client().tempTokenFor(user.phoneNumber, user.password) };
  };
  const withCode = async () => {
    const attempt = await pending();
    return { ...attempt, code: await client().secondFactorCodeFor(attempt.phoneNumber, attempt.tempToken) };
  };
  const sessionsOf = ({ user }: { user: { id: string } }) =>
    served.rows(PhoneAuthSession, { userId: user.id });

  const ofEveryInstance = <T>(room: Type<T>) => served.t.app.get<T>(room, { strict: false, each: true });

  /** How often a code has been compared since. */
  const watchComparisons = () => {
    const spies = ofEveryInstance(CodeMac).map((room) => vi.spyOn(room, 'matches').mockClear());
    return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  };

  it('8.1, S3.34, R49, A50 a temp token opens no route of the application, however it is shown', async () => {
    const { app } = served.t;
    const { tempToken, bearer } = await pending();
    const visitor = await tellingOf(app, served.http, {});
    const guarded = visitor.filter(({ status }) => status === 401).map(({ route }) => route);
    expect(routesOf(app).length).toBe(visitor.length);
    expect(guarded).toEqual(
      expect.arrayContaining([
        'GET /auth/token',
        'GET /auth/list-sessions',
        'POST /auth/update-user',
        'POST /auth/change-password',
        'POST /auth/revoke-sessions',
        'POST /auth/two-factor/disable',
        'POST /auth/step-up/send-otp',
        'POST /auth/step-up/verify',
        'GET /orders/mine/:id',
        'POST /orders/pay',
        'GET /vault',
      ]),
    );
    // to a session they are open
    for (const path of ['/orders/mine/1', '/vault', '/auth/token']) {
      expect((await served.http.sendTo('GET', path, undefined, bearer)).status).toBe(200);
    }

    const cookie = ofEveryInstance(SessionCookie).find(({ name }) => name.startsWith('better-auth'))!;
    const shown = [
      { authorization: `Bearer ${tempToken}` },
      { authorization: `Bearer ${cookie.signed(tempToken)}` },
      {
        cookie: `${cookie.name}=${encodeURIComponent(cookie.signed(tempToken))}`,
        origin: served.http.origin,
      },
    ];
    for (const headers of shown) {
      const told = await tellingOf(app, served.http, headers);
      expect(told).toEqual(visitor);
    }
    expect((await served.http.get('/get-session', shown[0])).text).toBe('null');
  });

  it('A50 it cannot be turned into an access token, and ends neither by signing out nor by revoking', async () => {
    const { tempToken, code, user } = await withCode();
    const headers = { authorization: `Bearer ${tempToken}` };
    expect((await served.http.get('/token', headers)).status).toBe(401);
    await served.http.post('/sign-out', {}, headers);
    await served.t.app.get(PhoneAuthService).revokeSession(user.id, tempToken);
    expect((await verify(tempToken, code)).status).toBe(200);
  });

  it('A19, S3.34 nothing else is a temp token: no session, no access token, no challenge, no row of the table', async () => {
    const { user, token, bearer, phoneNumber, cookie } = await pending();
    const { token: access } = (await served.http.get('/token', bearer)).body;
    const { challenge } = (await served.sendOtp(phoneNumber)).body;
    const [row] = await served.rows(PhoneAuthTicket, { userId: user.id });
    const forged = [token, access, challenge, row?.tokenHash, user.id, phoneNumber, cookie];
    for (const tempToken of forged) {
      expect(tempToken).toEqual(expect.any(String));
      for (const route of ['send-otp', 'verify-otp']) {
        const answer = await post(`/two-factor/${route}`, {
          tempToken,
          ...(route === 'verify-otp' && { code: '123456' }),
        });
        expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TEMP_TOKEN']);
      }
    }
  });

  it('A19 without a code that was sent for it, a temp token finishes nothing', async () => {
    const attempt = await pending();
    expect((await verify(attempt.tempToken, '123456')).body.code).toBe('OTP_NOT_FOUND');
    expect(await sessionsOf(attempt)).toHaveLength(1);
  });

  it.each(['sign-in', 'reset-password', 'second-factor', 'step-up'] as const)(
    'A17, S3.35 no other code does for %s',
    async (purpose) => {
      const { phoneNumber, tempToken, bearer } = await pending();
      const c = client();
      const made = {
        'sign-in': await c.codeFor(phoneNumber),
        'reset-password': await c.resetCodeFor(phoneNumber),
        'second-factor': await c.secondFactorCodeFor(phoneNumber, tempToken),
        'step-up': await c.stepUpCodeFor(phoneNumber, bearer),
      };
      const uses = {
        'sign-in': (code: string) => served.verify(phoneNumber, code),
        'reset-password': (otp: string) =>
          post('/phone-number/reset-password', { phoneNumber, otp, newPassword: 'another horse' }),
        'second-factor': (code: string) => verify(tempToken, code),
        'step-up': (code: string) => served.http.post('/step-up/verify', { code }, bearer),
      };
      const { [purpose]: _, ...others } = made;
      const told = [];
      for (const code of Object.values<string>(others)) told.push((await uses[purpose](code)).body.code);
      expect(told).toEqual(['INVALID_OTP', 'INVALID_OTP', 'INVALID_OTP']);
    },
  );

  it('R44, A16 a code is bound to the temp token that it was sent for', async () => {
    const first = await pending();
    const second = await client().tempTokenFor(first.phoneNumber, first.password);
    const code = await client().secondFactorCodeFor(first.phoneNumber, first.tempToken);
    const answer = await verify(second, code);
    expect([answer.body.code, answer.body.attemptsRemaining]).toEqual(['INVALID_OTP', 2]);
    expect((await verify(first.tempToken, code)).status).toBe(200);
  });

  it('A21 a victim’s code does not finish the sign-in of an attacker', async () => {
    const victim = await pending();
    const attacker = await pending();
    const code = await client().secondFactorCodeFor(victim.phoneNumber, victim.tempToken);
    expect((await verify(attacker.tempToken, code)).body.code).toBe('OTP_NOT_FOUND');
    expect((await verify(victim.tempToken, code)).body.user?.id).toBe(victim.user.id);
  });

  it('A3, S3.33 100 parallel verifications of one code and temp token open one session', async () => {
    const attempt = await withCode();
    const before = (await sessionsOf(attempt)).length;
    const answers = await parallel(100, () => verify(attempt.tempToken, attempt.code));
    expect(statuses(answers)[200]).toBe(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(await sessionsOf(attempt)).toHaveLength(before + 1);
    expect(await served.rows(PhoneAuthTicket, { userId: attempt.user.id })).toEqual([]);
  });

  it('A3, S3.33 one temp token is spent once by 100 callers', async () => {
    const { tempToken } = await pending();
    const [tickets] = ofEveryInstance(Tickets);
    const found = await Promise.all(ofEveryInstance(Tickets).map((room) => room.find(tempToken)));
    // one instance alone knows it
    const [ticket, ...others] = found.filter((each) => each !== undefined);
    expect(others).toEqual([]);
    const spent = await parallel(100, () => tickets!.spend(ticket!));
    expect(spent.filter(Boolean)).toHaveLength(1);
  });

  it('A3, R53 100 parallel step-ups with one code elevate a session once', async () => {
    const { phoneNumber, bearer, user } = await client().signIn();
    const code = await client().stepUpCodeFor(phoneNumber, bearer);
    const answers = await parallel(100, () => served.http.post('/step-up/verify', { code }, bearer));
    expect(statuses(answers)[200]).toBe(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const [won] = answers.filter(({ status }) => status === 200);
    const now = { authorization: `Bearer ${won?.body.token}` };
    expect((await served.http.get('/get-session', now)).body.user?.id).toBe(user.id);
    expect((await served.http.get('/get-session', bearer)).text).toBe('null');
  });

  it('A1, A2, I1 the right code among 99 wrong ones: three are compared', async () => {
    const attempt = await withCode();
    const comparisons = watchComparisons();
    const guesses = wrongCodes(attempt.code, 99);
    guesses.splice(50, 0, attempt.code);
    const answers = await parallel(100, (index) => verify(attempt.tempToken, guesses[index] ?? ''));
    expect(comparisons()).toBeLessThanOrEqual(3);
    expect(statuses(answers)[200] ?? 0).toBeLessThanOrEqual(1);
    expect(codes(answers)['INVALID_OTP'] ?? 0).toBeLessThanOrEqual(3);
  });

  it('A10, R10, R14 beginning anew gives no new guesses: failures stay with the number', async () => {
    const user = await client().signUpWithTwoFactor();
    const { phoneNumber, password } = user;
    const comparisons = watchComparisons();
    const end = served.t.clock.now() + 3_600_000;
    let restarts = 0;
    while (served.t.clock.now() < end && restarts < 60) {
      restarts += 1;
      const tempToken = await client().tempTokenFor(phoneNumber, password);
      const sent = await post('/two-factor/send-otp', { tempToken });
      let last = sent;
      if (sent.status === 200) {
        await served.t.settled();
        for (const guess of wrongCodes(served.t.inbox.lastCodeFor(phoneNumber), 2))
          last = await verify(tempToken, guess);
      }
      if (last.status === 429) served.t.clock.advance({ seconds: last.body.retryAfter ?? 0 });
    }
    expect(restarts).toBeGreaterThan(5);
    expect(comparisons()).toBe(10);
  });

  it('A11, A6 what locks the number for signing in locks it as a second factor, and the other way round', async () => {
    const attempt = await pending();
    const { phoneNumber, tempToken } = attempt;
    const stranger = freshNumber();
    const failThrough = async (code: string, use: (guess: string) => Promise<unknown>) => {
      for (const guess of wrongCodes(code, 3)) await use(guess);
    };
    await failThrough(await served.codeFor(phoneNumber), (guess) => served.verify(phoneNumber, guess));
    const code = await client().secondFactorCodeFor(phoneNumber, tempToken);
    await verify(tempToken, wrongCodes(code, 1)[0] ?? '');
    for (const answer of [await verify(tempToken, code), await served.verify(phoneNumber, code)]) {
      expect([answer.status, answer.body.code]).toEqual([429, 'RATE_LIMITED']);
    }
    expect((await served.verify(stranger, await served.codeFor(stranger))).status).toBe(200);
    served.t.clock.advance({ seconds: 30 });
    expect((await verify(tempToken, code)).status).toBe(200);
  });

  it('R46, A48 neither a sign-in code nor a reset is a way around it', async () => {
    const { phoneNumber, password, user } = await client().signUpWithTwoFactor();
    const before = await served.rows(PhoneAuthSession, { userId: user.id });
    const c = client();
    const attempts = [
      await served.verify(phoneNumber, await served.codeFor(phoneNumber)),
      await served.verify(phoneNumber, await served.codeFor(phoneNumber), { disableSession: true }),
      await post('/sign-in/phone-number', { phoneNumber, code: await served.codeFor(phoneNumber) }),
      await post('/phone-number/reset-password', {
        phoneNumber,
        otp: await c.resetCodeFor(phoneNumber),
        newPassword: 'another horse',
      }),
    ];
    expect(attempts.map(({ status, body }) => [status, body.code, body.token])).toEqual([
      ...['verify', 'disableSession', 'sign-in'].map(() => [403, 'SECOND_FACTOR_REQUIRED', undefined]),
      [403, 'PHONE_NUMBER_IS_SECOND_FACTOR', undefined],
    ]);
    for (const { headers, text } of attempts) {
      expect(headers).not.toHaveProperty('set-cookie');
      expect(text).not.toContain(user.id);
    }
    expect(await served.rows(PhoneAuthSession, { userId: user.id })).toEqual(before);
    await c.tempTokenFor(phoneNumber, password);
  });

  it('R40, R46, I5 a stranger cannot tell who has a second factor', async () => {
    const [with2fa, plain] = [await client().signUpWithTwoFactor(), await client().signUpWithPassword()];
    const told = [];
    for (const { phoneNumber } of [with2fa, plain]) {
      const answers = [
        await served.sendOtp(phoneNumber),
        await served.verify(phoneNumber, wrongCodes(await served.codeFor(phoneNumber), 1)[0] ?? ''),
        await post('/phone-number/request-password-reset', { phoneNumber }),
        await post('/sign-in/phone-number', { phoneNumber, password: 'a wrong password' }),
      ];
      told.push(
        answers.map(({ status, body, headers }) => [
          status,
          { ...body, challenge: typeof body.challenge },
          Object.keys(headers).toSorted(),
        ]),
      );
    }
    expect(told[0]).toEqual(told[1]);
  });

  it.each(Object.keys(NEIGHBOURS))(
    'A20 temp tokens and codes of one instance are nothing to /%s',
    async (path) => {
      const neighbour = api(served.t, `/${path}`);
      const { phoneNumber, password, tempToken, code } = await withCode();
      for (const route of ['send-otp', 'verify-otp']) {
        const body = { tempToken, ...(route === 'verify-otp' && { code }) };
        const answer = await neighbour.post(`/two-factor/${route}`, body);
        expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TEMP_TOKEN']);
      }
      // the same user, the same number, a temp token of the neighbour's own
      const own = await neighbour.tempTokenFor(phoneNumber, password);
      expect((await neighbour.post('/two-factor/verify-otp', { tempToken: own, code })).body.code).toBe(
        'INVALID_OTP',
      );
      expect((await verify(tempToken, code)).status).toBe(200);

      const other = freshNumber();
      const signInCode = await served.codeFor(other);
      expect((await neighbour.verify(other, signInCode)).body.code).toBe('INVALID_OTP');
      expect((await served.verify(other, signInCode)).status).toBe(200);
    },
  );
});
