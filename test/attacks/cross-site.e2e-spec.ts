import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const ROUTES = [
  '/phone-number/send-otp',
  '/phone-number/verify',
  '/sign-in/phone-number',
  '/update-user',
  '/sign-out',
];

describe.each(platforms)('requests from other sites on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
  });
  afterAll(() => served.close());

  const isSignedIn = async (bearer: Record<string, string>) =>
    (await served.http.get('/get-session', bearer)).text !== 'null';

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'A52 a body of type %s, which a form can send, is refused on every route',
    async (type) => {
      for (const route of ROUTES) {
        const { status } = await served.http.send('POST', route, '{"a":"=1"}', { 'content-type': type });
        expect(status, route).toBe(415);
      }
    },
  );

  it('A52 a form post sends no code', async () => {
    const phoneNumber = freshNumber();
    const body = `phoneNumber=${encodeURIComponent(phoneNumber)}`;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    await served.http.send('POST', '/phone-number/send-otp', body, type);

    expect(served.t.inbox.messagesFor(phoneNumber)).toEqual([]);
    expect(await served.rows(PhoneAuthCode, { phoneNumber })).toEqual([]);
  });

  it.each([
    ['foreign', { origin: 'https://evil.example' }],
    ['missing', {}],
    ['null', { origin: 'null' }],
    ['empty', { origin: '' }],
    ['broken', { origin: 'http://' }],
    ['file', { origin: 'file://' }],
    ['foreign with our host in its name', { origin: 'http://127.0.0.1.evil.example' }],
    ['foreign with our host as its user', { origin: 'http://127.0.0.1@evil.example' }],
    ['foreign, by Referer', { referer: 'https://evil.example/page' }],
  ])(
    'A52, S4.47 a cookie with a %s Origin is 403 and has no effect',
    async (_, headers: Record<string, string>) => {
      const { cookie, bearer } = await served.signIn();
      for (const route of ['/sign-out', '/update-user']) {
        const { status } = await served.http.post(route, { name: 'Mallory' }, { ...cookie, ...headers });
        expect(status, route).toBe(403);
      }
      expect(await isSignedIn(bearer)).toBe(true);
      expect((await served.http.get('/get-session', bearer)).text).not.toContain('Mallory');
    },
  );

  it('A52 a page on another port of our host is another origin', async () => {
    const { cookie, bearer } = await served.signIn();
    const { status } = await served.http.post('/sign-out', {}, { ...cookie, origin: 'http://127.0.0.1:1' });

    expect(status).toBe(403);
    expect(await isSignedIn(bearer)).toBe(true);
  });

  it('S4.47 a cookie from a page of our own passes', async () => {
    const { cookie, bearer } = await served.signIn();
    const { status } = await served.http.post('/sign-out', {}, { ...cookie, origin: served.http.origin });

    expect(status).toBe(200);
    expect(await isSignedIn(bearer)).toBe(false);
  });

  it('S4.47 a bearer without cookies is not asked for its origin', async () => {
    const { bearer } = await served.signIn();
    const { status } = await served.http.post('/sign-out', {}, { ...bearer, origin: 'https://app.example' });

    expect(status).toBe(200);
    expect(await isSignedIn(bearer)).toBe(false);
  });

  it('A52 a cookie whose signature was made up, or cut off, is nobody', async () => {
    const { cookie, token } = await served.signIn();
    const name = cookie.cookie.split('=')[0];
    for (const value of [token, `${token}.`, `${token}.AAAA`, `.${token}`, `${token}.${'A'.repeat(43)}=`]) {
      const { text } = await served.http.get('/get-session', { cookie: `${name}=${value}` });
      expect(text, value).toBe('null');
    }
  });

  it('A52 a signed cookie under another name, without its prefix, is nobody', async () => {
    const { cookie } = await served.signIn();
    const value = cookie.cookie.split('=').slice(1).join('=');
    for (const name of ['session_token', '__Host-better-auth.session_token', 'BETTER-AUTH.session_token'])
      expect((await served.http.get('/get-session', { cookie: `${name}=${value}` })).text).toBe('null');
  });
});
