import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { codes, parallel, ServedApp, statuses } from '../support/served-app.js';

describe.each(platforms)('one code, many requests on $name', (platform) => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await ServedApp.on(platform);
  });
  afterAll(() => served.close());

  const sessionsOf = async (phoneNumber: string) => {
    const [user] = await served.rows(PhoneAuthUser, { phoneNumber });
    return served.rows(PhoneAuthSession, { userId: user?.id ?? 'nobody' });
  };

  it('8.2, A3 100 parallel verifications of a right code sign up once and open one session', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const answers = await parallel(100, () => served.verify(phoneNumber, code));

    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(phoneNumber)).toHaveLength(1);
    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toHaveLength(1);
  });

  it('8.2, A3 whoever lost the race learns no more than from a wrong or used code', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const answers = await parallel(100, () => served.verify(phoneNumber, code));

    const allowed = new Set(['INVALID_OTP', 'OTP_NOT_FOUND', 'TOO_MANY_ATTEMPTS']);
    expect(Object.keys(codes(answers)).filter((code) => !allowed.has(code))).toEqual([]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('8.2, A3 100 parallel verifications for a known number open one more session', async () => {
    const { phoneNumber } = await served.signIn();
    const code = await served.codeFor(phoneNumber);
    const answers = await parallel(100, () => served.verify(phoneNumber, code));

    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(phoneNumber)).toHaveLength(2);
  });

  it('8.2, A3 100 parallel sign-ins by code open one session', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const answers = await parallel(100, () =>
      served.http.post('/sign-in/phone-number', { phoneNumber, code }),
    );

    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(phoneNumber)).toHaveLength(1);
  });

  it('8.2, A3 one code spent on both routes at once works on one of them', async () => {
    const phoneNumber = freshNumber();
    const code = await served.codeFor(phoneNumber);
    const answers = await parallel(50, (index) =>
      index % 2
        ? served.verify(phoneNumber, code)
        : served.http.post('/sign-in/phone-number', { phoneNumber, code }),
    );

    expect(statuses(answers)[200]).toBe(1);
    expect(await sessionsOf(phoneNumber)).toHaveLength(1);
  });
});
