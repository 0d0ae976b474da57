import { PhoneAuthService } from 'nestjs-phone-auth';
import { createTestApp, type TestApp } from 'nestjs-phone-auth/testing';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessTokenOf, keysOf, verifyWith } from '../support/access-tokens.js';
import { api, cookiesOf, freshNumber } from '../support/api.js';
import {
  everyAdapterAndDatabase,
  makeAdapter,
  makeDatabase,
  type TestDatabase,
} from '../support/platforms.js';

const OLD = 'the secret of last year, and long enough too';
const NEW = 'the secret of this year, and long enough too';

describe.each(everyAdapterAndDatabase)('the secret is replaced on $name', ({ adapter, database: name }) => {
  let database: TestDatabase;
  let before: TestApp;
  let after: TestApp;
  let careless: TestApp;

  const start = (secret: string, previousSecrets: string[] = []) =>
    createTestApp({
      adapter: makeAdapter(adapter),
      database: database.options,
      options: { secret, previousSecrets, rateLimit: false },
    });
  beforeEach(async () => {
    database = await makeDatabase(name);
    before = await start(OLD);
    after = await start(NEW, [OLD]);
    careless = await start(NEW);
  });
  afterEach(async () => {
    for (const t of [before, after, careless]) await t.close();
    await database.drop();
  });

  it('a code that was sent before still works', async () => {
    const phoneNumber = freshNumber();
    const code = await api(before).codeFor(phoneNumber);
    expect((await api(careless).verify(phoneNumber, code)).body).toMatchObject({ code: 'INVALID_OTP' });
    expect((await api(after).verify(phoneNumber, code)).status).toBe(200);
  });

  it('S3.33 a temp token that was given before still finishes the sign-in', async () => {
    const { phoneNumber, user } = await api(before).signIn();
    const { tempToken } = await before.app.get(PhoneAuthService).startSecondFactor(user.id);
    const refused = await api(careless).post('/two-factor/send-otp', { tempToken });
    expect(refused.body).toMatchObject({ code: 'INVALID_TEMP_TOKEN' });
    const code = await api(after).secondFactorCodeFor(phoneNumber, tempToken);
    expect((await api(after).post('/two-factor/verify-otp', { tempToken, code })).status).toBe(200);
  });

  it('a cookie that was set before still signs in, and a new one is signed with the new secret', async () => {
    const { cookie, phoneNumber } = await api(before).signIn();
    expect((await api(careless).get('/get-session', { cookie })).text).toBe('null');
    expect((await api(after).get('/get-session', { cookie })).body.user.phoneNumber).toBe(phoneNumber);

    after.clock.advance({ hours: 25 });
    const renewed = cookiesOf(await api(after).get('/get-session', { cookie }));
    expect(renewed).not.toBe('');
    expect((await api(careless).get('/get-session', { cookie: renewed })).body.user).toBeDefined();
    expect((await api(before).get('/get-session', { cookie: renewed })).text).toBe('null');
  });

  it('R55 old tokens still verify, new ones are signed with the new key', async () => {
    const { bearer } = await api(before).signIn();
    const old = await accessTokenOf(before, bearer);
    const fresh = await accessTokenOf(after, bearer);
    const keys = await keysOf(after);
    const [present, previous] = keys.keys.map(({ kid }) => kid);
    expect(keys.keys).toHaveLength(2);
    expect(decodeProtectedHeader(fresh).kid).toBe(present);
    expect(decodeProtectedHeader(old).kid).toBe(previous);
    for (const token of [old, fresh])
      await expect(verifyWith(keys, token, before.clock.now())).resolves.toBeDefined();
    await expect(verifyWith(await keysOf(before), fresh, before.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    await expect(verifyWith(await keysOf(careless), old, before.clock.now())).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  it('R55 no key is published with its private half, and none symmetric', async () => {
    const { keys } = await keysOf(after);
    for (const key of keys) {
      expect(key.kty).toBe('EC');
      for (const secret of ['d', 'k', 'p', 'q']) expect(key).not.toHaveProperty(secret);
    }
  });
});
