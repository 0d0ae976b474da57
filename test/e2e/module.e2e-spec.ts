import { type DynamicModule, Injectable, Module, VersioningType } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  PHONE_AUTH_ENTITIES,
  PhoneAuthError,
  PhoneAuthModule,
  PhoneAuthService,
  SmsSender,
} from 'nestjs-phone-auth';
import { createTestApp, SmsInbox, type TestApp } from 'nestjs-phone-auth/testing';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { api, freshNumber } from '../support/api.js';
import { makeAdapter } from '../support/platforms.js';

const secret = 'a secret of the host that is long enough';
const sqlite = () =>
  TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    database: ':memory:',
    synchronize: true,
    autoLoadEntities: true,
  });

@Injectable()
class HostConfig {
  readonly secret = secret;
  readonly expiresIn = 120;
}

@Module({ providers: [HostConfig], exports: [HostConfig] })
class HostConfigModule {}

const hostWith = (...imports: DynamicModule[]) => {
  @Module({ imports: [sqlite(), ...imports] })
  class HostModule {}
  return HostModule;
};

describe.each(['express', 'fastify'] as const)('the module under %s', (adapter) => {
  let t: TestApp;
  afterEach(() => t.close());

  it('S1.1 boots with nothing but a send callback, and every route is there', async () => {
    const inbox = new SmsInbox();
    const module = hostWith(PhoneAuthModule.forRoot({ sendOTP: (message) => inbox.send(message) }));
    const nest = await Test.createTestingModule({ imports: [module] }).compile();
    const app = nest.createNestApplication(makeAdapter(adapter), { logger: false });
    await app.init();
    const instance: { ready?: () => Promise<unknown> } = app.getHttpAdapter().getInstance();
    await instance.ready?.();
    t = { ...(await createTestApp()), app, inbox, close: () => app.close() };
    const client = api(t);
    expect((await client.signIn()).token).toBeTruthy();
    for (const path of [
      '/phone-number/send-otp',
      '/phone-number/verify',
      '/sign-in/phone-number',
      '/sign-out',
      '/update-user',
    ]) {
      expect((await client.post(path)).status, path).not.toBe(404);
    }
    for (const path of ['/ok', '/get-session']) expect((await client.get(path)).status, path).toBe(200);
  });

  it('forRootAsync takes options from the host by DI and registers the routes', async () => {
    const module = hostWith(
      PhoneAuthModule.forRootAsync({
        imports: [HostConfigModule],
        inject: [HostConfig],
        useFactory: (config: HostConfig) => ({ secret: config.secret, expiresIn: config.expiresIn }),
        path: 'login',
      }),
    );
    t = await createTestApp({ module, adapter: makeAdapter(adapter) });
    const answer = await api(t, '/login').sendOtp(freshNumber());
    expect(answer.body.expiresIn).toBe(120);
  });

  it('path moves every route, below a global prefix and a version', async () => {
    t = await createTestApp({
      adapter: makeAdapter(adapter),
      options: { path: 'account/phone' },
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    });
    await api(t, '/api/v1/account/phone').signIn();
    expect((await api(t, '/auth').get('/ok')).status).toBe(404);
  });

  it('broken JSON is worded by the module below a prefix and a version too, and by the host on the host’s routes', async () => {
    t = await createTestApp({
      adapter: makeAdapter(adapter),
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    });
    const json = { 'content-type': 'application/json' };
    const ours = await api(t, '/api/v1/auth').post('/phone-number/send-otp', '{', json);
    expect(ours.body).toEqual({
      statusCode: 400,
      code: 'BAD_REQUEST',
      message: 'Invalid JSON in request body',
      error: 'Bad Request',
    });
    const large = await api(t, '/api/v1/auth').post('/phone-number/send-otp', {
      phoneNumber: 'x'.repeat(2_000_000),
    });
    expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const theirs = await api(t, '/elsewhere').post('/orders', '{', json);
    expect(theirs.body.code).toBeUndefined();
  });

  it('controllers: false mounts nothing, and the service does it all', async () => {
    t = await createTestApp({ adapter: makeAdapter(adapter), options: { controllers: false } });
    expect((await api(t).get('/ok')).status).toBe(404);

    const service = t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    expect(await service.sendOtp({ phoneNumber })).toEqual({
      expiresIn: 300,
      resendAfter: 30,
      challenge: expect.any(String),
    });
    await t.settled();
    await expect(service.verify({ phoneNumber, code: '00000' })).rejects.toThrow(PhoneAuthError);
    const result = await service.verify({
      phoneNumber,
      code: t.inbox.lastCodeFor(phoneNumber),
      userAgent: 'a job',
    });
    expect(result).toMatchObject({
      isNewUser: true,
      user: { phoneNumber },
      signedIn: { session: { userAgent: 'a job' } },
    });
    const token = result.signedIn?.token ?? '';
    expect((await service.getSession(token))?.user.id).toBe(result.user.id);
    expect((await service.updateUser(result.user.id, { name: 'Ada' })).name).toBe('Ada');

    const other = freshNumber();
    await service.sendOtp({ phoneNumber: other, requestedBy: result.user.id });
    await t.settled();
    const linked = await service.linkPhoneNumber({
      userId: result.user.id,
      phoneNumber: other,
      code: t.inbox.lastCodeFor(other),
    });
    expect(linked).toMatchObject({ id: result.user.id, phoneNumber: other });
    await service.signOut(token);
    expect(await service.getSession(token)).toBeNull();
    await expect(
      service.signInWithPassword({ phoneNumber: other, password: 'none was set' }),
    ).rejects.toMatchObject({
      code: 'INVALID_PHONE_NUMBER_OR_PASSWORD',
    });
  });

  it('a named data source holds the tables, and the default one none of them', async () => {
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', synchronize: true }),
        TypeOrmModule.forRoot({
          name: 'people',
          type: 'better-sqlite3',
          database: ':memory:',
          synchronize: true,
          autoLoadEntities: true,
        }),
        PhoneAuthModule.forRoot({ secret, dataSource: 'people' }),
      ],
    })
    class HostModule {}
    t = await createTestApp({ module: HostModule, adapter: makeAdapter(adapter) });
    await api(t).signIn();
    const tables = (name?: string) =>
      t.app
        .get(getDataSourceToken(name))
        .query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'phone_auth_%'`);
    expect(await tables('people')).toHaveLength(PHONE_AUTH_ENTITIES.length);
    expect(await tables()).toHaveLength(0);
  });

  it('entityPrefix of the host applies', async () => {
    t = await createTestApp({
      adapter: makeAdapter(adapter),
      database: { type: 'better-sqlite3', database: ':memory:', synchronize: true, entityPrefix: 'acme_' },
    });
    await api(t).signIn();
    const rows: unknown[] = await t.app.get(getDataSourceToken()).query('SELECT * FROM acme_phone_auth_user');
    expect(rows).toHaveLength(1);
  });

  it('several instances stand side by side, each with its own path, options and cookie', async () => {
    const module = hostWith(
      PhoneAuthModule.forRoot({ secret, path: 'auth' }),
      PhoneAuthModule.forRoot({
        secret: `${secret} for the staff`,
        path: 'staff',
        otpLength: 8,
        session: { cookie: { prefix: 'staff' } },
      }),
    );
    t = await createTestApp({ module, adapter: makeAdapter(adapter) });
    expect(await api(t, '/auth').codeFor(freshNumber())).toHaveLength(6);
    expect(await api(t, '/staff').codeFor(freshNumber())).toHaveLength(8);
    const member = await api(t, '/auth').signIn();
    const staff = await api(t, '/staff').signIn();
    expect(member.cookie).toMatch(/^better-auth\.session_token=/);
    expect(staff.cookie).toMatch(/^staff\.session_token=/);
    expect((await api(t, '/staff').get('/get-session', { cookie: member.cookie })).text).toBe('null');
  });

  it('a sender is swapped by one line of DI', async () => {
    const sent: string[] = [];
    @Injectable()
    class AcmeSmsSender extends SmsSender {
      send({ phoneNumber, text }: { phoneNumber: string; text: string }) {
        sent.push(`${phoneNumber} ${text}`);
        return Promise.resolve();
      }
    }
    const nest = await Test.createTestingModule({
      imports: [
        sqlite(),
        PhoneAuthModule.forRoot({ secret, providers: [{ provide: SmsSender, useClass: AcmeSmsSender }] }),
      ],
    }).compile();
    const app = nest.createNestApplication({ logger: false });
    await app.init();
    t = { ...(await createTestApp()), app, close: () => app.close() };
    const phoneNumber = freshNumber();
    await request(app.getHttpServer()).post('/auth/phone-number/send-otp').send({ phoneNumber }).expect(200);
    expect(sent[0]).toMatch(new RegExp(`^\\${phoneNumber} Your code is \\d{6}$`));
  });

  it('S1.2, S4.3 sendOTP: false is answered 501 SEND_OTP_NOT_IMPLEMENTED', async () => {
    const nest = await Test.createTestingModule({
      imports: [sqlite(), PhoneAuthModule.forRoot({ secret, sendOTP: false })],
    }).compile();
    const app = nest.createNestApplication({ logger: false });
    await app.init();
    t = { ...(await createTestApp()), app, close: () => app.close() };
    const answer = await api(t).sendOtp(freshNumber());
    expect([answer.status, answer.body.code]).toEqual([501, 'SEND_OTP_NOT_IMPLEMENTED']);
  });
});

describe('password reset through the options', () => {
  it('S4.43 sendPasswordResetOTP sends reset codes in place of sendOTP', async () => {
    const sent: [via: string, purpose: string][] = [];
    const nest = await Test.createTestingModule({
      imports: [
        sqlite(),
        PhoneAuthModule.forRoot({
          secret,
          delivery: 'await',
          sendOTP: ({ purpose, code }) => codes.push(code) && sent.push(['sendOTP', purpose]),
          sendPasswordResetOTP: ({ purpose }) => sent.push(['sendPasswordResetOTP', purpose]),
        }),
      ],
    }).compile();
    const codes: string[] = [];
    const service = nest.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    await service.sendOtp({ phoneNumber });
    await service.verify({ phoneNumber, code: codes[0] ?? '' });
    await service.requestPasswordReset(phoneNumber);
    await nest.close();
    expect(sent).toEqual([
      ['sendOTP', 'sign-in'],
      ['sendPasswordResetOTP', 'reset-password'],
    ]);
  });

  it('S4.50 a shutdown waits for messages that are still on their way', async () => {
    let arrived = false;
    const nest = await Test.createTestingModule({
      imports: [
        sqlite(),
        PhoneAuthModule.forRoot({
          secret,
          sendOTP: () => {},
          verifyOTP: () => true,
          sendPasswordResetOTP: () =>
            new Promise((resolve) => setTimeout(() => resolve((arrived = true)), 50)),
        }),
      ],
    }).compile();
    const service = nest.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    await service.sendOtp({ phoneNumber });
    await service.verify({ phoneNumber, code: '000000' });
    await service.requestPasswordReset(phoneNumber);
    expect(arrived).toBe(false);
    await nest.close();
    expect(arrived).toBe(true);
  });
});

describe('booting', () => {
  const boot = (...imports: DynamicModule[]) =>
    Test.createTestingModule({ imports: [hostWith(...imports)] })
      .setLogger({ log() {}, error() {}, warn() {} })
      .compile();

  it.each([
    [{ secret: 'too short' }, 'secret', '9 characters long'],
    [{ secret, otpLength: 3 }, 'otpLength', '3'],
    [{ secret, otpLength: 11 }, 'otpLength', '11'],
    [{ secret, expiresIn: 601 }, 'expiresIn', '601'],
    [{ secret, rateLimit: { window: 1 } }, 'rateLimit.window', '1'],
  ])('S2.26, R2 refuses %o and says what is allowed', async (options, option, found) => {
    await expect(boot(PhoneAuthModule.forRoot(options))).rejects.toMatchObject({
      name: 'PhoneAuthOptionError',
      option,
      message: expect.stringContaining(`${option} is ${found}: use `),
    });
    await expect(boot(PhoneAuthModule.forRootAsync({ useFactory: () => options }))).rejects.toMatchObject({
      option,
    });
  });

  it('S1.2 refuses to start in production without a sender', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(boot(PhoneAuthModule.forRoot({ secret }))).rejects.toThrow(
        /sendOTP is missing.*SmsSender/,
      );
      await expect(boot(PhoneAuthModule.forRoot({ sendOTP: () => {} }))).rejects.toThrow(/secret is missing/);
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('S4.49 refuses another name for a column that there is not', () => {
    const schema = { user: { columns: { phone: 'p' } as object } };
    expect(() => PhoneAuthModule.forRoot({ secret, schema })).toThrow(
      /schema\.user\.columns\.phone is unknown: known here: id, name,/,
    );
  });

  it('says how to mend a data source that does not know the tables', async () => {
    const nest = Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', entities: [] }),
        PhoneAuthModule.forRoot({ secret }),
      ],
    }).setLogger({ log() {}, error() {}, warn() {} });
    await expect(nest.compile()).rejects.toThrow(/autoLoadEntities: true, or add \.\.\.PHONE_AUTH_ENTITIES/);
  });

  it('isGlobal lets the whole application inject the service', async () => {
    @Injectable()
    class Elsewhere {
      constructor(readonly phoneAuth: PhoneAuthService) {}
    }
    @Module({ providers: [Elsewhere] })
    class ElsewhereModule {}
    const nest = await Test.createTestingModule({
      imports: [sqlite(), PhoneAuthModule.forRoot({ secret, isGlobal: true }), ElsewhereModule],
    }).compile();
    expect(nest.get(Elsewhere, { strict: false }).phoneAuth).toBeInstanceOf(PhoneAuthService);
    await nest.close();
  });
});
