import { Client } from 'pg';
import { QueryFailedError } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

describe.each(platforms)('without a database on $name', (platform) => {
  let served: ServedApp;
  beforeEach(async () => {
    served = await ServedApp.on(platform);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await served.close();
  });

  /** The part of an answer that says no, and whether it tells why. */
  const refusal = ({ status, body, headers, text }: Answer) => ({
    status,
    code: body.code,
    saysWhen: /^[1-9]\d*$/.test(headers['retry-after'] ?? ''),
    tellsInternals: /sql|query|connection|pool|phone_auth/i.test(text),
  });
  const refused = { status: 503, code: 'SERVICE_UNAVAILABLE', saysWhen: true, tellsInternals: false };

  it('I6 send-otp is refused and sends nothing', async () => {
    const { phoneNumber } = await served.signIn();
    const before = served.t.inbox.messages.length;
    await served.dataSource.destroy();

    expect(refusal(await served.sendOtp(phoneNumber))).toEqual(refused);
    expect(served.t.inbox.messages).toHaveLength(before);
  });

  it('I6 a right code is refused', async () => {
    const { phoneNumber } = await served.signIn();
    const code = await served.codeFor(phoneNumber);
    await served.dataSource.destroy();

    expect(refusal(await served.verify(phoneNumber, code))).toEqual(refused);
    expect(refusal(await served.http.post('/sign-in/phone-number', { phoneNumber, code }))).toEqual(refused);
  });

  it('I6 a password is refused', async () => {
    const { phoneNumber } = await served.signIn();
    await served.dataSource.destroy();

    expect(
      refusal(await served.http.post('/sign-in/phone-number', { phoneNumber, password: 'a password' })),
    ).toEqual(refused);
  });

  it('I6 a session is neither taken for live nor for ended', async () => {
    const { bearer } = await served.signIn();
    await served.dataSource.destroy();
    const answer = await served.http.get('/get-session', bearer);

    expect(refusal(answer)).toEqual(refused);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('I6 sign-out does not claim what it could not do', async () => {
    const { bearer } = await served.signIn();
    await served.dataSource.destroy();

    expect(refusal(await served.http.post('/sign-out', {}, bearer))).toEqual(refused);
  });

  it('I6 a code whose charge fails is not compared, and works once the database is back', async () => {
    const { phoneNumber } = await served.signIn();
    const code = await served.codeFor(phoneNumber);
    const runner = served.dataSource.createQueryRunner();
    const prototype = Object.getPrototypeOf(runner) as typeof runner;
    await runner.release();
    // statements of PostgreSQL are prepared, and go past the runner
    const target = platform.database === 'postgres' ? Client.prototype : prototype;
    const failing = vi
      .spyOn(target as typeof prototype, 'query')
      .mockRejectedValue(new QueryFailedError('UPDATE', [], new Error('disk full')));

    expect(refusal(await served.verify(phoneNumber, code))).toEqual(refused);
    failing.mockRestore();
    expect((await served.verify(phoneNumber, code)).status).toBe(200);
  });
});
