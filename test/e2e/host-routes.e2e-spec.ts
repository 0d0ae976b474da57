import { Body, Controller, Get, Module, Param, Post, Query, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { IsString } from 'class-validator';
import { decodeProtectedHeader } from 'jose';
import {
  CurrentSession,
  CurrentUser,
  type E164,
  IsE164,
  ParsePhoneNumberPipe,
  PhoneAuthGuard,
  PhoneAuthModule,
  PhoneThrottle,
  type PhoneUser,
  Public,
  type Session,
} from 'nestjs-phone-auth';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { accessTokenOf, keysOf, verifyWith } from '../support/access-tokens.js';
import { api, freshNumber } from '../support/api.js';
import { everyAdapterAndDatabase, platforms, startOn } from '../support/platforms.js';

class InviteDto {
  @IsE164()
  phoneNumber: string;

  @IsString()
  note: string;
}

@UseGuards(PhoneAuthGuard)
@Controller('orders')
class OrdersController {
  @Get('mine')
  mine(@CurrentUser() user: PhoneUser, @CurrentSession() session: Session) {
    return { user: user.id, session: session.id };
  }

  @Public()
  @Get('public')
  open(@CurrentUser() user: PhoneUser | null) {
    return { user: user?.id ?? null };
  }

  @Public()
  @Get('of/:phone')
  of(@Param('phone', ParsePhoneNumberPipe) phone: E164) {
    return { phone };
  }

  @Public()
  @Get('strict')
  strict(@Query('phone', new ParsePhoneNumberPipe({ strict: true })) phone: E164) {
    return { phone };
  }

  @Public()
  @PhoneThrottle('invite')
  @Post('invite')
  invite(@Body() body: InviteDto) {
    return body;
  }
}

@Controller('health')
class HealthController {
  @Public()
  @Get()
  health() {
    return { up: true };
  }

  @Get('secret')
  secret(@CurrentUser() user: PhoneUser) {
    return user.id;
  }
}

describe.each(everyAdapterAndDatabase)('routes of the host on $name', (platform) => {
  let t: TestApp;
  afterEach(() => t.close());

  const start = (options: object = { rateLimit: false }) =>
    startOn(platform, { options, metadata: { controllers: [OrdersController] } });

  it('S1.15, S1.16 PhoneAuthGuard lets in by bearer and by cookie, and hands on user and session', async () => {
    t = await start();
    const { bearer, cookie, user } = await api(t).signIn();
    for (const headers of [bearer, { cookie }]) {
      const answer = await api(t, '/orders').get('/mine', headers);
      expect(answer.body).toEqual({ user: user.id, session: expect.any(String) });
    }
  });

  it('everybody else is 401 UNAUTHORIZED, in the module’s own words', async () => {
    t = await start();
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { cookie: 'better-auth.session_token=a.b' },
    ]) {
      const answer = await api(t, '/orders').get('/mine', headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        statusCode: 401,
        code: 'UNAUTHORIZED',
        message: 'Unauthorized',
        error: 'Unauthorized',
      });
    }
  });

  it('@Public() lets everybody in and still knows who is signed in', async () => {
    t = await start();
    const { bearer, user } = await api(t).signIn();
    expect((await api(t, '/orders').get('/public')).body).toEqual({ user: null });
    expect((await api(t, '/orders').get('/public', bearer)).body).toEqual({ user: user.id });
  });

  it('as APP_GUARD it guards the application and leaves the sign-in open', async () => {
    t = await startOn(platform, {
      metadata: {
        controllers: [HealthController],
        providers: [{ provide: APP_GUARD, useClass: PhoneAuthGuard }],
      },
    });
    const { bearer, user } = await api(t).signIn();
    expect((await api(t, '/health').get('')).body).toEqual({ up: true });
    expect((await api(t, '/health').get('/secret')).status).toBe(401);
    expect((await api(t, '/health').get('/secret', bearer)).text).toBe(user.id);
  });

  it('ParsePhoneNumberPipe gives E.164 or 400 INVALID_PHONE_NUMBER', async () => {
    t = await start();
    const host = api(t, '/orders');
    expect((await host.get('/of/+1%20(202)%20555-0123')).body).toEqual({ phone: '+12025550123' });
    expect((await host.get('/of/5550123')).body).toMatchObject({
      statusCode: 400,
      code: 'INVALID_PHONE_NUMBER',
    });
    expect((await host.get('/strict?phone=%2B12025550123')).body).toEqual({ phone: '+12025550123' });
    expect((await host.get('/strict?phone=%2B1%20202%20555%200123')).status).toBe(400);
  });

  it('R22 ParsePhoneNumberPipe accepts what the option numbers lets new accounts have', async () => {
    t = await start({ numbers: { countries: ['GB'], defaultRegion: 'GB' } });
    const host = api(t, '/orders');
    expect((await host.get('/of/07400123456')).body).toEqual({ phone: '+447400123456' });
    for (const outside of ['+12025550123', '+447781123456', '+442079460123'])
      expect((await host.get(`/of/${outside}`)).body, outside).toMatchObject({
        code: 'INVALID_PHONE_NUMBER',
      });
  });

  it('@PhoneThrottle() limits a route of the host by address and by number', async () => {
    t = await start({ rateLimit: { window: 60_000, max: 2 } });
    const host = api(t, '/orders');
    const invite = () => host.post('/invite', { phoneNumber: freshNumber(), note: 'hello' });
    expect([(await invite()).status, (await invite()).status]).toEqual([201, 201]);
    const refused = await invite();
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '60',
    ]);
    // R60: on routes of the host as on ours
    expect(refused.headers['ratelimit-policy']).toBe('"address";q=2;w=60');
  });
});

describe.each(platforms.slice(0, 2))('beside the host’s own modules on $adapter', (platform) => {
  let t: TestApp;
  afterEach(() => t.close());

  it('S5.7 a ThrottlerModule of the host keeps its limits, also on our routes', async () => {
    t = await startOn(platform, {
      options: { rateLimit: { window: 60_000, max: 3 } },
      metadata: {
        imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 5 }])],
        controllers: [HealthController],
        providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
      },
    });
    const health = [];
    for (let i = 0; i < 6; i++) health.push((await api(t, '/health').get('')).status);
    expect(health).toEqual([200, 200, 200, 200, 200, 429]);

    const sends = [];
    for (let i = 0; i < 6; i++) sends.push(await api(t).sendOtp(freshNumber()));
    expect(sends.map((answer) => answer.body.code)).toEqual([
      undefined,
      undefined,
      undefined,
      'RATE_LIMITED',
      'RATE_LIMITED',
      undefined,
    ]);
    expect(sends[5]?.status).toBe(429); // the host's limiter, in the host's words
  });

  it('a JwtModule of the host, global or not, keeps its secret', async () => {
    @Module({
      imports: [
        JwtModule.register({ global: true, secret: 'the host’s own', signOptions: { expiresIn: '1h' } }),
      ],
    })
    class HostJwtModule {}
    t = await startOn(platform, { metadata: { imports: [HostJwtModule] } });
    const services = t.app.get(JwtService, { strict: false, each: true });
    expect(services).toHaveLength(1); // ours is no provider
    const [jwt] = services;

    const ours = await accessTokenOf(t, (await api(t).signIn()).bearer);
    const theirs = await jwt!.signAsync({ sub: 'ada' });
    expect(decodeProtectedHeader(theirs)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeProtectedHeader(ours)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });

    expect(await jwt!.verifyAsync(theirs, { secret: 'the host’s own' })).toMatchObject({ sub: 'ada' });
    expect(await verifyWith(await keysOf(t), ours, t.clock.now())).toBeDefined();
    await expect(jwt!.verifyAsync(ours)).rejects.toThrow('invalid');
    await expect(verifyWith(await keysOf(t), theirs, t.clock.now())).rejects.toThrow('alg');
  });

  it('8.22 routes of the host that have nothing to do with phone numbers are not touched', async () => {
    t = await startOn(platform, {
      options: { rateLimit: { window: 60_000, max: 1 } },
      metadata: { controllers: [HealthController] },
    });
    for (let i = 0; i < 5; i++) expect((await api(t, '/health').get('')).status).toBe(200);
    const foreign = await api(t, '/health').get('', { cookie: 'a=b', origin: 'https://evil.example' });
    expect(foreign.status).toBe(200);
  });

  it('the module exports nothing that a host provides itself', () => {
    const tokens = PhoneAuthModule.forRoot({ secret: 'x'.repeat(32) }).exports ?? [];
    expect(tokens).not.toContain(JwtService);
    expect(tokens).not.toContain(ThrottlerGuard);
    t = { close: () => Promise.resolve() } as TestApp;
  });
});
