import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { platforms, startOn } from '../support/platforms.js';

describe.each(platforms)('$name', (platform) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startOn(platform);
  });
  afterAll(() => t.close());

  it('signs in', async () => {
    const phoneNumber = '+12025550123';
    const http = request(t.app.getHttpServer());
    const sent = await http.post('/auth/phone-number/send-otp').send({ phoneNumber });
    expect(sent.body).toMatchObject({ success: true });
    const ok = await http
      .post('/auth/phone-number/verify')
      .send({ phoneNumber, code: t.inbox.lastCodeFor(phoneNumber) });
    console.log(ok.body, ok.headers);
    const s = await http.get('/auth/get-session').set('authorization', `Bearer ${ok.body.token}`);
    console.log(s.status, s.body, s.headers);
    const none = await http.get('/auth/get-session');
    console.log(none.status, none.text, none.body);
    console.log(
      (await http.post('/auth/phone-number/send-otp').set('content-type', 'application/json').send('{bad'))
        .body,
    );
    console.log((await http.post('/auth/phone-number/send-otp').send({ phoneNumber: 1 })).body);
    console.log((await http.post('/auth/phone-number/send-otp').type('form').send({ phoneNumber })).body);
    console.log((await http.post('/auth/sign-out').set('content-type', 'application/json')).body);
  });
});
