import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CodeMac } from '../../src/codes/code-mac.js';
import { PhoneAuthSession } from '../../src/sessions/session.entity.js';
import { freshNumber } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { codes, parallel, statuses, wrongCodes } from '../support/served-app.js';
import { startTwoOn } from '../support/two-instances.js';

describe.each(platforms)('two instances on one database, $name', (platform) => {
  let two: Awaited<ReturnType<typeof startTwoOn>>;
  beforeAll(async () => {
    two = await startTwoOn(platform);
  });
  afterAll(() => two.close());

  /** The instances in turn. */
  const instance = (index: number) => two.instances[index % 2 === 0 ? 0 : 1];

  it('8.2, A4 100 parallel right codes spread over both open one session', async () => {
    const { phoneNumber, userId } = await instance(0).signIn();
    const code = await instance(0).codeFor(phoneNumber);
    const answers = await parallel(100, (index) => instance(index).verify(phoneNumber, code));

    expect(statuses(answers)[200]).toBe(1);
    expect(await instance(1).rows(PhoneAuthSession, { userId })).toHaveLength(2);
  });

  it('8.2, A4 100 parallel right codes of a new number spread over both sign up once', async () => {
    const phoneNumber = freshNumber();
    const code = await instance(0).codeFor(phoneNumber);
    const answers = await parallel(100, (index) => instance(index).verify(phoneNumber, code));

    expect(statuses(answers)[200]).toBe(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('A1, I1 200 parallel wrong codes spread over both are compared as often as one code allows', async () => {
    const comparisons = two.instances.map(({ t }) =>
      vi.spyOn(t.app.get(CodeMac, { strict: false }), 'matches').mockClear(),
    );
    const phoneNumber = freshNumber();
    const guesses = wrongCodes(await instance(0).codeFor(phoneNumber), 200);
    const answers = await Promise.all(
      guesses.map((guess, index) => instance(index).verify(phoneNumber, guess)),
    );

    expect(comparisons.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBe(3);
    expect(codes(answers)).toEqual({ INVALID_OTP: 3, TOO_MANY_ATTEMPTS: 1, OTP_NOT_FOUND: 196 });
  });

  it('I2 a code that one instance sent works on the other, and then on neither', async () => {
    const phoneNumber = freshNumber();
    const code = await instance(0).codeFor(phoneNumber);

    expect((await instance(1).verify(phoneNumber, code)).status).toBe(200);
    expect((await instance(0).verify(phoneNumber, code)).body.code).toBe('OTP_NOT_FOUND');
  });
});
