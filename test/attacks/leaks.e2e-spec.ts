import { createHash } from 'node:crypto';
import { type PhoneAuthEvent, PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshNumber } from '../support/api.js';
import { CapturingLogger, fully } from '../support/capturing-logger.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp, statuses, wrongCodes } from '../support/served-app.js';
import { freshAddress, from } from '../support/send-traffic.js';

const PASSWORDS = ['correct horse battery staple', 'a wrong password of somebody'];

/** What somebody who thinks a hash protects a code would store of it. */
function bareHashes(code: string, phoneNumber: string): string[] {
  const inputs = [code, `${phoneNumber}${code}`, `${phoneNumber}:${code}`, `${code}${phoneNumber}`];
  return inputs.flatMap((input) =>
    ['sha256', 'sha512', 'sha1', 'md5'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(input).digest();
      return [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
    }),
  );
}

describe.each(platforms)('secrets on $name', (platform) => {
  let served: ServedApp;
  const log = new CapturingLogger();
  const answers: Answer[] = [];
  const errors: string[] = [];
  const codes: { code: string; phoneNumber: string }[] = [];
  const tokens: string[] = [];
  const events: PhoneAuthEvent[] = [];
  let dump = '';

  /** Ten digits, so that no time stamp and no number holds a code by chance. */
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      options: {
        otpLength: 10,
        delivery: 'await',
        sameCodeOnResend: true,
        dialects: ['node-auth'],
        session: { strategy: 'token-pair' },
        accessToken: { secret: 'signs access tokens, and is long enough' },
        onEvent: (event) => events.push(event),
      },
    });
    served.t.app.useLogger(log);
    await scenario();
    dump = await everyRow();
  });
  afterAll(() => served.close());

  const keep = (answer: Answer) => {
    answers.push(answer);
    const { token, accessToken, refreshToken } = answer.body;
    tokens.push(...[token, accessToken, refreshToken].filter((one) => typeof one === 'string'));
    return answer;
  };

  const scenario = async () => {
    const { inbox } = served.t;
    const service = served.t.app.get(PhoneAuthService);
    const phoneNumber = freshNumber();
    const send = async () => {
      keep(await served.sendOtp(phoneNumber));
      const code = inbox.lastCodeFor(phoneNumber);
      codes.push({ code, phoneNumber });
      return code;
    };

    const used = await send();
    for (const wrong of wrongCodes(used, 2)) keep(await served.verify(phoneNumber, wrong));
    keep(await served.verify(phoneNumber, used));
    keep(await served.verify(phoneNumber, used));
    keep(await served.http.post('/sign-in/phone-number', { phoneNumber, code: await send() }));

    keep(await served.http.post('/phone-number/request-password-reset', { phoneNumber }));
    await served.t.settled();
    const otp = inbox.lastCodeFor(phoneNumber);
    codes.push({ code: otp, phoneNumber });
    keep(
      await served.http.post('/phone-number/reset-password', { phoneNumber, otp, newPassword: PASSWORDS[0] }),
    );
    for (const password of PASSWORDS)
      keep(await served.http.post('/sign-in/phone-number', { phoneNumber, password }));

    const { bearer: proven, token: provenToken } = await served.signIn(phoneNumber);
    tokens.push(provenToken);
    keep(await served.http.post('/two-factor/enable', { password: PASSWORDS[0] }, proven));
    const pending = keep(
      await served.http.post('/sign-in/phone-number', { phoneNumber, password: PASSWORDS[0] }),
    );
    const { tempToken = '' } = pending.body;
    tokens.push(tempToken);
    keep(await served.http.post('/two-factor/send-otp', { tempToken }));
    const second = inbox.lastCodeFor(phoneNumber);
    codes.push({ code: second, phoneNumber });
    const [noSecond] = wrongCodes(second, 1);
    keep(await served.http.post('/two-factor/verify-otp', { tempToken, code: noSecond }));
    keep(await served.http.post('/step-up/send-otp', {}, proven));
    const stepUp = inbox.lastCodeFor(phoneNumber);
    codes.push({ code: stepUp, phoneNumber });
    const [noStepUp] = wrongCodes(stepUp, 1);
    keep(await served.http.post('/step-up/verify', { code: noStepUp }, proven));

    // an account by its id, as node-auth's clients name it, and a refresh token that is used, and used again
    const named = freshNumber();
    const { userId } = await served.signIn(named);
    keep(await served.http.post('/sms/send', { userId }));
    await served.t.settled();
    const byId = inbox.lastCodeFor(named);
    codes.push({ code: byId, phoneNumber: named });
    const [notById] = wrongCodes(byId, 1);
    keep(await served.http.post('/sms/verify', { userId, code: notById }));
    const bearers = { 'x-auth-strategy': 'bearer' };
    const { refreshToken } = keep(
      await served.http.post('/sms/verify', { userId, code: byId }, bearers),
    ).body;
    keep(await served.http.post('/refresh', { refreshToken }));
    served.t.clock.advance({ seconds: 11 });
    keep(await served.http.post('/refresh', { refreshToken }));
    await service.refresh(refreshToken ?? '').catch((error: unknown) => errors.push(fully(error)));
    // and one whose successor stands sealed in the table
    const another = freshNumber();
    const chain = keep(await served.verify(another, await served.codeFor(another)));
    keep(await served.http.post('/refresh', { refreshToken: chain.body.refreshToken }));

    // a provider that repeats the whole request in its error, in every property it has
    const failing = vi.spyOn(inbox, 'send').mockImplementation((message) => {
      codes.push({ code: message.code, phoneNumber });
      return Promise.reject(
        Object.assign(new Error(`POST /messages {"to":"${message.phoneNumber}","body":"${message.text}"}`), {
          code: message.code,
          request: message,
          cause: new Error(message.text),
        }),
      );
    });
    keep(await served.sendOtp(phoneNumber));
    const rejections = [
      () => service.sendOtp({ phoneNumber }),
      () => service.verify({ phoneNumber, code: otp }),
      () => service.signInWithPassword({ phoneNumber, password: PASSWORDS[1] ?? '' }),
    ];
    for (const reject of rejections) await reject().catch((error: unknown) => errors.push(fully(error)));
    failing.mockRestore();

    // open codes, used ones, and an account with a live session are in the tables when they are looked at
    const { bearer, token } = await served.signIn(freshNumber());
    tokens.push(token);
    keep(await served.http.get('/get-session', bearer));
    await send();
    const [guess = ''] = wrongCodes(await send(), 1);
    keep(await served.verify(phoneNumber, guess));

    // a database that fails says so, without what it was given
    const runner = served.dataSource.createQueryRunner();
    const { message } = await runner.query('SELECT nonsense FROM nowhere').catch((error: Error) => error);
    errors.push(String(message));
    await runner.release();
  };

  const everyRow = async () => {
    const tables = await Promise.all(
      served.dataSource.entityMetadatas.map(({ target }) =>
        served.dataSource.getRepository(target).createQueryBuilder().getRawMany<Record<string, unknown>>(),
      ),
    );
    expect(tables.flat().length).toBeGreaterThan(3);
    return JSON.stringify(tables);
  };

  it('A41, I4 the scenario was what it should be', () => {
    expect(statuses(answers)).toEqual({ 200: 19, 400: 6, 401: 3, 502: 1 });
    expect(errors).toHaveLength(5);
    expect(tokens.length).toBeGreaterThanOrEqual(4);
    expect(log.lines.join('\n')).toContain('The SMS sender failed');
  });

  it('8.8, S2.22, I4 no code stands in the tables, in clear or under a bare hash', () => {
    for (const { code, phoneNumber } of codes) {
      expect(dump).not.toContain(code);
      for (const hash of bareHashes(code, phoneNumber)) expect(dump).not.toContain(hash);
    }
  });

  it('I4, 8.27 no token stands in the tables: of a session, a refresh, an access or a second factor', () => {
    for (const token of tokens) expect(dump).not.toContain(token);
  });

  it('I4 no password stands in the tables', () => {
    for (const password of PASSWORDS) expect(dump).not.toContain(password);
  });

  it('A41, I4 the log holds no code, token, password or number', () => {
    const text = log.lines.join('\n');
    for (const secret of [...codes.map(({ code }) => code), ...tokens, ...PASSWORDS])
      expect(text).not.toContain(secret);
    for (const { phoneNumber } of codes) expect(text).not.toContain(phoneNumber.slice(1));
  });

  it('A41, I4, R62 no event holds a code, token, password or number', () => {
    const text = fully(events);
    for (const secret of [...codes.map(({ code }) => code), ...tokens, ...PASSWORDS])
      expect(text).not.toContain(secret);
    for (const { phoneNumber } of codes) expect(text).not.toContain(phoneNumber.slice(1));
  });

  it('A41, I4 no answer holds a code or a password', () => {
    for (const { text, headers } of answers) {
      const whole = text + JSON.stringify(headers);
      for (const secret of [...codes.map(({ code }) => code), ...PASSWORDS])
        expect(whole).not.toContain(secret);
    }
  });

  it('I4 a token is in the answers that give it, and in no other', () => {
    for (const { text, headers, status, body } of answers) {
      if (status === 200 && (body.token || body.refreshToken || text.includes('"session"'))) continue;
      const whole = text + JSON.stringify(headers);
      for (const token of tokens) expect(whole).not.toContain(token);
    }
  });

  it('A41, I4 no error that the service throws holds a code, not even below its surface', () => {
    for (const text of errors) for (const { code } of codes) expect(text).not.toContain(code);
  });
});

describe.each(platforms)('events on $name', (platform) => {
  const TEST = { number: '+12025550177', code: '4242424242' };
  const events: PhoneAuthEvent[] = [];
  const log = new CapturingLogger();
  const seen: { code: string; phoneNumber: string }[] = [{ code: TEST.code, phoneNumber: TEST.number }];

  beforeAll(async () => {
    const served = await ServedApp.on(platform, {
      trustProxy: true,
      options: {
        otpLength: 10,
        testNumbers: { codes: { [TEST.number]: TEST.code }, until: '2999-12-31' },
        limits: { pumping: { perAddress: { perHour: 1 } }, guesses: { inARow: 1 } },
        onEvent: (event) => {
          events.push(event);
          // a host's sink that repeats in its error whatever it was given
          throw new Error(`cannot take ${JSON.stringify(event)}`);
        },
      },
    });
    served.t.app.useLogger(log);
    const [phoneNumber, address] = [freshNumber(), from(freshAddress())];
    const code = await served.codeFor(phoneNumber, address);
    seen.push({ code, phoneNumber });
    for (const guess of wrongCodes(code, 2)) await served.verify(phoneNumber, guess, {}, address);
    const refused = freshNumber();
    seen.push({ code, phoneNumber: refused });
    await served.sendOtp(refused, address);
    await served.sendOtp(TEST.number);
    await served.verify(TEST.number, TEST.code);
    await served.t.settled();
    await served.close();
  });

  it('R62 the scenario was what it should be', () => {
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      'code-request.failed',
      'code.requested',
      'code.requested',
      'code.sent',
      'code.verified',
      'number.disabled',
      'send.suspected',
      'sign-in.failed',
      'sign-in.failed',
      'sign-in.succeeded',
      'test-number.used',
      'test-number.used',
    ]);
    expect(log.lines.join('\n')).toMatch(/was not taken: cannot take/);
  });

  it('A41, R62 neither an event nor the log holds a whole number or a code', () => {
    const text = [...log.lines, fully(events)].join('\n');
    for (const { code, phoneNumber } of seen) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(phoneNumber.slice(1));
    }
  });

  it('R62 an event masks its number', () => {
    const masked = events.map((event) => 'phoneNumber' in event && event.phoneNumber);
    for (const number of masked) expect(number).toMatch(/^\+1\*{8}\d\d$/);
  });
});
