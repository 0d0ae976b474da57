import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  HttpException,
  Injectable,
  Post,
  UseGuards,
} from '@nestjs/common';
import {
  CurrentUser,
  ConsoleSmsSender,
  nodeAuth,
  type NodeAuthStore,
  NodeAuthUserStore,
  PhoneAuthGuard,
  PhoneAuthModule,
  PhoneAuthOptionError,
  PhoneAuthService,
  type PhoneUser,
  PhoneUserStore,
  SmsSender,
} from 'nestjs-phone-auth';
import { createTestApp } from 'nestjs-phone-auth/testing';
import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { api, freshNumber, wrong } from '../support/api.js';
import { addAccount, cookiesByName, fromNodeAuth, PAGE, SECRETS } from '../support/node-auth.js';
import { everyAdapterAndDatabase, startOn, testLogger } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

const BEARER = { 'x-auth-strategy': 'bearer' };
const OK = { success: true };

/** A limiter as hosts have one, which counts whatever it sees. */
@Injectable()
class HostLimiter implements CanActivate {
  static readonly seen: string[] = [];

  canActivate(context: ExecutionContext): boolean {
    const { url, headers } = context
      .switchToHttp()
      .getRequest<{ url: string; headers: Record<string, string> }>();
    HostLimiter.seen.push(url);
    if (headers['x-greedy']) throw new HttpException('slow down', 429);
    return true;
  }
}

@UseGuards(PhoneAuthGuard)
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }

  @Post()
  @HttpCode(200)
  add(@CurrentUser() user: PhoneUser) {
    return { of: user.id };
  }
}

describe.each(everyAdapterAndDatabase)('cookies, CSRF, prefix and limiter on $name', (platform) => {
  const { t } = useApp(platform, {
    options: {
      ...fromNodeAuth({
        cookieOptions: { secure: true, sameSite: 'strict' },
        csrf: { enabled: true },
        buildTokenPayload: ({ name }) => ({ nick: name, sub: 'eve', role: 'admin' }),
        accessTokenExpiresIn: '30m',
        refreshTokenExpiresIn: '1d',
        rateLimiter: HostLimiter,
      }),
      path: 'members/auth',
    },
    configure: (app) => app.setGlobalPrefix('api'),
    metadata: { controllers: [OrdersController] },
  });
  const client = api(t, '/api/members/auth');

  const signIn = async () => {
    const user = await addAccount(t);
    await client.post('/sms/send', { userId: user.id }).expect(200);
    await t.settled();
    const code = t.inbox.lastCodeFor(user.phoneNumber);
    const answer = await client.post('/sms/verify', { userId: user.id, code }).expect(200);
    const cookies = cookiesByName(answer);
    const csrf = cookies['csrf-token']?.value ?? '';
    const cookie = Object.values(cookies)
      .map(({ pair }) => pair)
      .join('; ');
    return { user, cookies, csrf, headers: { cookie, ...PAGE } };
  };

  it('S3.39, S3.44, S3.47 names, attributes, lifetimes and path of the cookies follow the options', async () => {
    const { cookies } = await signIn();
    expect(cookies['__Host-accessToken']?.attributes).toEqual([
      'Max-Age=1800',
      'Path=/',
      'HttpOnly',
      'Secure',
      'SameSite=Strict',
    ]);
    expect(cookies['__Secure-refreshToken']?.attributes).toEqual([
      'Max-Age=86400',
      'Path=/api/members/auth/refresh',
      'HttpOnly',
      'Secure',
      'SameSite=Strict',
    ]);
  });

  it('S3.40 buildTokenPayload adds claims, and overrides none of the module', async () => {
    const { user, cookies } = await signIn();
    expect(decodeJwt(cookies['__Host-accessToken']?.value ?? '')).toMatchObject({
      sub: user.id,
      email: user.email,
      nick: 'Ada',
      role: 'admin',
    });
  });

  it('S3.45 the csrf-token cookie can be read by the page, and lives as long as the refresh token', async () => {
    const { cookies } = await signIn();
    const { attributes } = cookies['csrf-token']!;
    expect(attributes).toEqual(['Max-Age=86400', 'Path=/', 'Secure', 'SameSite=Strict']);
  });

  it('S3.45 what is changed by cookie takes the header, on every route', async () => {
    const { headers, csrf, cookies } = await signIn();
    const other = await signIn();
    const [session = '', nonce = '', mac = ''] = csrf.split('.');
    const forged = [
      {},
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'nonsense' },
      { 'x-csrf-token': `${csrf}x` },
      { 'x-csrf-token': other.csrf },
      // a sub-domain has set a cookie that is well signed, and of somebody else
      { 'x-csrf-token': other.csrf, cookie: headers.cookie.replace(csrf, other.csrf) },
      { 'x-csrf-token': `${session}.x.${mac}`, cookie: headers.cookie.replace(nonce, 'x') },
      { 'x-csrf-token': csrf, cookie: headers.cookie.replace(/; csrf-token=[^;]*/, '') },
    ];
    for (const more of forged) {
      for (const path of ['/logout', '/add-phone', '/update-user', '/revoke-sessions']) {
        const body = path === '/add-phone' ? { phoneNumber: freshNumber() } : {};
        const answer = await client.post(path, body, { ...headers, ...more });
        expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'CSRF_INVALID']);
      }
    }
    const refresh = { ...PAGE, cookie: `${cookies['__Secure-refreshToken']?.pair}; csrf-token=${csrf}` };
    expect((await client.post('/refresh', {}, refresh)).body.code).toBe('CSRF_INVALID');
    const renewed = await client.post('/refresh', {}, { ...refresh, 'x-csrf-token': csrf }).expect(200);
    expect(cookiesByName(renewed)['csrf-token']?.value.split('.')[0]).toBe(session);

    await client.get('/me', headers).expect(200);
    await client.post('/update-user', { name: 'Lovelace' }, { ...headers, 'x-csrf-token': csrf }).expect(200);
    const out = await client.post('/logout', {}, { ...headers, 'x-csrf-token': csrf }).expect(200);
    expect(cookiesByName(out)['csrf-token']).toMatchObject({ value: '' });
    await client.get('/me', headers).expect(401);
  });

  it('S3.45 the host’s guarded routes too: reading takes no header, writing does', async () => {
    const { user, headers, csrf } = await signIn();
    const orders = api(t, '/api/orders');
    expect((await orders.get('', headers)).body).toEqual({ of: user.id });
    expect((await orders.post('', {}, headers)).body).toMatchObject({
      statusCode: 403,
      code: 'CSRF_INVALID',
    });
    expect((await orders.post('', {}, { ...headers, 'x-csrf-token': csrf })).body).toEqual({ of: user.id });
  });

  it('S3.45 bearers need no header, and nor does who is nobody yet', async () => {
    const { cookies } = await signIn();
    const bearer = { authorization: `Bearer ${cookies['__Host-accessToken']?.value}` };
    await client.post('/add-phone', { phoneNumber: freshNumber() }, bearer).expect(200);
    await client.post('/refresh', { refreshToken: cookies['__Secure-refreshToken']?.value }).expect(200);
    await client.post('/logout', {}, bearer).expect(200);
    const visitor = await client.post('/sms/send', { userId: 'nobody' }, { cookie: 'x=y', ...PAGE });
    expect(visitor.body).toEqual(OK);
  });

  it('S3.46 a limiter of the host’s stands in front of every route', async () => {
    HostLimiter.seen.length = 0;
    for (const path of [
      '/sms/send',
      '/sms/verify',
      '/login',
      '/refresh',
      '/logout',
      '/phone-number/send-otp',
    ])
      expect((await client.post(path, { userId: 'x' }, { 'x-greedy': '1' })).status).toBe(429);
    expect(HostLimiter.seen).toHaveLength(6);
  });
});

describe.each(everyAdapterAndDatabase)('what node-auth tells, on $name', (platform) => {
  it('S3.15, S3.16 told: an unknown id is 404, a number that is not there 400, and by e-mail nothing is told', async () => {
    const t = await startOn(platform, {
      options: { rateLimit: false, ...fromNodeAuth({ unknownAccounts: 'told' }) },
    });
    const client = api(t);
    const send = async (who: object) => {
      const { status, body } = await client.post('/sms/send', who);
      return [status, body.error, body.code];
    };
    expect(await send({ userId: 'nobody' })).toEqual([404, 'User not found', 'USER_NOT_FOUND']);
    for (const columns of [{ phoneNumber: null }, { phoneNumberVerified: false }]) {
      const { id, email } = await addAccount(t, columns);
      expect(await send({ userId: id })).toEqual([400, expect.any(String), 'PHONE_NOT_SET']);
      expect(await send({ email })).toEqual([200, undefined, undefined]);
    }
    expect(await send({ email: 'nobody@example.com' })).toEqual([200, undefined, undefined]);
    const { id, phoneNumber } = await addAccount(t);
    expect(await send({ userId: id })).toEqual([200, undefined, undefined]);
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
    await t.close();
  });

  it('S3.18 an application that sends nothing says so, to everybody: 500 SMS_NOT_CONFIGURED', async () => {
    const t = await startOn(platform, {
      options: { ...nodeAuth(SECRETS) },
      override: (builder) =>
        builder
          .overrideProvider(SmsSender)
          .useValue(Object.assign(new ConsoleSmsSender(), { isAvailable: () => false })),
    });
    const { id } = await addAccount(t);
    for (const userId of [id, 'nobody']) {
      const answer = await api(t).post('/sms/send', { userId });
      expect([answer.status, answer.body]).toEqual([
        500,
        {
          statusCode: 500,
          code: 'SMS_NOT_CONFIGURED',
          error: 'SMS is not configured',
          message: 'SMS is not configured',
        },
      ]);
    }
    await t.close();
  });

  it('R25, R14 sends and requests by id count with those by number', async () => {
    const t = await startOn(platform, {
      options: {
        ...fromNodeAuth({ unknownAccounts: 'told' }),
        rateLimit: { max: 6 },
        resendDelays: [30],
        limits: { sends: {} },
      },
    });
    const client = api(t);
    const { id, phoneNumber } = await addAccount(t);
    await client.post('/sms/send', { userId: id }).expect(200);
    const again = await client.post('/sms/send', { userId: id });
    expect([again.status, again.body.code, again.body.retryAfter]).toEqual([429, 'RATE_LIMITED', 30]);
    expect(again.headers['retry-after']).toBe('30');
    expect((await client.sendOtp(phoneNumber)).body.retryAfter).toBe(30);
    await client.post('/sms/verify', { userId: id, code: '000000' }).expect(401);
    for (let i = 0; i < 2; i += 1) await client.post('/sms/send', { userId: 'nobody' });
    // six requests of one address, whichever the route
    expect((await client.post('/sms/verify', { userId: id, code: '000000' })).headers['ratelimit']).toMatch(
      /^"address";r=0/,
    );
    await t.close();
  });

  it('S3.15, S3.23 hidden: too many messages are answered as the first one, and not sent', async () => {
    const t = await startOn(platform, {
      options: { ...fromNodeAuth(), rateLimit: false, resendDelays: [30], limits: { sends: {} } },
    });
    const { id, phoneNumber } = await addAccount(t);
    for (let i = 0; i < 5; i += 1) expect((await api(t).post('/sms/send', { userId: id })).body).toEqual(OK);
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(1);
    await t.close();
  });
});

/** A store as users of node-auth write it. */
class MemoryUsers implements NodeAuthStore {
  readonly users = new Map<string, Record<string, unknown> & { id: string; email: string }>();

  add(user: { id: string; email: string } & Record<string, unknown>) {
    this.users.set(user.id, user);
    return user;
  }
  async findById(id: string) {
    return this.users.get(id) ?? null;
  }
  async findByEmail(email: string) {
    return [...this.users.values()].find((user) => user.email === email) ?? null;
  }
  async updateSmsCode(userId: string, smsCode: string | null, smsCodeExpiry: Date | null) {
    Object.assign(this.users.get(userId) ?? {}, { smsCode, smsCodeExpiry });
  }
  async updatePhoneNumber(userId: string, phoneNumber: string | null) {
    Object.assign(this.users.get(userId) ?? {}, { phoneNumber });
  }
}

describe.each(everyAdapterAndDatabase)('a user store of node-auth on $name', (platform) => {
  const store = new MemoryUsers();
  const { t, client } = useApp(platform, {
    options: {
      ...fromNodeAuth(),
      providers: [{ provide: PhoneUserStore, useValue: new NodeAuthUserStore(store) }],
    },
  });
  let ids = 0;
  const add = (more: object = {}) => {
    const id = `user-${platform.name}-${(ids += 1)}`;
    return store.add({
      id,
      email: `${id.replaceAll(/\W/g, '')}@example.com`,
      phoneNumber: freshNumber(),
      ...more,
    });
  };
  const codeFor = async (user: Record<string, unknown>) => {
    await client.post('/sms/send', { userId: user['id'] }).expect(200);
    await t.settled();
    return t.inbox.lastCodeFor(String(user['phoneNumber']));
  };

  it('S3.27 signs its users in, by id and by e-mail, and refreshes', async () => {
    const user = add({ role: 'editor', isEmailVerified: true });
    for (const who of [{ userId: user.id }, { email: user.email }]) {
      const code = await codeFor(user);
      const { body } = await client.post('/sms/verify', { ...who, code }, BEARER).expect(200);
      expect(decodeJwt(body.accessToken)).toMatchObject({ sub: user.id, email: user.email, role: 'editor' });
      const me = await client.get('/me', { authorization: `Bearer ${body.accessToken}` }).expect(200);
      expect(me.body).toMatchObject({ id: user.id, email: user.email, isEmailVerified: true });
      expect(JSON.stringify(me.body)).not.toContain('smsCode');
      const next = await client.post('/refresh', { refreshToken: body.refreshToken }).expect(200);
      expect(decodeJwt(next.body.accessToken).sub).toBe(user.id);
    }
  });

  it('S3.27, S3.26 it is told of each code: a hash and its end while it is open, null and null once it was used', async () => {
    const user = add();
    const code = await codeFor(user);
    expect(user).toMatchObject({
      smsCode: expect.stringMatching(/^[\da-f]{64}$/),
      smsCodeExpiry: new Date(t.clock.now() + 300_000),
    });
    expect(JSON.stringify(user)).not.toContain(code);
    await client.post('/sms/verify', { userId: user.id, code: wrong(code) }).expect(401);
    expect(user).toMatchObject({ smsCode: expect.any(String) });
    await client.post('/sms/verify', { userId: user.id, code }).expect(200);
    expect(user).toMatchObject({ smsCode: null, smsCodeExpiry: null });
  });

  it('S3.27 what stands in the store decides nothing: a hash that is copied into it signs nobody in', async () => {
    const [victim, thief] = [add(), add()];
    const code = await codeFor(thief);
    Object.assign(victim, {
      smsCode: (thief as { smsCode?: string }).smsCode,
      smsCodeExpiry: new Date(9e15),
    });
    expect((await client.post('/sms/verify', { userId: victim.id, code })).status).toBe(401);
    expect((await client.post('/sms/verify', { userId: thief.id, code })).status).toBe(200);
  });

  it('S3.27 a store that fails keeps the message from leaving, and the answer tells nothing', async () => {
    const user = add();
    const failing = vi.spyOn(store, 'updateSmsCode').mockRejectedValueOnce(new Error('no disk'));
    expect((await client.post('/sms/send', { userId: user.id })).body).toEqual(OK);
    await t.settled();
    expect(t.inbox.messagesFor(String(user['phoneNumber']))).toEqual([]);
    failing.mockRestore();
  });

  it('S3.28 nothing is sent where there is no number, or none that can be one', async () => {
    const before = t.inbox.messages.length;
    for (const phoneNumber of [undefined, null, '', 'call me']) {
      const user = add({ phoneNumber });
      expect((await client.post('/sms/send', { userId: user.id })).body).toEqual(OK);
    }
    await t.settled();
    expect(t.inbox.messages.length).toBe(before);
  });

  it('S3.43, 8.23 a number is written once it was proven, and a number that the store calls unproven is no way in', async () => {
    const user = add();
    const code = await codeFor(user);
    const { body } = await client.post('/sms/verify', { userId: user.id, code }, BEARER).expect(200);
    const bearer = { authorization: `Bearer ${body.accessToken}` };
    const [before, phoneNumber] = [user['phoneNumber'], freshNumber()];
    await client.post('/add-phone', { phoneNumber }, bearer).expect(200);
    await t.settled();
    expect(user['phoneNumber']).toBe(before);
    const proof = t.inbox.lastCodeFor(phoneNumber);
    await client.post('/add-phone', { phoneNumber, code: proof }, bearer).expect(200);
    expect(user['phoneNumber']).toBe(phoneNumber);

    const unproven = add({ phoneNumberVerified: false });
    await client.post('/sms/send', { userId: unproven.id }).expect(200);
    await t.settled();
    expect(t.inbox.messagesFor(String(unproven['phoneNumber']))).toEqual([]);
  });

  it('K13 nobody signs up by a number', async () => {
    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    await service.sendOtp({ phoneNumber });
    await t.settled();
    expect(t.inbox.messagesFor(phoneNumber)).toEqual([]);
  });
});

describe('the options of nodeAuth()', () => {
  const refusal = (options: object) => {
    try {
      nodeAuth({ ...SECRETS, ...options });
    } catch (error) {
      if (error instanceof PhoneAuthOptionError) return error.option;
      throw error;
    }
    return undefined;
  };

  it('S3.39 both secrets are required', () => {
    expect(refusal({ accessTokenSecret: undefined })).toBe('nodeAuth.accessTokenSecret');
    expect(refusal({ refreshTokenSecret: undefined })).toBe('nodeAuth.refreshTokenSecret');
  });

  it('S3.39 times are seconds, or texts as JWT libraries take them: 15 minutes and 7 days by default', () => {
    const times = (options: object) => {
      const { accessToken, refreshToken } = nodeAuth({ ...SECRETS, ...options });
      return [accessToken?.expiresIn, refreshToken?.expiresIn, refreshToken?.absoluteExpiresIn];
    };
    expect(times({})).toEqual([900, 604_800, 2_592_000]);
    expect(times({ accessTokenExpiresIn: '1h', refreshTokenExpiresIn: '8w' })).toEqual([
      3_600, 4_838_400, 4_838_400,
    ]);
    expect(times({ accessTokenExpiresIn: 120, refreshTokenExpiresIn: '2 d' })[1]).toBe(172_800);
    for (const time of ['soon', '15', '-1m', '1y', '', '1.5h', 'm15'])
      expect(refusal({ accessTokenExpiresIn: time })).toBe('nodeAuth.accessTokenExpiresIn');
  });

  it('K10, K20 sms is the gateway, with ten minutes; sendSms a callback; not both', () => {
    const gateway = { endpoint: 'https://sms.example.com', apiKey: 'k', username: 'u', password: 'p' };
    expect(nodeAuth({ ...SECRETS, sms: gateway })).toMatchObject({ expiresIn: 600 });
    expect(nodeAuth({ ...SECRETS, sendSms: () => 0 })).not.toHaveProperty('expiresIn');
    expect(nodeAuth(SECRETS).sendOTP).toBe(false);
    expect(refusal({ sms: gateway, sendSms: () => 0 })).toBe('nodeAuth.sms');
  });

  it('S3.44 domain and path are options, and the names say what a browser will check', async () => {
    const [platform] = everyAdapterAndDatabase;
    const t = await startOn(platform!, {
      options: fromNodeAuth({
        cookieOptions: {
          secure: true,
          domain: 'example.com',
          path: '/app',
          refreshTokenPath: '/app/auth/refresh',
        },
      }),
    });
    const user = await addAccount(t);
    await api(t).post('/sms/send', { userId: user.id });
    await t.settled();
    const code = t.inbox.lastCodeFor(user.phoneNumber);
    const cookies = cookiesByName(await api(t).post('/sms/verify', { userId: user.id, code }));
    for (const [name, path] of [
      ['__Secure-accessToken', 'Path=/app'],
      ['__Secure-refreshToken', 'Path=/app/auth/refresh'],
    ] as const)
      expect(cookies[name]?.attributes).toEqual(
        expect.arrayContaining([path, 'Domain=example.com', 'Secure']),
      );
    await t.close();
  });

  it('S3.46 what a factory alone says of routes and guards is said at boot', async () => {
    const start = (extras: object) =>
      createTestApp({
        metadata: {
          imports: [
            PhoneAuthModule.forRootAsync({
              ...extras,
              path: 'late',
              useFactory: () => ({
                secret: SECRETS.accessTokenSecret,
                ...fromNodeAuth({ rateLimiter: HostLimiter }),
              }),
            }),
          ],
        },
        override: (builder) => builder.setLogger(testLogger()),
      });
    await expect(start({})).rejects.toMatchObject({ option: 'dialects' });
    await expect(start({ dialects: ['node-auth'] })).rejects.toMatchObject({ option: 'guards' });
    const t = await start({ dialects: ['node-auth'], guards: [HostLimiter] });
    expect((await api(t, '/late').post('/sms/send', {}, { 'x-greedy': '1' })).status).toBe(429);
    await t.close();
  });

  it.each([
    ['session.strategy', { session: { strategy: 'opaque' }, refreshToken: undefined }],
    ['bindToClient', { bindToClient: true }],
  ] as const)('the dialect does not start with %s set otherwise', async (option, options) => {
    const [platform] = everyAdapterAndDatabase;
    await expect(
      startOn(platform!, { options: { ...fromNodeAuth(), ...options } as object }),
    ).rejects.toMatchObject({ option });
  });
});
