import { type PhoneAuthEvent, PhoneAuthService } from 'nestjs-phone-auth';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshNumber } from '../support/api.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { wrongCodes } from '../support/served-app.js';
import { useApp } from '../support/use-app.js';

const PASSWORD = 'correct horse battery staple';
const FROM = '127.0.0.1';

/** What messages and receipts tell, which is another suite's. */
const OTHERS: ReadonlySet<PhoneAuthEvent['type']> = new Set(['code.sent', 'conversion.low']);

describe.each(everyAdapterAndDatabase)('decisions as events on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  let callback: () => void = () => undefined;
  const { t, client } = useApp(platform, {
    options: {
      verifyWithSession: 'link',
      session: { freshToLink: false, strategy: 'token-pair' },
      callbackOnVerification: () => callback(),
      onEvent: (event) => OTHERS.has(event.type) || events.push(event),
    },
  });
  beforeEach(() => {
    callback = () => undefined;
  });

  /** What was told of a piece of work, without the time. */
  const toldOf = async (work: () => PromiseLike<unknown>) => {
    await t.settled();
    events.length = 0;
    await work();
    await t.settled();
    return events.map(({ at, ...event }) => {
      expect(at).toBe(t.clock.now());
      return event;
    });
  };
  const masked = (phoneNumber: string) => ({
    phoneNumber: `+1********${phoneNumber.slice(-2)}`,
    country: 'US',
  });
  const asked = (phoneNumber: string) => ({ ...masked(phoneNumber), ipAddress: FROM });
  const signIn = async (phoneNumber = freshNumber()) => {
    const { body } = await client.verify(phoneNumber, await client.codeFor(phoneNumber)).expect(200);
    const { token, user, session } = body as { token: string; user: { id: string }; session: { id: string } };
    return {
      phoneNumber,
      userId: user.id,
      sessionId: session.id,
      token,
      bearer: { authorization: `Bearer ${token}` },
    };
  };
  /** MySQL does not say whose session a token was. */
  const named = (session: object) => (platform.database === 'mariadb' ? {} : session);

  it('R62 a code that is asked for, and one that may not be', async () => {
    const phoneNumber = freshNumber();
    expect(await toldOf(() => client.sendOtp(phoneNumber))).toEqual([
      { type: 'code.requested', purpose: 'sign-in', ...asked(phoneNumber) },
    ]);
    const reset = () => client.post('/phone-number/request-password-reset', { phoneNumber });
    expect(await toldOf(reset)).toEqual([
      { type: 'code.requested', purpose: 'reset-password', ...asked(phoneNumber) },
    ]);
    // what is no number is not repeated, masked or not
    expect(await toldOf(() => client.sendOtp('hunter2'))).toEqual([
      {
        type: 'code-request.failed',
        purpose: 'sign-in',
        reason: 'INVALID_PHONE_NUMBER',
        ipAddress: FROM,
      },
    ]);
  });

  it('R62 a sign-in by code: wrong, right, and right once more', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const [wrong = ''] = wrongCodes(code, 1);
    const failed = { type: 'sign-in.failed', method: 'sms', ...asked(phoneNumber) };
    expect(await toldOf(() => client.verify(phoneNumber, wrong))).toEqual([
      { ...failed, reason: 'INVALID_OTP' },
    ]);

    expect(await toldOf(() => client.verify(phoneNumber, code))).toEqual([
      { type: 'code.verified', purpose: 'sign-in', ...masked(phoneNumber) },
      {
        type: 'sign-in.succeeded',
        method: 'sms',
        userId: expect.any(String),
        sessionId: expect.any(String),
        isNewUser: true,
        ...asked(phoneNumber),
      },
    ]);
    expect(await toldOf(() => client.verify(phoneNumber, code))).toEqual([
      { ...failed, reason: 'OTP_NOT_FOUND' },
    ]);
  });

  it('R62 a code that proves a number without a session', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const [, signedIn] = await toldOf(() =>
      client.post('/phone-number/verify', { phoneNumber, code, disableSession: true }),
    );
    expect(signedIn).toMatchObject({ type: 'sign-in.succeeded', isNewUser: true });
    expect(signedIn).not.toHaveProperty('sessionId');
  });

  it('R62 a code that a host checks for itself', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const check = () => service.consumePhoneNumberOTP({ phoneNumber, code }).catch(() => undefined);
    expect(await toldOf(check)).toEqual([
      { type: 'code.verified', purpose: 'sign-in', ...masked(phoneNumber) },
    ]);
    expect(await toldOf(check)).toEqual([
      {
        type: 'code-check.failed',
        purpose: 'sign-in',
        reason: 'OTP_NOT_FOUND',
        ...masked(phoneNumber),
        ipAddress: '',
      },
    ]);
  });

  it('R62 a password that is set by a code, used, mistaken and changed', async () => {
    const { phoneNumber, userId, bearer } = await signIn();
    await client.post('/phone-number/request-password-reset', { phoneNumber });
    await t.settled();
    const otp = t.inbox.lastCodeFor(phoneNumber);
    const reset = { phoneNumber, otp, newPassword: PASSWORD };
    expect(await toldOf(() => client.post('/phone-number/reset-password', reset))).toEqual([
      { type: 'code.verified', purpose: 'reset-password', ...masked(phoneNumber) },
      { type: 'password.changed', method: 'sms', userId, ...asked(phoneNumber) },
      { type: 'session.ended', cause: 'password', scope: 'all', userId },
    ]);
    expect(await toldOf(() => client.post('/phone-number/reset-password', reset))).toEqual([
      { type: 'password-change.failed', method: 'sms', reason: 'OTP_NOT_FOUND', ...asked(phoneNumber) },
    ]);

    const enter = (password: string) => client.post('/sign-in/phone-number', { phoneNumber, password });
    expect(await toldOf(() => enter('something else'))).toEqual([
      {
        type: 'sign-in.failed',
        method: 'pwd',
        reason: 'INVALID_PHONE_NUMBER_OR_PASSWORD',
        ...asked(phoneNumber),
      },
    ]);
    expect(await toldOf(() => enter(PASSWORD))).toEqual([
      {
        type: 'sign-in.succeeded',
        method: 'pwd',
        userId,
        sessionId: expect.any(String),
        isNewUser: false,
        ...asked(phoneNumber),
      },
    ]);

    const session = await signIn(phoneNumber);
    const change = (currentPassword: string) =>
      client.post(
        '/change-password',
        { currentPassword, newPassword: `${PASSWORD}!`, revokeOtherSessions: true },
        session.bearer,
      );
    expect(await toldOf(() => change('something else'))).toEqual([
      { type: 'password-change.failed', method: 'pwd', reason: 'INVALID_PASSWORD', userId, ipAddress: FROM },
    ]);
    expect(await toldOf(() => change(PASSWORD))).toEqual([
      { type: 'session.ended', cause: 'password', scope: 'all', userId },
      { type: 'password.changed', method: 'pwd', userId, ipAddress: FROM },
    ]);
    expect(bearer).not.toEqual(session.bearer);
  });

  it('R62 a second factor: asked for, mistaken and right', async () => {
    const service = t.app.get(PhoneAuthService);
    const { phoneNumber, userId } = await signIn();
    const { tempToken } = await service.startSecondFactor(userId);
    const unseen = { ...masked(phoneNumber), ipAddress: '' };
    expect(await toldOf(() => service.sendSecondFactorCode({ tempToken }))).toEqual([
      { type: 'code.requested', purpose: 'second-factor', ...unseen },
    ]);
    const code = t.inbox.lastCodeFor(phoneNumber);
    const [mistaken = ''] = wrongCodes(code, 1);
    const give = (given: string) =>
      service.verifySecondFactor({ tempToken, code: given }).catch(() => undefined);
    expect(await toldOf(() => give(mistaken))).toEqual([
      { type: 'sign-in.failed', method: 'mfa', reason: 'INVALID_OTP', ...unseen },
    ]);
    const told = await toldOf(() => give(code));
    expect(told).toMatchObject([
      { type: 'code.verified', purpose: 'second-factor' },
      { type: 'sign-in.succeeded', method: 'mfa', userId, isNewUser: false, ...unseen },
    ]);
    expect(JSON.stringify(told)).not.toContain(tempToken);
  });

  it('R62 a number that is linked, refused to another account, and released', async () => {
    const { userId, bearer } = await signIn();
    const other = await signIn();
    const added = freshNumber();
    const link = async (phoneNumber: string) => {
      await client.sendOtp(phoneNumber, bearer);
      await t.settled();
      const code = t.inbox.lastCodeFor(phoneNumber);
      return toldOf(() => client.post('/phone-number/verify', { phoneNumber, code }, bearer));
    };
    expect(await link(added)).toEqual([
      { type: 'code.verified', purpose: 'sign-in', ...masked(added) },
      { type: 'number.linked', userId, ...asked(added) },
    ]);
    expect(await link(other.phoneNumber)).toEqual([
      { type: 'number-link.failed', reason: 'PHONE_NUMBER_EXIST', userId, ...asked(other.phoneNumber) },
    ]);
    expect(await toldOf(() => client.post('/update-user', { phoneNumber: null }, bearer))).toEqual([
      { type: 'number.released', userId, ...masked(added) },
    ]);
    // there is none any more
    expect(await toldOf(() => client.post('/update-user', { phoneNumber: null }, bearer))).toEqual([]);
  });

  it('R62 sessions that end: by themselves, by an id, all but one, and all', async () => {
    const phoneNumber = freshNumber();
    const [first, second, third] = [
      await signIn(phoneNumber),
      await signIn(phoneNumber),
      await signIn(phoneNumber),
    ];
    const { userId } = first;
    const ended = { type: 'session.ended', cause: 'revoked', userId };
    expect(await toldOf(() => client.post('/sign-out', {}, first.bearer))).toEqual([
      {
        type: 'session.ended',
        cause: 'sign-out',
        scope: 'one',
        ...named({ userId, sessionId: first.sessionId }),
      },
    ]);
    expect(await toldOf(() => client.post('/sign-out', {}, first.bearer))).toEqual([]);

    const revoke = () => client.post('/revoke-session', { token: second.sessionId }, third.bearer);
    expect(await toldOf(revoke)).toEqual([
      { ...ended, scope: 'one', ...named({ sessionId: second.sessionId }) },
    ]);
    expect(await toldOf(revoke)).toEqual([]);
    expect(await toldOf(() => client.post('/revoke-other-sessions', {}, third.bearer))).toEqual([
      { ...ended, scope: 'others', exceptId: third.sessionId },
    ]);
    expect(await toldOf(() => client.post('/revoke-sessions', {}, third.bearer))).toEqual([
      { ...ended, scope: 'all' },
    ]);
  });

  it('R62 a refresh: the next pair, a made-up token, and one that comes back', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    const { user, signedIn } = await service.verify({ phoneNumber, code });
    const session = { userId: user.id, sessionId: signedIn!.session.id };
    const { refreshToken = '' } = signedIn!.tokens ?? {};
    const next = { refreshToken: '' };
    const show = async (token: string) => Object.assign(next, await service.refresh(token));

    const refreshed = { type: 'tokens.refreshed', ...session, ipAddress: '' };
    expect(await toldOf(() => show(refreshToken))).toEqual([refreshed]);
    const refused = { type: 'token-refresh.failed', reason: 'INVALID_REFRESH_TOKEN', ipAddress: '' };
    expect(await toldOf(() => show('made up').catch(() => undefined))).toEqual([refused]);
    expect(await toldOf(() => show(next.refreshToken))).toEqual([refreshed]);
    // its successor has been used: somebody has a copy
    expect(await toldOf(() => show(refreshToken).catch(() => undefined))).toEqual([
      { type: 'refresh-token.reused', ...session },
      { type: 'session.ended', cause: 'reuse', scope: 'one', ...session },
      refused,
    ]);
  });

  it('R62 a step-up, and the second factor that it lets somebody switch on', async () => {
    const service = t.app.get(PhoneAuthService);
    const { phoneNumber, userId, sessionId, token } = await signIn();
    const unseen = { ...masked(phoneNumber), ipAddress: '' };
    const send = () => service.sendStepUpCode({ sessionToken: token });
    expect(await toldOf(send)).toEqual([{ type: 'code.requested', purpose: 'step-up', ...unseen }]);
    const code = t.inbox.lastCodeFor(phoneNumber);
    const [mistaken = ''] = wrongCodes(code, 1);
    const give = (given: string) =>
      service.verifyStepUp({ sessionToken: token, code: given }).catch(() => undefined);
    expect(await toldOf(() => give(mistaken))).toEqual([
      { type: 'step-up.failed', reason: 'INVALID_OTP', ...unseen },
    ]);
    expect(await toldOf(() => give(code))).toEqual([
      { type: 'code.verified', purpose: 'step-up', ...masked(phoneNumber) },
      // access tokens name their session: another one takes its place
      { type: 'session.ended', cause: 'replaced', scope: 'one', userId, sessionId },
      { type: 'step-up.succeeded', userId, sessionId: expect.any(String), ...unseen },
    ]);

    expect(await toldOf(() => service.setTwoFactor(userId, true))).toEqual([
      { type: 'two-factor.changed', userId, enabled: true, ipAddress: '' },
    ]);
    await service.setTwoFactor(userId, false);
    await service.updateUser(userId, { phoneNumber: null });
    expect(await toldOf(() => service.setTwoFactor(userId, true).catch(() => undefined))).toEqual([
      { type: 'two-factor-change.failed', reason: 'SECOND_FACTOR_NOT_AVAILABLE', userId, ipAddress: '' },
    ]);
  });

  it('R62 a password that a code has to follow', async () => {
    const service = t.app.get(PhoneAuthService);
    const { phoneNumber, userId } = await signIn();
    await client.post('/phone-number/request-password-reset', { phoneNumber });
    await t.settled();
    const otp = t.inbox.lastCodeFor(phoneNumber);
    await client
      .post('/phone-number/reset-password', { phoneNumber, otp, newPassword: PASSWORD })
      .expect(200);
    await service.setTwoFactor(userId, true);
    const enter = () => client.post('/sign-in/phone-number', { phoneNumber, password: PASSWORD });
    expect(await toldOf(enter)).toEqual([
      { type: 'second-factor.required', method: 'pwd', ...asked(phoneNumber) },
    ]);
  });

  it('R62 an account that is erased, and a number', async () => {
    const service = t.app.get(PhoneAuthService);
    const [first, second] = [await signIn(), await signIn()];
    expect(await toldOf(() => service.eraseUser(first.userId))).toEqual([
      { type: 'session.ended', cause: 'erased', scope: 'all', userId: first.userId },
    ]);
    expect(await toldOf(() => service.eraseNumber(second.phoneNumber))).toEqual([
      { type: 'number.released', userId: second.userId, ...masked(second.phoneNumber) },
    ]);
  });

  it('R62 a sign-in that the host takes back', async () => {
    const phoneNumber = freshNumber();
    const code = await client.codeFor(phoneNumber);
    callback = () => {
      throw new Error('not today');
    };
    const told = await toldOf(() => client.verify(phoneNumber, code).expect(500));
    expect(told).toMatchObject([
      { type: 'code.verified' },
      { type: 'session.ended', cause: 'callback', scope: 'one' },
      { type: 'sign-in.failed', method: 'sms', reason: 'UNEXPECTED_ERROR', ...asked(phoneNumber) },
    ]);
  });
});
