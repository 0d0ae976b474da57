import { type PhoneAuthErrorCode, PhoneAuthService, PhoneUserStore } from 'nestjs-phone-auth';
import { describe, expect, it } from 'vitest';
import { parseE164 } from '../../src/phone/e164.js';
import { freshNumber, wrong } from '../support/api.js';
import { everyAdapterAndDatabase } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(everyAdapterAndDatabase)(
  'a second factor behind a first one of the host, $name',
  (platform) => {
    const { t, client } = useApp(platform);

    const service = () => t.app.get(PhoneAuthService);
    const refusal = (code: PhoneAuthErrorCode) => expect.objectContaining({ code }) as unknown;

    /** Somebody whose first factor was right. */
    const pending = async () => {
      const { phoneNumber, user } = await client.signIn();
      return { phoneNumber, userId: user.id, ...(await service().startSecondFactor(user.id)) };
    };
    const codeFor = async ({ tempToken, phoneNumber }: { tempToken: string; phoneNumber: string }) => {
      await service().sendSecondFactorCode({ tempToken });
      await t.settled();
      return t.inbox.lastCodeFor(phoneNumber);
    };

    it('S3.29 starts with a temp token and a masked number, and sends nothing by itself', async () => {
      const { phoneNumber, user } = await client.signIn();
      const sentBefore = t.inbox.messagesFor(phoneNumber).length;
      expect(await service().startSecondFactor(user.id)).toEqual({
        requiresTwoFactor: true,
        tempToken: expect.stringMatching(/^[\w-]{43}$/),
        available2faMethods: ['sms'],
        maskedPhoneNumber: `+1********${phoneNumber.slice(-2)}`,
        expiresIn: 300,
      });
      await t.settled();
      expect(t.inbox.messagesFor(phoneNumber)).toHaveLength(sentBefore);
    });

    it('S3.31, A21 sends a code to the stored number, in a text that says what it is for', async () => {
      const { tempToken, phoneNumber, userId } = await pending();
      const sent = await service().sendSecondFactorCode({ tempToken });
      expect(sent).toEqual({
        expiresIn: 300,
        resendAfter: 0,
        maskedPhoneNumber: `+1********${phoneNumber.slice(-2)}`,
        challenge: expect.any(String),
      });
      await t.settled();
      expect(t.inbox.messagesFor(phoneNumber).at(-1)).toMatchObject({
        purpose: 'second-factor',
        userId,
        text: expect.stringMatching(/^Code to finish signing in: \d{6}$/),
      });
    });

    it('S3.32 signs in with the code: the session was opened by two factors', async () => {
      const signIn = await pending();
      const code = await codeFor(signIn);
      const result = await service().verifySecondFactor({ ...signIn, code });
      expect(result).toMatchObject({ isNewUser: false, user: { id: signIn.userId } });
      expect(await service().getSession(result.signedIn?.token ?? '')).toMatchObject({
        user: { id: signIn.userId },
        session: { amr: 'mfa', remembered: true },
      });
    });

    it('S3.32 keeps to what the sign-in said about remembering', async () => {
      const { phoneNumber, user } = await client.signIn();
      const { tempToken } = await service().startSecondFactor(user.id, { rememberMe: false });
      const code = await codeFor({ tempToken, phoneNumber });
      const { signedIn } = await service().verifySecondFactor({ tempToken, code });
      expect(signedIn?.session.remembered).toBe(false);
    });

    it('S3.33 a temp token works once', async () => {
      const signIn = await pending();
      await service().verifySecondFactor({ ...signIn, code: await codeFor(signIn) });
      await expect(service().sendSecondFactorCode(signIn)).rejects.toEqual(refusal('INVALID_TEMP_TOKEN'));
      await expect(service().verifySecondFactor({ ...signIn, code: '123456' })).rejects.toEqual(
        refusal('INVALID_TEMP_TOKEN'),
      );
    });

    it('S3.33, R49, A14 a temp token is good for five minutes, to the millisecond', async () => {
      const [inTime, late] = [await pending(), await pending()];
      t.clock.advance({ milliseconds: 299_999 });
      const code = await codeFor(inTime);
      expect((await service().verifySecondFactor({ ...inTime, code })).signedIn).not.toBeNull();
      t.clock.advance({ milliseconds: 1 });
      await expect(service().sendSecondFactorCode(late)).rejects.toEqual(refusal('INVALID_TEMP_TOKEN'));
    });

    it('S3.31, A19 made-up and missing temp tokens are told apart, and nothing is compared for either', async () => {
      const code = '123456';
      for (const tempToken of ['made-up', 'a'.repeat(43), 'ä'.repeat(10_000)]) {
        await expect(service().verifySecondFactor({ tempToken, code })).rejects.toEqual(
          refusal('INVALID_TEMP_TOKEN'),
        );
      }
      await expect(service().verifySecondFactor({ tempToken: '', code })).rejects.toEqual(
        refusal('TEMP_TOKEN_REQUIRED'),
      );
    });

    it('a wrong code leaves the temp token good', async () => {
      const signIn = await pending();
      const code = await codeFor(signIn);
      await expect(service().verifySecondFactor({ ...signIn, code: wrong(code) })).rejects.toMatchObject({
        code: 'INVALID_OTP',
        attemptsRemaining: 2,
      });
      expect((await service().verifySecondFactor({ ...signIn, code })).signedIn).not.toBeNull();
    });

    it('R24 a temp token has five messages sent, and says how long it is good for', async () => {
      const signIn = await pending();
      for (let sent = 0; sent < 5; sent += 1) await service().sendSecondFactorCode(signIn);
      t.clock.advance({ seconds: 100 });
      await expect(service().sendSecondFactorCode(signIn)).rejects.toMatchObject({
        code: 'RATE_LIMITED',
        retryAfter: 200,
      });
    });

    it('8.23 a number that was not proven is no factor', async () => {
      const phoneNumber = parseE164(freshNumber())!;
      const user = await t.app
        .get(PhoneUserStore)
        .create({ phoneNumber, phoneNumberVerified: false, name: 'Ada', email: null, fields: {} });
      for (const userId of [user!.id, 'nobody']) {
        await expect(service().startSecondFactor(userId)).rejects.toEqual(
          refusal('SECOND_FACTOR_NOT_AVAILABLE'),
        );
      }
    });

    it('R45 a password reset ends what waits for its second factor', async () => {
      const signIn = await pending();
      const { phoneNumber } = signIn;
      await client
        .resetPassword(phoneNumber, await client.resetCodeFor(phoneNumber), 'correct horse')
        .expect(200);
      await expect(service().sendSecondFactorCode(signIn)).rejects.toEqual(refusal('INVALID_TEMP_TOKEN'));
    });

    it('R48 so do a change of the number and its release', async () => {
      const [changed, released] = [await client.signIn(), await client.signIn()];
      const [first, second] = [
        await service().startSecondFactor(changed.user.id),
        await service().startSecondFactor(released.user.id),
      ];
      const phoneNumber = freshNumber();
      await client
        .verify(
          phoneNumber,
          await client.codeFor(phoneNumber, changed.bearer),
          { updatePhoneNumber: true },
          changed.bearer,
        )
        .expect(200);
      await client.post('/update-user', { phoneNumber: null }, released.bearer).expect(200);
      for (const { tempToken } of [first, second]) {
        await expect(service().sendSecondFactorCode({ tempToken })).rejects.toEqual(
          refusal('INVALID_TEMP_TOKEN'),
        );
      }
    });
  },
);
