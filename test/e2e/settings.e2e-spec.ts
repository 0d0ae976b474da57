import { createHash } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { type PhoneAuthEvent, PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveSettings } from '../../src/options/live-settings.js';
import { Settings } from '../../src/settings/settings.js';
import { PhoneAuthSetting } from '../../src/settings/setting.entity.js';
import { HostResolver } from '../../src/webhooks/host-resolver.js';
import { freshNumber, wrong } from '../support/api.js';
import type { Answer, RequestHeaders } from '../support/http-client.js';
import { everyAdapterAndDatabase, platforms } from '../support/platforms.js';
import { parallel, ServedApp } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';

const KEY = 'an-operator-key-that-nobody-guesses';
const NEXT_KEY = 'the-key-that-takes-its-place-in-spring';
const PLUGIN = '/plugins/phone-number';
const PAIR = '/projects/shiny-wind-028834/branches/br-aged-salad-637688/auth';

/** What the names of receivers stand for. */
class Names extends HostResolver {
  override resolve(host: string): Promise<LookupAddress[]> {
    const address = { 'hooks.example.com': '8.8.8.8', 'inside.example.com': '10.0.0.7' }[host];
    return address === undefined
      ? Promise.reject(new Error('ENOTFOUND'))
      : Promise.resolve([{ address, family: 4 }]);
  }
}

const bearer = (key: string): RequestHeaders => ({ authorization: `Bearer ${key}` });
const get = ({ http }: ServedApp, path = PLUGIN, headers = bearer(KEY)) => http.get(path, headers);
const patch = ({ http }: ServedApp, body: unknown, path = PLUGIN, headers = bearer(KEY)) =>
  http.send('PATCH', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
const told = ({ status, body }: Answer) => [status, body];
const rows = (served: ServedApp) =>
  served.dataSource.getRepository(PhoneAuthSetting).findBy({ name: 'phone-number' });

describe.each(everyAdapterAndDatabase)('what operators set, on $name', (platform) => {
  const events: PhoneAuthEvent[] = [];
  let two: Awaited<ReturnType<typeof startTwoOn>>;
  let served: ServedApp;
  let other: ServedApp;

  beforeAll(async () => {
    two = await startTwoOn(platform, {
      options: {
        enabled: false,
        resendDelays: false,
        limits: { sends: false, pumping: false },
        dialects: ['kavachos', 'node-auth'],
        session: { strategy: 'token-pair' },
        admin: {
          apiKeys: [KEY, NEXT_KEY],
          project: { projectId: 'shiny-wind-028834', branchId: 'br-aged-salad-637688' },
          allowedAttempts: true,
        },
        webhooks: { endpointId: 'ep-1' },
        onEvent: (event) => void events.push(event),
        providers: [{ provide: HostResolver, useClass: Names }],
      },
    });
    [served, other] = two.instances;
  });
  afterAll(() => two.close());
  /** The other process learns of it as it does by itself, every second, but now. */
  const otherLooks = () => other.t.app.get(Settings, { strict: false }).refresh();
  const switchedOn = () => patch(served, { enabled: true, otp_expires_in: 300, allowed_attempts: 3 });

  it('S5.10, S5.52 before anybody has set anything the options hold, and no row is there', async () => {
    const fresh = { enabled: false, otp_expires_in: 300, allowed_attempts: 3 };
    expect(told(await get(served))).toEqual([200, fresh]);
    expect(told(await get(served, '/plugins'))).toEqual([200, { phone_number: fresh }]);
    expect((await get(served)).headers['cache-control']).toBe('no-store');
    expect(await rows(served)).toEqual([]);
  });

  it('S5.13 without a key, with a wrong one, by a cookie, or with the key anywhere else nothing is told or changed', async () => {
    for (const headers of [
      {},
      bearer(''),
      bearer(`${KEY}x`),
      bearer(KEY.slice(0, -1)),
      { authorization: `Basic ${Buffer.from(KEY).toString('base64')}` },
      { authorization: KEY },
      { cookie: `better-auth.session_token=${encodeURIComponent(KEY)}`, origin: served.http.origin },
      { 'x-api-key': KEY },
    ]) {
      for (const path of [PLUGIN, `${PAIR}${PLUGIN}`, `/projects/unknown/branches/unknown/auth${PLUGIN}`]) {
        expect(told(await get(served, path, headers))).toMatchObject([401, { code: 'UNAUTHORIZED' }]);
        expect((await patch(served, { enabled: true }, path, headers)).status).toBe(401);
      }
    }
    expect((await served.http.get(`${PLUGIN}?api_key=${encodeURIComponent(KEY)}`)).status).toBe(401);
    expect(await rows(served)).toEqual([]);
  });

  it('S5.13 one key may take the place of another without a gap', async () => {
    expect((await get(served, PLUGIN, bearer(NEXT_KEY))).status).toBe(200);
  });

  describe('with phone sign-in switched off', () => {
    beforeEach(async () => {
      await patch(served, { enabled: false });
      await otherLooks();
    });

    it('S5.15 every phone route is 404 PHONE_SIGN_IN_DISABLED, in every dialect and process, and nothing is sent', async () => {
      const phoneNumber = freshNumber();
      const sent = served.t.inbox.messages.length;
      for (const instance of [served, other]) {
        for (const [path, body] of [
          ['/phone-number/send-otp', { phoneNumber }],
          ['/phone-number/verify', { phoneNumber, code: '123456' }],
          ['/sign-in/phone-number', { phoneNumber, code: '123456' }],
          ['/sign-in/phone-number', { phoneNumber, password: 'correct horse' }],
          ['/phone-number/request-password-reset', { phoneNumber }],
          ['/phone-number/reset-password', { phoneNumber, otp: '123456', newPassword: 'correct horse' }],
          ['/phone/send-code', { phone: phoneNumber }],
          ['/phone/verify-code', { phone: phoneNumber, code: '123456' }],
          ['/sms/send', { userId: 'somebody' }],
          ['/sms/verify', { userId: 'somebody', code: '123456' }],
        ] as const) {
          const { status, body: answer } = await instance.http.post(path, body);
          expect([path, status, answer.code]).toEqual([path, 404, 'PHONE_SIGN_IN_DISABLED']);
        }
        expect((await instance.http.get('/phone-number/delivery')).body.code).toBe('PHONE_SIGN_IN_DISABLED');
      }
      await served.t.settled();
      expect(served.t.inbox.messages).toHaveLength(sent);
    });

    it('S5.15 so is every such call of the service', async () => {
      const service = other.t.app.get(PhoneAuthService, { strict: false });
      const phoneNumber = freshNumber();
      for (const call of [
        () => service.sendOtp({ phoneNumber }),
        () => service.verify({ phoneNumber, code: '123456' }),
        () => service.consumePhoneNumberOTP({ phoneNumber, code: '123456' }),
        () => service.linkPhoneNumber({ userId: 'somebody', phoneNumber, code: '123456' }),
        () => service.signInWithPassword({ phoneNumber, password: 'correct horse' }),
        () => service.requestPasswordReset(phoneNumber),
        () => service.resetPassword({ phoneNumber, otp: '123456', newPassword: 'correct horse' }),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'PHONE_SIGN_IN_DISABLED' });
      }
    });

    it('S5.15 whoever is signed in stays signed in', async () => {
      await switchedOn();
      const { bearer: session } = await served.signIn();
      await patch(served, { enabled: false });
      expect((await served.http.get('/get-session', session)).body.user).toBeDefined();
      expect((await served.http.post('/sign-out', {}, session)).status).toBe(200);
    });
  });

  describe('with phone sign-in switched on', () => {
    beforeEach(async () => {
      await switchedOn();
      await otherLooks();
      events.length = 0;
    });

    it('S5.9, S5.11 PATCH answers with the whole, and leaves alone what it does not name', async () => {
      const all = { enabled: true, otp_expires_in: 300, allowed_attempts: 3 };
      expect(told(await patch(served, { otp_expires_in: 120 }))).toEqual([
        200,
        { ...all, otp_expires_in: 120 },
      ]);
      expect(told(await patch(served, { enabled: false }))).toEqual([
        200,
        { enabled: false, otp_expires_in: 120, allowed_attempts: 3 },
      ]);
      const [before] = await rows(served);
      expect(told(await patch(served, {}))).toEqual([
        200,
        { enabled: false, otp_expires_in: 120, allowed_attempts: 3 },
      ]);
      expect(await rows(served)).toEqual([before]);
    });

    it.each([60, 600])('S5.12 a lifetime of %d seconds is stored', async (otp_expires_in) => {
      expect(told(await patch(served, { otp_expires_in }))).toMatchObject([200, { otp_expires_in }]);
      expect(told(await get(other))).toMatchObject([200, { otp_expires_in }]);
    });

    it.each([
      ['otp_expires_in', 59],
      ['otp_expires_in', 601],
      ['otp_expires_in', 60.5],
      ['otp_expires_in', '300'],
      ['otp_expires_in', null],
      ['otp_expires_in', [300]],
      ['enabled', 'true'],
      ['enabled', 1],
      ['enabled', null],
      ['allowed_attempts', 0],
      ['allowed_attempts', 11],
      ['allowed_attempts', '3'],
      ['expiresIn', 300],
      ['webhook_url', 'https://example.com'],
    ])('S5.12, S5.17 %s of %j is 400, named, and nothing is stored', async (field, value) => {
      const before = await rows(served);
      const { status, body } = await patch(served, { enabled: false, [field]: value });
      expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.message).toContain(`[body.${field}]`);
      expect(await rows(served)).toEqual(before);
    });

    it('S5.12 a body that is no object, no JSON, or no field is 4xx', async () => {
      const before = await rows(served);
      for (const body of ['[]', '"enabled"', 'null', '{']) {
        const { status } = await served.http.send('PATCH', PLUGIN, body, {
          'content-type': 'application/json',
          ...bearer(KEY),
        });
        expect([body, status]).toEqual([body, 400]);
      }
      const form = { 'content-type': 'application/x-www-form-urlencoded', ...bearer(KEY) };
      expect((await served.http.send('PATCH', PLUGIN, 'enabled=false', form)).status).toBe(415);
      expect(await rows(served)).toEqual(before);
    });

    it('S5.14 the next code of every process has the new lifetime, and the codes that are out keep theirs', async () => {
      const [early, late] = [freshNumber(), freshNumber()];
      const earlyCode = await other.codeFor(early);
      await patch(served, { otp_expires_in: 60 });
      await otherLooks();

      const answer = await other.sendOtp(late);
      expect(answer.body).toMatchObject({ expiresIn: 60 });
      await other.t.settled();
      expect(other.t.inbox.messages.at(-1)).toMatchObject({ phoneNumber: late, expiresIn: 60 });
      two.clock.advance({ seconds: 60 });
      expect((await other.verify(late, other.t.inbox.lastCodeFor(late))).body.code).toBe('OTP_EXPIRED');
      expect((await served.verify(early, earlyCode)).status).toBe(200);
    });

    it('S5.14 the same request again is told the lifetime that its code was made with', async () => {
      const phoneNumber = freshNumber();
      const key = { 'idempotency-key': freshNumber() };
      const first = await served.sendOtp(phoneNumber, key);
      await patch(served, { otp_expires_in: 600 });
      const again = await served.sendOtp(phoneNumber, key);
      expect(again.body).toEqual(first.body);
    });

    it('S5.14 survives a restart', async () => {
      await patch(served, { otp_expires_in: 240, allowed_attempts: 5 });
      const restarted = await two.another();
      expect((await restarted.sendOtp(freshNumber())).body).toMatchObject({ expiresIn: 240 });
      expect(told(await get(restarted))).toEqual([
        200,
        { enabled: true, otp_expires_in: 240, allowed_attempts: 5 },
      ]);
    });

    it('S5.11 of fifty changes at once by two processes, to different fields, none is lost', async () => {
      await parallel(48, (n) =>
        patch(
          n % 2 ? served : other,
          n % 3 ? { otp_expires_in: 60 + n } : { allowed_attempts: 1 + (n % 10) },
        ),
      );
      const [lifetime, attempts] = await Promise.all([
        patch(served, { otp_expires_in: 599 }),
        patch(other, { allowed_attempts: 7 }),
      ]);
      expect([lifetime.status, attempts.status]).toEqual([200, 200]);
      for (const instance of [served, other])
        expect(told(await get(instance))).toEqual([
          200,
          { enabled: true, otp_expires_in: 599, allowed_attempts: 7 },
        ]);
    });

    it('S5.17, I1 allowed_attempts holds for the next guess, and brings no dead code back', async () => {
      await patch(served, { allowed_attempts: 1 });
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      expect((await served.verify(phoneNumber, wrong(code))).body).toMatchObject({
        code: 'INVALID_OTP',
        attemptsRemaining: 0,
      });
      expect((await served.verify(phoneNumber, code)).body.code).toBe('TOO_MANY_ATTEMPTS');
      await patch(served, { allowed_attempts: 10 });
      expect((await served.verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
      const next = await served.codeFor(phoneNumber);
      expect((await served.verify(phoneNumber, wrong(next))).body).toMatchObject({ attemptsRemaining: 9 });
    });

    it('S5.16 the long paths of one pair are the same settings; another pair is 404', async () => {
      expect(told(await patch(served, { otp_expires_in: 180 }, `${PAIR}${PLUGIN}`))).toMatchObject([
        200,
        { otp_expires_in: 180 },
      ]);
      expect(told(await get(served, `${PAIR}/plugins`))).toMatchObject([
        200,
        { phone_number: { otp_expires_in: 180 } },
      ]);
      for (const pair of [
        '/projects/shiny-wind-028834/branches/br-another/auth',
        '/projects/another/branches/br-aged-salad-637688/auth',
        '/projects/br-aged-salad-637688/branches/shiny-wind-028834/auth',
      ]) {
        const { status, body } = await patch(served, { enabled: false }, `${pair}${PLUGIN}`);
        expect([status, body.code]).toEqual([404, 'PROJECT_NOT_FOUND']);
      }
      expect(told(await get(served))).toMatchObject([200, { enabled: true }]);
    });

    it('S5.14 a change is told as an event that names the key and does not hold it', async () => {
      await patch(served, { otp_expires_in: 90 });
      await patch(served, { enabled: true }, PLUGIN, bearer(NEXT_KEY));
      await served.t.settled();
      const changes = events.filter(({ type }) => type === 'settings.changed');
      expect(changes).toMatchObject([
        { setting: 'phone-number', fields: ['expiresIn'] },
        { setting: 'phone-number', fields: ['enabled'] },
      ]);
      const ids = changes.map((event) => (event as { keyId: string }).keyId);
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}$/);
      const plainHash = createHash('sha256').update(KEY).digest('hex');
      expect(ids).not.toContain(plainHash.slice(0, 8));
      expect(JSON.stringify(changes)).not.toContain(KEY);
    });

    it('S5.14 a row that somebody wrote by hand and that cannot be right changes nothing', async () => {
      const settings = served.dataSource.getRepository(PhoneAuthSetting);
      const [row] = await rows(served);
      for (const value of ['{"expiresIn":86400}', '{"enabled":"no"}', 'off', '[]', '{"secret":"x"}']) {
        await settings.update({ name: 'phone-number' }, { value, version: 9_000 });
        await expect(otherLooks()).rejects.toThrow(/the setting phone-number|JSON/);
        expect((await other.sendOtp(freshNumber())).body).toMatchObject({ expiresIn: 300 });
      }
      await settings.save(row!);
    });
  });

  describe('webhooks', () => {
    const put = ({ http }: ServedApp, body: object, path = '/webhooks', headers = bearer(KEY)) =>
      http.send('PUT', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
    const stored = () => served.dataSource.getRepository(PhoneAuthSetting).findOneBy({ name: 'webhooks' });
    const all = {
      enabled: true,
      webhook_url: 'https://hooks.example.com/phone?key=a-secret-of-the-receiver',
      enabled_events: ['send.otp', 'phone_number.verified'],
      timeout_seconds: 9,
    };
    const fresh = { ...all, enabled: false, webhook_url: null, timeout_seconds: 5 };
    beforeEach(() => void (events.length = 0));

    it('S5.34 before anybody has set anything the options hold', async () => {
      expect(told(await get(served, '/webhooks'))).toEqual([200, fresh]);
      expect(told(await get(served, `${PAIR}/webhooks`))).toEqual([200, fresh]);
      expect(await stored()).toBeNull();
    });

    it('S5.34, S5.36 PUT sets all of it, in every process; what is left out is as the options say', async () => {
      expect(told(await put(served, all))).toEqual([200, all]);
      expect(told(await get(other, '/webhooks'))).toEqual([200, all]);
      expect(other.t.app.get(LiveSettings, { strict: false }).webhooks).toEqual({
        enabled: true,
        url: all.webhook_url,
        events: all.enabled_events,
        timeoutSeconds: 9,
      });
      const one = { ...all, enabled_events: ['phone_number.verified'], timeout_seconds: 1 };
      expect(told(await put(other, one, `${PAIR}/webhooks`))).toEqual([200, one]);
      const none = { ...all, enabled_events: [] };
      expect(told(await put(served, none))).toEqual([200, none]);
      expect(told(await put(served, { enabled: false }))).toEqual([200, fresh]);
      const { body } = await get(served, '/webhooks');
      expect(told(await put(served, body))).toEqual([200, fresh]);
    });

    it.each([
      ['enabled', undefined],
      ['enabled', 'true'],
      ['webhook_url', ''],
      ['webhook_url', 7],
      ['webhook_url', ['https://hooks.example.com']],
      ['webhook_url', 'hooks.example.com'],
      ['webhook_url', 'ftp://hooks.example.com'],
      ['webhook_url', 'javascript:alert(1)'],
      ['webhook_url', 'https://name:password@hooks.example.com'],
      ['webhook_url', `https://hooks.example.com/${'a'.repeat(2_048)}`],
      ['enabled_events', 'send.otp'],
      ['enabled_events', ['send.otp', 'user.created']],
      ['enabled_events', [['send.otp']]],
      ['enabled_events', [{}]],
      ['enabled_events', ['send.otp', 'send.otp']],
      ['timeout_seconds', 0],
      ['timeout_seconds', 11],
      ['timeout_seconds', 2.5],
      ['timeout_seconds', '5'],
      ['otp_expires_in', 300],
    ])('S5.34 %s of %j is 400, named, and nothing is stored', async (field, value) => {
      const before = await stored();
      const { status, body } = await put(served, { ...all, [field]: value });
      expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(body.message).toContain(`[body.${field}]`);
      expect(await stored()).toEqual(before);
    });

    it.each([
      'http://hooks.example.com/phone',
      'https://inside.example.com/',
      'https://nowhere.example.com/',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/latest/meta-data/',
      'https://2130706433/',
    ])('S5.34, S5.35 events cannot be sent to %s, and the answer does not tell why', async (webhook_url) => {
      const before = await stored();
      const { status, body } = await put(served, { ...all, webhook_url });
      expect([status, body.code]).toEqual([400, 'INVALID_WEBHOOK_URL']);
      expect(body.message).toBe(
        '[body.webhook_url] must be an address of https that is found on the internet',
      );
      expect((await put(served, { ...all, enabled: false, webhook_url })).status).toBe(400);
      expect(await stored()).toEqual(before);
    });

    it('S5.34 they cannot be switched on without an address', async () => {
      expect((await put(served, { enabled: true })).body.code).toBe('INVALID_WEBHOOK_URL');
      expect((await put(served, { ...all, webhook_url: null })).body.code).toBe('INVALID_WEBHOOK_URL');
    });

    it('S5.13, S5.16 takes a key, and the pair', async () => {
      expect((await get(served, '/webhooks', {})).status).toBe(401);
      expect((await put(served, all, '/webhooks', bearer('another'))).status).toBe(401);
      expect((await put(served, all, '/projects/a/branches/b/auth/webhooks')).status).toBe(404);
    });

    it('S5.14, R62 the event of a change names fields, and not the address', async () => {
      await put(served, all);
      await served.t.settled();
      const [change] = events;
      expect(change).toMatchObject({
        type: 'settings.changed',
        setting: 'webhooks',
        fields: ['enabled', 'url', 'events', 'timeoutSeconds'],
      });
      expect(JSON.stringify(change)).not.toContain('hooks.example.com');
    });
  });
});

describe.each(platforms.filter(({ adapter }) => adapter === 'express'))('on time, on $name', (platform) => {
  it('S5.14 another process keeps to a change within a second, by itself', async () => {
    const two = await startTwoOn(platform, { options: { admin: { apiKeys: [KEY] } } });
    const [served, other] = two.instances;
    await patch(served, { otp_expires_in: 77 });
    const changedAt = Date.now();
    const lifetime = async () => (await other.sendOtp(freshNumber())).body;
    await expect.poll(lifetime, { timeout: 5_000, interval: 20 }).toMatchObject({ expiresIn: 77 });
    // a second, and what the look and the requests take on a busy machine
    expect(Date.now() - changedAt).toBeLessThan(2_000);
    await two.close();
  });
});

it('S5.14 a database that is down leaves the settings as they were, and the process looks again', async () => {
  const [platform] = everyAdapterAndDatabase;
  const served = await ServedApp.on(platform!, { options: { admin: { apiKeys: [KEY] } } });
  await patch(served, { otp_expires_in: 88 });
  await served.dataSource.query('ALTER TABLE phone_auth_setting RENAME TO elsewhere');
  expect((await get(served)).status).toBe(503);
  expect((await patch(served, { otp_expires_in: 99 })).status).toBe(503);
  expect((await served.sendOtp(freshNumber())).body).toMatchObject({ expiresIn: 88 });
  await served.dataSource.query('ALTER TABLE elsewhere RENAME TO phone_auth_setting');
  expect(told(await patch(served, { otp_expires_in: 99 }))).toMatchObject([200, { otp_expires_in: 99 }]);
  await served.close();
});

describe('without operators', () => {
  it('S5.13 there are no such routes, and the table is never asked', async () => {
    const [platform] = everyAdapterAndDatabase;
    const served = await ServedApp.on(platform!);
    await served.dataSource.query('DROP TABLE phone_auth_setting');
    for (const path of ['/plugins', PLUGIN, `${PAIR}${PLUGIN}`])
      expect((await get(served, path)).status).toBe(404);
    await served.signIn();
    await expect(served.t.app.get(Settings, { strict: false }).onModuleInit()).resolves.toBeUndefined();
    await served.close();
  });

  it('S5.17 without the switch allowed_attempts is no field', async () => {
    const [platform] = everyAdapterAndDatabase;
    const served = await ServedApp.on(platform!, { options: { admin: { apiKeys: [KEY] } } });
    expect(told(await get(served))).toEqual([200, { enabled: true, otp_expires_in: 300 }]);
    const { status, body } = await patch(served, { allowed_attempts: 3 });
    expect([status, body.message]).toEqual([400, '[body.allowed_attempts] is not a field of this route']);
    expect((await get(served, `${PAIR}${PLUGIN}`)).status).toBe(404);
    // nothing goes to webhooks where the host has none
    expect((await get(served, '/webhooks')).status).toBe(404);
    await served.close();
  });

  it('S5.13 keys are counted by address: who guesses is told to wait', async () => {
    const [platform] = everyAdapterAndDatabase;
    const served = await ServedApp.on(platform!, { options: { rateLimit: {}, admin: { apiKeys: [KEY] } } });
    const answers = await parallel(70, () => get(served, PLUGIN, bearer('some-other-key')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]?.headers['retry-after']).toBe('60');
    await served.close();
  });
});
