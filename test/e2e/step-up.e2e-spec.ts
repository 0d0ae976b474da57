import { Controller, type ExecutionContext, Get, Post, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import {
  CurrentUser,
  PhoneAuthGuard,
  PhoneAuthService,
  type PhoneUser,
  PhoneUserStore,
  Public,
  RecentOtpGuard,
  RequireRecentOtp,
  RequireVerifiedPhone,
} from 'nestjs-phone-auth';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/http/request-client.js';
import { RequestSession } from '../../src/http/request-session.js';
import { api, freshNumber, setCookies, wrong } from '../support/api.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

@Controller('bank')
class BankController {
  @RequireRecentOtp({ maxAge: 60 })
  @Post('payout')
  payOut(@CurrentUser() user: PhoneUser) {
    return { user: user.id };
  }

  @UseGuards(PhoneAuthGuard)
  @RequireRecentOtp()
  @Get('before')
  before(@CurrentUser() user: PhoneUser) {
    return { user: user.id };
  }

  @RequireRecentOtp()
  @UseGuards(PhoneAuthGuard)
  @Get('after')
  after(@CurrentUser() user: PhoneUser) {
    return { user: user.id };
  }

  @Public()
  @UseGuards(PhoneAuthGuard)
  @RequireRecentOtp()
  @Get('public')
  open() {
    return { open: true };
  }

  @RequireVerifiedPhone()
  @Get('orders')
  orders(@CurrentUser() user: PhoneUser) {
    return { user: user.id };
  }
}

@RequireVerifiedPhone()
@RequireRecentOtp({ maxAge: 600 })
@Controller('vault')
class VaultController {
  @Get()
  look() {
    return { gold: true };
  }
}

describe.each(everyAdapterAndDatabase)('step-up on $name', (platform) => {
  const { t, client } = useApp(platform, { metadata: { controllers: [BankController, VaultController] } });

  const host = () => api(t, '');
  const told = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

  it('whoever signed in by code has just given one, for as long as the route says', async () => {
    const { bearer, user } = await client.signIn();
    expect((await host().post('/bank/payout', {}, bearer)).body).toEqual({ user: user.id });
    t.clock.advance({ milliseconds: 59_999 });
    expect((await host().post('/bank/payout', {}, bearer)).status).toBe(201);
    t.clock.advance({ milliseconds: 1 });
    expect(told(await host().post('/bank/payout', {}, bearer))).toEqual([403, 'RECENT_OTP_REQUIRED']);
    expect((await host().get('/vault', bearer)).body).toEqual({ gold: true });
  });

  it('by default a code counts for five minutes, beside PhoneAuthGuard in any order', async () => {
    const { bearer, user } = await client.signIn();
    for (const route of ['/bank/before', '/bank/after']) {
      expect((await host().get(route, bearer)).body).toEqual({ user: user.id });
      expect(told(await host().get(route))).toEqual([401, 'UNAUTHORIZED']);
    }
    t.clock.advance({ seconds: 300 });
    for (const route of ['/bank/before', '/bank/after']) {
      expect(told(await host().get(route, bearer))).toEqual([403, 'RECENT_OTP_REQUIRED']);
    }
  });

  it('@Public() does not open what wants a recent code', async () => {
    expect(told(await host().get('/bank/public'))).toEqual([401, 'UNAUTHORIZED']);
    const { bearer } = await client.signIn();
    expect((await host().get('/bank/public', bearer)).body).toEqual({ open: true });
  });

  it('the answer says what to do', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const { body } = await client.passwordSignIn(phoneNumber, password);
    const answer = await host().post('/bank/payout', {}, { authorization: `Bearer ${body.token}` });
    expect(answer.body).toEqual({
      statusCode: 403,
      code: 'RECENT_OTP_REQUIRED',
      message: expect.stringContaining('step-up/send-otp'),
      error: 'Forbidden',
    });
  });

  it('A21 a code to the own number opens it again, and its text says what it is for', async () => {
    const { phoneNumber, password, user } = await client.signUpWithPassword();
    const { body: opened } = await client.passwordSignIn(phoneNumber, password);
    const before = { authorization: `Bearer ${opened.token}` };

    const sent = await client.post('/step-up/send-otp', {}, before);
    expect([sent.status, sent.body]).toMatchObject([
      200,
      {
        success: true,
        expiresIn: 300,
        maskedPhoneNumber: `+1********${phoneNumber.slice(-2)}`,
        challenge: expect.any(String),
      },
    ]);
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber).at(-1)).toMatchObject({
      purpose: 'step-up',
      userId: user.id,
      text: expect.stringMatching(/^Code to confirm that it is you: \d{6}$/),
    });
    const answer = await client.post('/step-up/verify', { code: t.inbox.lastCodeFor(phoneNumber) }, before);
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { token: expect.any(String), user: { id: user.id }, session: { id: opened.session.id } },
    ]);
    const after = { authorization: `Bearer ${answer.body.token}` };
    expect((await host().post('/bank/payout', {}, after)).status).toBe(201);
  });

  it('R53 the session goes on under another token, and the one before is worth nothing', async () => {
    const { phoneNumber, bearer, cookie, token } = await client.signIn();
    const session = (await client.get('/get-session', bearer)).body.session;
    const code = await client.stepUpCodeFor(phoneNumber, bearer);
    const answer = await client.post('/step-up/verify', { code }, bearer).expect(200);

    expect(answer.body.token).not.toBe(token);
    expect(setCookies(answer)[0]).toMatch(/^better-auth\.session_token=[^;]+; Max-Age=604800; Path=\//);
    expect(answer.headers['set-auth-token']).toContain(`${answer.body.token}.`);
    for (const headers of [bearer, { cookie }]) {
      expect((await client.get('/get-session', headers)).text).toBe('null');
    }
    const after = { authorization: `Bearer ${answer.body.token}` };
    expect((await client.get('/get-session', after)).body.session).toEqual({
      ...session,
      token: answer.body.token,
    });
    expect((await client.get('/list-sessions', after)).body).toHaveLength(1);
  });

  it('R55 a password and a later code are two factors, also to other services', async () => {
    const { phoneNumber, password } = await client.signUpWithPassword();
    const { body: opened } = await client.passwordSignIn(phoneNumber, password);
    const before = { authorization: `Bearer ${opened.token}` };
    const amrOf = async (headers: Record<string, string>) =>
      decodeJwt((await client.get('/token', headers)).body.token)['amr'];
    expect(await amrOf(before)).toEqual(['pwd']);
    const code = await client.stepUpCodeFor(phoneNumber, before);
    const { body } = await client.post('/step-up/verify', { code }, before);
    expect(await amrOf({ authorization: `Bearer ${body.token}` })).toEqual(['pwd', 'sms', 'otp', 'mfa']);
  });

  it('a wrong code counts, and changes nothing', async () => {
    const { phoneNumber, bearer } = await client.signIn();
    const code = await client.stepUpCodeFor(phoneNumber, bearer);
    expect((await client.post('/step-up/verify', { code: wrong(code) }, bearer)).body).toMatchObject({
      code: 'INVALID_OTP',
      attemptsRemaining: 2,
    });
    expect((await client.get('/get-session', bearer)).body).not.toBeNull();
    await client.post('/step-up/verify', { code }, bearer).expect(200);
  });

  it('without a session both routes are 401, and nothing is sent', async () => {
    expect(told(await client.post('/step-up/send-otp'))).toEqual([401, 'UNAUTHORIZED']);
    expect(told(await client.post('/step-up/verify', { code: '123456' }))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('8.23 without a verified number there is nothing to prove', async () => {
    const { bearer, user } = await client.signIn();
    expect((await host().get('/bank/orders', bearer)).body).toEqual({ user: user.id });
    await client.post('/update-user', { phoneNumber: null }, bearer).expect(200);
    for (const answer of [
      await client.post('/step-up/send-otp', {}, bearer),
      await client.post('/step-up/verify', { code: '123456' }, bearer),
      await host().get('/bank/orders', bearer),
      await host().get('/vault', bearer),
    ]) {
      expect(told(answer)).toEqual([403, 'VERIFIED_PHONE_REQUIRED']);
    }
    expect(told(await host().get('/bank/orders'))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('8.23 a number that was not proven is none to RequireVerifiedPhone', async () => {
    const { bearer, user } = await client.signIn();
    await t.app.get(PhoneUserStore).update(user.id, { phoneNumberVerified: false });
    expect(told(await host().get('/bank/orders', bearer))).toEqual([403, 'VERIFIED_PHONE_REQUIRED']);
  });

  it('the guard knows GraphQL, and can be extended for other transports', async () => {
    const { bearer } = await client.signIn();
    class RpcGuard extends RecentOtpGuard {
      protected override getRequest(context: ExecutionContext) {
        return context.switchToRpc().getContext<HttpRequest>();
      }
    }
    const needs = [t.app.get(RequestSession, { strict: false }), new Reflector(), t.clock] as const;
    const calls = [
      { type: 'graphql', guard: new RecentOtpGuard(...needs), args: (req: object) => [{}, {}, { req }, {}] },
      { type: 'rpc', guard: new RpcGuard(...needs), args: (req: object) => [{}, req] },
    ];
    for (const { type, guard, args } of calls) {
      const call = (headers: object) => {
        const handler = Reflect.get(BankController.prototype, 'payOut');
        const context = new ExecutionContextHost(args({ headers }), BankController, handler);
        context.setType(type);
        return guard.canActivate(context);
      };
      expect(await call(bearer)).toBe(true);
      await expect(call({})).rejects.toMatchObject({ status: 401 });
      t.clock.advance({ seconds: 60 });
      await expect(call(bearer)).rejects.toMatchObject({ response: { code: 'RECENT_OTP_REQUIRED' } });
      t.clock.advance({ seconds: -60 });
    }
  });

  it('works without HTTP, through the service', async () => {
    const { phoneNumber, token } = await client.signIn();
    const service = t.app.get(PhoneAuthService);
    await service.sendStepUpCode({ sessionToken: token });
    await t.settled();
    const code = t.inbox.lastCodeFor(phoneNumber);
    const { signedIn } = await service.verifyStepUp({ sessionToken: token, code });
    expect(signedIn?.session.provedAt).toEqual(new Date(t.clock.now()));
    expect(await service.getSession(token)).toBeNull();
    await expect(service.verifyStepUp({ sessionToken: token, code })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  it('R44, A21 a code is bound to the session that asked: no other one is elevated by it', async () => {
    const { phoneNumber, bearer } = await client.signIn();
    const other = await client.signIn(phoneNumber);
    const code = await client.stepUpCodeFor(phoneNumber, bearer);
    expect((await client.post('/step-up/verify', { code }, other.bearer)).body.code).toBe('INVALID_OTP');
    await client.post('/step-up/verify', { code }, bearer).expect(200);
  });

  it('a code for another number says nothing of the own one', async () => {
    const { bearer } = await client.signIn();
    const victim = freshNumber();
    const code = await client.codeFor(victim, bearer);
    expect((await client.post('/step-up/verify', { code }, bearer)).body.code).toBe('OTP_NOT_FOUND');
  });
});

describe('RequireRecentOtp', () => {
  it.each([0, -1, 1.5, Number.NaN])('is refused a maxAge of %s as the class is read', (maxAge) => {
    expect(() => RequireRecentOtp({ maxAge })).toThrow(`RequireRecentOtp.maxAge is ${maxAge}`);
  });
});
