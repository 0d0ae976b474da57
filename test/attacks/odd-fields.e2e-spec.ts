import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const JSON_BODY = { 'content-type': 'application/json' };

/** What has been taken for a code elsewhere, beside codes. */
const ODD_CODES: unknown[] = [
  null,
  '',
  '      ',
  123456,
  true,
  [],
  ['123456'],
  {},
  { $ne: null },
  '１２３４５６',
  '١٢٣٤٥٦',
  '1234567',
  '12345',
  '12345\u0000',
  '123456\n',
  '1e5000',
  '9'.repeat(10_000),
  "' OR '1'='1",
];

describe.each(platforms)('odd fields on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
  });
  afterAll(() => served.close());

  it.each(['/phone-number/verify', '/sign-in/phone-number'])(
    'A23, 8.17 what is no code is 400 on %s and costs the owner no attempt',
    async (route) => {
      const phoneNumber = freshNumber();
      await served.codeFor(phoneNumber);
      for (const code of ODD_CODES) {
        const { status, body } = await served.http.post(route, { phoneNumber, code });
        expect([status, body.code], JSON.stringify(code)).toEqual([400, 'VALIDATION_ERROR']);
      }
      expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ attempts: 0 }]);
    },
  );

  it.each(['rememberMe', 'password'])(
    'A23, 8.17 %s: null beside a right code is 400, and the code stays good',
    async (field) => {
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const refused = await served.http.post('/sign-in/phone-number', { phoneNumber, code, [field]: null });

      expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect((await served.verify(phoneNumber, code)).status).toBe(200);
    },
  );

  it('A23 of a code given twice one is read: a request is one guess', async () => {
    const phoneNumber = freshNumber();
    await served.codeFor(phoneNumber);
    const body = `{"phoneNumber":"${phoneNumber}","code":"000000","code":"000001","otp":"000002"}`;
    await served.http.send('POST', '/phone-number/verify', body, JSON_BODY);

    expect((await served.rows(PhoneAuthCode, { phoneNumber }))[0]?.attempts).toBeLessThanOrEqual(1);
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'A23 fields inside %s are not taken for fields of the body',
    async (name) => {
      const phoneNumber = freshNumber();
      const code = await served.codeFor(phoneNumber);
      const body = `{"${name}":{"phoneNumber":"${phoneNumber}","code":"${code}"}}`;
      const { status } = await served.http.send('POST', '/phone-number/verify', body, JSON_BODY);

      expect(status).toBe(400);
      expect('phoneNumber' in {}).toBe(false);
      expect(await served.rows(PhoneAuthCode, { phoneNumber })).toMatchObject([{ attempts: 0 }]);
    },
  );

  it.each(['[', '{"a":'])('8.17 fifteen thousand levels of %s in a field are 400', async (open) => {
    const nested = open.repeat(15_000) + '1' + (open === '[' ? ']' : '}').repeat(15_000);
    for (const field of ['phoneNumber', 'more']) {
      const body = `{"${field}":${nested}}`;
      const { status } = await served.http.send('POST', '/phone-number/verify', body, JSON_BODY);
      expect(status).toBe(400);
    }
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['200 characters and as many variation selectors', 'a\ufe0f'.repeat(200)],
    ['256 characters', 'n'.repeat(256)],
    ['256 emoji', '😀'.repeat(256)],
  ])('8.17 a name with %s is 400 before it gets to the database', async (_, name) => {
    const { bearer } = await served.signIn();
    const refused = await served.http.post('/update-user', { name }, bearer);

    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it.each([
    ['255 emoji', '😀'.repeat(255)],
    ['lone surrogates', 'a\ud800b\udc00'],
    ['SQL', "Robert'); DROP TABLE phone_auth_user; --"],
    ['an image of 2048 characters', undefined, 'x'.repeat(2_048)],
  ])('8.17, A24 a name with %s is stored', async (_, name, image?: string) => {
    const { bearer } = await served.signIn();
    const { status } = await served.http.post('/update-user', { name, image }, bearer);

    expect(status).toBe(200);
    expect((await served.http.get('/get-session', bearer)).body.user?.id).toEqual(expect.any(String));
  });

  it('8.17 a token with NUL in it is 400 for revoke-session before it gets to the database', async () => {
    const { bearer } = await served.signIn();
    const refused = await served.http.post('/revoke-session', { token: 'a\u0000b' }, bearer);

    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it('A24 a token that is SQL finds no session', async () => {
    await served.signIn();
    for (const token of ["'OR'1'='1", "x'--", '%', '*', '$1', '?']) {
      const { status, text } = await served.http.get('/get-session', { authorization: `Bearer ${token}` });
      expect([status, text]).toEqual([200, 'null']);
    }
  });
});
