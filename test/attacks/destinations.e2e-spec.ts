import { PhoneUserStore } from 'nestjs-phone-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PhoneAuthCode } from '../../src/codes/code.entity.js';
import { OneTimeCodes } from '../../src/codes/one-time-codes.js';
import { type E164, readNumber } from '../../src/phone/e164.js';
import { Passwords } from '../../src/users/passwords.js';
import { PhoneAuthUser } from '../../src/users/user.entity.js';
import { freshNumber, wrong } from '../support/api.js';
import type { Answer } from '../support/http-client.js';
import { platforms } from '../support/platforms.js';
import { ServedApp } from '../support/served-app.js';

const MAX = 3;
const PASSWORD = 'correct horse';

/** With the countries US, GB and BJ. */
const REFUSED: [what: string, phoneNumber: string][] = [
  ['premium rate in the US', '+19005550123'],
  ['premium rate in Britain', '+449012345678'],
  ['toll-free', '+18005550199'],
  ['a satellite phone', '+881612345678'],
  ['a number of no country', '+80012345678'],
  ['Antigua, which is not US', '+12684641234'],
  ['Canada, which is not US', '+16045550123'],
  ['Guernsey, which is not GB', '+447781123456'],
  ['a landline', '+442079460123'],
  ['VoIP', '+445612345678'],
  ['a typing error', '+4474001234'],
];

/** One number as people and attackers write it, with US as the region (A25). */
const SPELLINGS_READ = [
  '+12025550123',
  '+1 202 555 0123',
  '+1 (202) 555-0123',
  '+1-202-555-0123',
  '+1.202.555.0123',
  '+(1) 202 555 0123',
  '+ 1 202 555 0123',
  ' +12025550123',
  '+12025550123 ',
  '+1 (2 0 2) 5-5-5 0.1.2.3',
  '12025550123',
  '1 202 555 0123',
  '2025550123',
  '(202) 555-0123',
  '202.555.0123',
  '011 1 202 555 0123',
];
const SPELLINGS_REFUSED = [
  '0012025550123',
  '++12025550123',
  '+12025550123;ext=1',
  '+12025550123;ext=9',
  '+12025550123x1',
  '+12025550123,,1',
  '+12025550123#',
  'tel:+12025550123',
  '+1202555CALL',
  '+１２０２５５５０１２３',
  '+١٢٠٢٥٥٥٠١٢٣',
  '+1\u00a02025550123',
  '+1\u200b2025550123',
  '\u202a+12025550123',
];

const outcome = ({ status, body }: Answer) => [status, body.code];
const shown = ({ status, body, headers }: Answer) => ({
  status,
  // every code has a challenge of its own
  body: { ...body, challenge: typeof body.challenge },
  headers: Object.keys(headers).toSorted(),
});

let strangers = 0;
/** Numbers of Benin with eight digits, as they were until 2024. */
const retiredNumber = () => e164(`+229971${String((strangers += 1)).padStart(5, '0')}`);

function e164(text: string): E164 {
  const facts = readNumber(text);
  if (!facts) throw new Error(`${text} is no number`);
  return facts.number;
}

describe.each(platforms)('destinations on $name', (platform) => {
  let served: ServedApp;
  let from = 0;
  let passwordHash: string;
  beforeAll(async () => {
    served = await ServedApp.on(platform, {
      trustProxy: true,
      options: {
        rateLimit: { window: 60_000, max: MAX },
        numbers: { countries: ['US', 'GB', 'BJ'], defaultRegion: 'US' },
      },
    });
    passwordHash = await passwords().hash(PASSWORD);
  });
  beforeEach(() => {
    served.t.clock.advance({ seconds: 3_600 });
    served.t.inbox.clear();
  });
  afterAll(() => served.close());

  /** Every request of a test comes from another address, unless the test is about addresses. */
  const elsewhere = () => ({ 'x-forwarded-for': `198.51.100.${(from = (from % 250) + 1)}` });
  const post = (path: string, body: object, headers = elsewhere()) => served.http.post(path, body, headers);
  const sendOtp = (phoneNumber: string, headers = elsewhere()) => served.sendOtp(phoneNumber, headers);
  const askForReset = (phoneNumber: string, headers = elsewhere()) =>
    post('/phone-number/request-password-reset', { phoneNumber }, headers);
  const byPassword = (phoneNumber: string, password: string) =>
    post('/sign-in/phone-number', { phoneNumber, password });
  const passwords = () => served.t.app.get(Passwords, { strict: false });
  const issueUnseen = async (phoneNumber: E164, requestedBy?: string) =>
    (
      await served.t.app.get(OneTimeCodes, { strict: false }).issue({
        purpose: 'sign-in',
        phoneNumber,
        requestedBy: requestedBy ?? null,
        holder: '',
        sentFrom: '',
        idempotencyKey: undefined,
        askedFor: undefined,
        sealed: false,
      })
    ).code;

  /** An account from the time when its number was welcome. */
  const accountOf = async (phoneNumber: E164, phoneNumberVerified = true) => {
    const user = await served.t.app
      .get(PhoneUserStore)
      .create({ phoneNumber, phoneNumberVerified, name: 'Ada', email: null, fields: {} });
    if (!user) throw new Error(`${phoneNumber} is taken`);
    await passwords().store(user.id, passwordHash);
    return user;
  };

  it('A28, R21, R22 a refused destination is 400 before anything is counted, made or sent', async () => {
    const client = elsewhere();
    for (const [what, phoneNumber] of REFUSED) {
      for (const answer of [await sendOtp(phoneNumber, client), await askForReset(phoneNumber, client)])
        expect(outcome(answer), what).toEqual([400, 'INVALID_PHONE_NUMBER']);
    }
    await served.t.settled();
    expect(served.t.inbox.messages).toEqual([]);
    expect(await served.rows(PhoneAuthCode)).toEqual([]);
    for (let i = 0; i < MAX; i += 1) expect((await sendOtp(freshNumber(), client)).status).toBe(200);
    expect((await sendOtp(freshNumber(), client)).status).toBe(429);
  });

  it('A25, R18 thirty spellings of a number are one bucket or 400, and the provider sees one number', async () => {
    const read = [];
    for (const spelling of SPELLINGS_READ) read.push((await sendOtp(spelling)).status);
    for (const spelling of SPELLINGS_REFUSED)
      expect(outcome(await sendOtp(spelling)), spelling).toEqual([400, 'INVALID_PHONE_NUMBER']);

    const sent = read.filter((status) => status === 200).length;
    expect(read).toEqual([...Array<number>(sent).fill(200), ...Array<number>(read.length - sent).fill(429)]);
    expect(sent).toBeGreaterThanOrEqual(1);
    expect(sent).toBeLessThanOrEqual(MAX);
    expect(served.t.inbox.messages.map(({ phoneNumber }) => phoneNumber)).toEqual(
      Array<string>(sent).fill('+12025550123'),
    );
  });

  it('R18 a code for one spelling is good for another', async () => {
    const phoneNumber = freshNumber();
    await sendOtp(`00 ${phoneNumber}`.replace('00 +1', '011 1'));
    const code = served.t.inbox.lastCodeFor(phoneNumber);
    const answer = await served.verify(phoneNumber.slice(2), code, {}, elsewhere());
    expect([answer.status, answer.body.user?.phoneNumber]).toEqual([200, phoneNumber]);
  });

  it('R20, A36 a retired number is answered like any other, and only its owner gets a message', async () => {
    const [known, unknown] = [retiredNumber(), retiredNumber()];
    const { id } = await accountOf(known);
    const ordinary = shown(await sendOtp(freshNumber()));
    served.t.inbox.clear();
    expect(shown(await sendOtp(known))).toEqual(ordinary);
    expect(shown(await sendOtp(unknown))).toEqual(ordinary);
    await served.t.settled();
    expect(served.t.inbox.messages).toMatchObject([{ phoneNumber: known, userId: id }]);

    const guess = wrong(served.t.inbox.lastCodeFor(known));
    const [right, decoy] = [
      await served.verify(known, guess, {}, elsewhere()),
      await served.verify(unknown, guess, {}, elsewhere()),
    ];
    expect(outcome(right)).toEqual([400, 'INVALID_OTP']);
    expect(shown(right)).toEqual(shown(decoy));

    const signedIn = await served.verify(known, served.t.inbox.lastCodeFor(known), {}, elsewhere());
    expect([signedIn.status, signedIn.body.user?.id]).toEqual([200, id]);
  });

  it('R20 the owner of a retired number signs in with the password, and resets it', async () => {
    const [known, unknown] = [retiredNumber(), retiredNumber()];
    await accountOf(known);
    expect((await byPassword(known, PASSWORD)).status).toBe(200);
    const refusals = [await byPassword(known, 'wrong horse'), await byPassword(unknown, 'wrong horse')];
    expect(shown(refusals[0] as Answer)).toEqual(shown(refusals[1] as Answer));

    const asked = [await askForReset(known), await askForReset(unknown)];
    expect(shown(asked[0] as Answer)).toEqual(shown(asked[1] as Answer));
    await served.t.settled();
    expect(served.t.inbox.messages.map(({ phoneNumber }) => phoneNumber)).toEqual([known]);
    const otp = served.t.inbox.lastCodeFor(known);
    const reset = { phoneNumber: known, otp, newPassword: 'another horse' };
    expect((await post('/phone-number/reset-password', reset)).status).toBe(200);
    expect((await byPassword(known, 'another horse')).status).toBe(200);
  });

  it('R20 no new account has a retired number, by signing up or by linking, whatever is guessed', async () => {
    const phoneNumber = retiredNumber();
    const { phoneNumber: own, userId, bearer } = await signIn();
    const code = await issueUnseen(phoneNumber, userId);
    for (const answer of [
      await served.verify(phoneNumber, code, {}, elsewhere()),
      await served.verify(phoneNumber, code, { updatePhoneNumber: true }, { ...bearer, ...elsewhere() }),
    ])
      expect(outcome(answer)).toEqual([400, 'INVALID_PHONE_NUMBER']);
    expect(await served.rows(PhoneAuthUser, { phoneNumber })).toEqual([]);
    expect(await served.rows(PhoneAuthUser, { phoneNumber: own })).toHaveLength(1);
  });

  it('A28, R20, I5 outside the countries nobody gets a message, the owner of a number as little as a stranger', async () => {
    const phoneNumber = e164('+16045550124');
    const owner = await accountOf(phoneNumber);
    const stranger = '+16045550125';
    expect(shown(await sendOtp(phoneNumber))).toEqual(shown(await sendOtp(stranger)));
    expect(shown(await askForReset(phoneNumber))).toEqual(shown(await askForReset(stranger)));
    await served.t.settled();
    expect(served.t.inbox.messages).toEqual([]);

    expect((await byPassword(phoneNumber, PASSWORD)).body.user?.id).toBe(owner.id);
    const earlier = await issueUnseen(phoneNumber);
    expect((await served.verify(phoneNumber, earlier, {}, elsewhere())).body.user?.id).toBe(owner.id);
    const unknown = await served.verify(stranger, earlier, {}, elsewhere());
    expect(outcome(unknown)).toEqual([400, 'OTP_NOT_FOUND']);
  });

  it('A28, A29 the right password of an unverified number sends no code out of the countries', async () => {
    const phoneNumber = e164('+16045550126');
    await accountOf(phoneNumber, false);
    expect(outcome(await byPassword(phoneNumber, 'wrong horse'))).toEqual([
      401,
      'INVALID_PHONE_NUMBER_OR_PASSWORD',
    ]);
    expect(outcome(await byPassword(phoneNumber, PASSWORD))).toEqual([400, 'INVALID_PHONE_NUMBER']);
    expect(served.t.inbox.messages).toEqual([]);
  });

  it('A28 nor does the notice to a number that was replaced', async () => {
    const [outside, inside] = [e164('+16045550127'), e164(freshNumber())];
    for (const old of [outside, inside]) {
      await accountOf(old);
      const { body } = await byPassword(old, PASSWORD);
      const bearer = { authorization: `Bearer ${body.token}`, ...elsewhere() };
      const phoneNumber = freshNumber();
      await sendOtp(phoneNumber, bearer);
      const code = served.t.inbox.lastCodeFor(phoneNumber);
      expect((await served.verify(phoneNumber, code, { updatePhoneNumber: true }, bearer)).status).toBe(200);
    }
    await served.t.settled();
    expect(served.t.inbox.notices.map(({ phoneNumber }) => phoneNumber)).toEqual([inside]);
  });

  const signIn = async () => {
    const phoneNumber = freshNumber();
    await sendOtp(phoneNumber);
    const { body } = await served.verify(
      phoneNumber,
      served.t.inbox.lastCodeFor(phoneNumber),
      {},
      elsewhere(),
    );
    return { phoneNumber, userId: body.user?.id ?? '', bearer: { authorization: `Bearer ${body.token}` } };
  };
});

it("R20 createUserOn: 'send' makes no account for a retired number", async () => {
  const platform = platforms[0];
  if (!platform) throw new Error('no platform');
  const served = await ServedApp.on(platform, { options: { createUserOn: 'send' } });
  const [phoneNumber, ordinary] = [retiredNumber(), e164(freshNumber())];
  for (const number of [phoneNumber, ordinary]) expect((await served.sendOtp(number)).status).toBe(200);
  expect((await served.rows(PhoneAuthUser)).map((user) => user.phoneNumber)).toEqual([ordinary]);
  await served.close();
});
