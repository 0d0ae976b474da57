import { PhoneAuthService } from 'nestjs-phone-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { PhoneAuthPhoneState } from '../../src/codes/phone-state.entity.js';
import { freshNumber } from '../support/api.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp, wrongCodes } from '../support/served-app.js';

const NAME = 'better-auth.challenge';
const PASSWORD = 'correct horse';
const REFUSED = [400, 'INVALID_OTP'];

const outcome = ({ status, body }: Answer) => [status, body.code];
const wrong = (code: string) => wrongCodes(code, 1)[0] ?? '';

describe.each(platforms)('bindToClient on $name', (platform) => {
  let served: ServedApp;
  let comparisons: MockInstance<CodeMac['matches']>;
  let phoneNumber: string;
  beforeAll(async () => {
    served = await ServedApp.on(platform, { options: { bindToClient: true } });
    comparisons = vi.spyOn(served.t.app.get(CodeMac, { strict: false }), 'matches');
  });
  beforeEach(() => {
    phoneNumber = freshNumber();
    comparisons.mockClear();
  });
  afterAll(() => served.close());

  /** What the client that asked got: in the body and, the same, as a cookie. */
  const challengeOf = ({ text, headers }: Answer) => {
    const { challenge } = JSON.parse(text) as { challenge: string };
    const line = headers['set-cookie']?.find((cookie) => cookie.startsWith(`${NAME}=`)) ?? '';
    return { challenge, line, cookie: { cookie: `${NAME}=${challenge}`, origin: served.http.origin } };
  };
  const ask = async (number = phoneNumber, headers = {}) => {
    const answer = await served.sendOtp(number, headers);
    return { code: served.t.inbox.lastCodeFor(number), ...challengeOf(answer) };
  };
  const askForReset = async (number = phoneNumber) => {
    const answer = await served.http.post('/phone-number/request-password-reset', { phoneNumber: number });
    await served.t.settled();
    return { answer, ...challengeOf(answer) };
  };
  const verify = (code: string, more: object = {}, headers = {}) =>
    served.verify(phoneNumber, code, more, headers);
  const reset = (otp: string, more: object = {}, headers = {}) =>
    served.http.post(
      '/phone-number/reset-password',
      { phoneNumber, otp, newPassword: PASSWORD, ...more },
      headers,
    );
  const counted = async () => {
    const codes = await served.rows(PhoneAuthCode, { phoneNumber });
    const states = await served.rows(PhoneAuthPhoneState, { phoneNumber });
    return [...codes.map(({ attempts }) => attempts), ...states.map(({ failuresInARow }) => failuresInARow)];
  };

  /** What is no proof that this client asked for the code that is open for the number. */
  const foreign = async (purpose: 'sign-in' | 'reset') => {
    const [, other] = [await ask(freshNumber()), purpose === 'sign-in' ? await askForReset() : await ask()];
    const [{ challenge: another }] = [await ask(freshNumber())];
    const [id = '', mac = ''] = another.split('.');
    return {
      nothing: {},
      'an empty text': { challenge: '' },
      'a made-up text': { challenge: `${id}.${'A'.repeat(43)}` },
      'no MAC': { challenge: id },
      'the one of another number': { challenge: another },
      'the MAC of another number': { challenge: `${other.challenge.split('.')[0]}.${mac}` },
      'the one of another purpose': { challenge: other.challenge },
    };
  };

  it('R43 send-otp answers a challenge, and sets it as a cookie that lives as long as the code', async () => {
    const { challenge, line } = await ask();
    const [pair, ...attributes] = line.split('; ');
    expect(pair).toBe(`${NAME}=${challenge}`);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=300', 'Path=/', 'SameSite=Lax']);
    expect(line).not.toContain(phoneNumber.slice(1));
  });

  it('R43, R15 without the challenge nothing is compared, counted or burnt, and the answer is as for a wrong code', async () => {
    const proofs = await foreign('sign-in');
    const { code, challenge } = await ask();
    comparisons.mockClear();
    for (const [what, proof] of Object.entries(proofs)) {
      const answers = [
        await verify(code, proof),
        await verify(
          code,
          {},
          { cookie: `${NAME}=${'challenge' in proof ? proof.challenge : ''}`, origin: served.http.origin },
        ),
        await served.http.post('/sign-in/phone-number', { phoneNumber, code, ...proof }),
      ];
      for (const answer of answers) {
        expect(outcome(answer), what).toEqual(REFUSED);
        expect(answer.body, what).not.toHaveProperty('attemptsRemaining');
      }
    }
    expect(comparisons).not.toHaveBeenCalled();
    expect(Math.max(...(await counted()))).toBe(0);
    expect((await verify(code, { challenge })).status).toBe(200);
  });

  it('R43, A19 without the challenge nobody sets a password', async () => {
    ({ phoneNumber } = await signedUp());
    const proofs = await foreign('reset');
    const { challenge } = await askForReset();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    comparisons.mockClear();
    for (const [what, proof] of Object.entries(proofs)) {
      expect(outcome(await reset(code, proof)), what).toEqual(REFUSED);
    }
    expect(comparisons).not.toHaveBeenCalled();
    expect(outcome(await reset(wrong(code), { challenge }))).toEqual(REFUSED);
    expect((await reset(code, { challenge })).status).toBe(200);
  });

  /** An account with a number. */
  const signedUp = async () => {
    const number = freshNumber();
    const { code, challenge } = await ask(number);
    const { body } = await served.verify(number, code, { challenge });
    return { phoneNumber: number, bearer: { authorization: `Bearer ${body.token}` } };
  };

  it('R43 the cookie is as good as the body, on every route that takes a code', async () => {
    const { bearer, phoneNumber: mine } = await signedUp();
    const first = await ask();
    expect((await verify(first.code, {}, first.cookie)).status).toBe(200);
    const second = await ask();
    const signIn = { phoneNumber, code: second.code };
    expect((await served.http.post('/sign-in/phone-number', signIn, second.cookie)).status).toBe(200);
    const { cookie } = await askForReset();
    expect((await reset(served.t.inbox.lastCodeFor(phoneNumber), {}, cookie)).status).toBe(200);

    const target = freshNumber();
    const link = await ask(target, bearer);
    const linked = await served.verify(
      target,
      link.code,
      { updatePhoneNumber: true },
      { ...bearer, ...link.cookie },
    );
    expect([linked.status, linked.body.user?.phoneNumber]).toEqual([200, target]);
    expect(mine).not.toBe(target);
  });

  it('R43 the body decides where both are there', async () => {
    const old = await ask();
    const present = await ask();
    expect((await verify(present.code, { challenge: present.challenge }, old.cookie)).status).toBe(200);
  });

  it('A16, R4 the code of one challenge with the token of another is refused, and the other one charged', async () => {
    const old = await ask();
    let present = await ask();
    while (present.code === old.code) present = await ask();

    expect(outcome(await verify(present.code, { challenge: old.challenge }))).toEqual([400, 'OTP_NOT_FOUND']);
    expect(await counted()).toEqual([0, 0]);
    const crossed = await verify(old.code, { challenge: present.challenge });
    expect([...outcome(crossed), crossed.body.attemptsRemaining]).toEqual([...REFUSED, 2]);
    expect(await counted()).toEqual([1, 1]);
    expect((await verify(present.code, { challenge: present.challenge })).status).toBe(200);
  });

  it('R41 the holder is told how many tries are left, for a number without an account too', async () => {
    const known = (await signedUp()).phoneNumber;
    const seen = [];
    for (const number of [known, freshNumber()]) {
      phoneNumber = number;
      const { answer, challenge } = await askForReset();
      const said = [];
      for (const guess of ['000000', '111111', '222222', '333333']) {
        const { body } = await reset(guess, { challenge });
        said.push([body.code, body.attemptsRemaining]);
      }
      seen.push([answer.status, Object.keys(JSON.parse(answer.text) as object), said]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]?.[2]).toEqual([
      ['INVALID_OTP', 2],
      ['INVALID_OTP', 1],
      ['INVALID_OTP', 0],
      ['TOO_MANY_ATTEMPTS', undefined],
    ]);
  });

  it('R43 a caller of the service hands the challenge on', async () => {
    const service = served.t.app.get(PhoneAuthService);
    const { challenge } = await service.sendOtp({ phoneNumber });
    await served.t.settled();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    const bare = service.consumePhoneNumberOTP({ phoneNumber, code });
    await expect(bare).rejects.toMatchObject({ code: 'INVALID_OTP', attemptsRemaining: undefined });
    await expect(service.consumePhoneNumberOTP({ phoneNumber, code, challenge })).resolves.toBeUndefined();
  });

  it('R3, R43 a challenge is over with its code', async () => {
    const { code, challenge } = await ask();
    expect((await verify(code, { challenge })).status).toBe(200);
    expect(outcome(await verify(code, { challenge }))).toEqual([400, 'OTP_NOT_FOUND']);
  });
});

describe('without bindToClient', () => {
  it('R43 a challenge is no cookie, and what comes along as one is not looked at', async () => {
    const [platform] = platforms;
    const served = await ServedApp.on(platform!);
    const phoneNumber = freshNumber();
    const sent = await served.sendOtp(phoneNumber);
    expect(sent.headers['set-cookie']).toBeUndefined();
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    expect((await served.verify(phoneNumber, code, { challenge: 'whatever' })).status).toBe(200);
    await served.close();
  });
});
