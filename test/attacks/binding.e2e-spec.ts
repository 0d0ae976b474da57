import { describe, expect, it } from 'vitest';
import { freshNumber, wrong } from '../support/api.js';
import { platforms } from '../support/platforms.js';
import { useApp } from '../support/use-app.js';

describe.each(platforms)('what a code is bound to, on $name', (platform) => {
  const { t, client } = useApp(platform);

  const outcome = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

  it('A16, R4 a code of one number is nothing for another', async () => {
    const [mine, victim] = [freshNumber(), freshNumber()];
    const code = await client.codeFor(mine);
    let other = await client.codeFor(victim);
    while (other === code) other = await client.codeFor(victim);
    expect(outcome(await client.verify(victim, code))).toEqual([400, 'INVALID_OTP']);
    expect((await client.verify(victim, other)).status).toBe(200);
  });

  it('A19 nothing is finished without a proof', async () => {
    const { phoneNumber, bearer, user } = await client.signIn();
    const forged = { authorization: `Bearer ${user.id}` };
    const answers = [
      await client.resetPassword(phoneNumber, '000000', 'correct horse'),
      await client.verify(phoneNumber, '000000'),
      await client.verify(freshNumber(), '000000', { updatePhoneNumber: true }, bearer),
      await client.verify(phoneNumber, '000000', { updatePhoneNumber: true }, forged),
      await client.post('/sign-in/phone-number', { phoneNumber, code: '000000' }),
      await client.passwordSignIn(phoneNumber, 'correct horse'),
      await client.post('/update-user', { name: 'Eve' }, forged),
      await client.post('/change-password', { currentPassword: 'a', newPassword: 'correct horse' }, forged),
      await client.get('/list-sessions', forged),
      await client.get('/token', forged),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('A38, R42 before the proof, linking a free and a taken number look the same', async () => {
    const [me, other] = [await client.signIn(), await client.signIn()];
    const seen = [];
    for (const phoneNumber of [freshNumber(), other.phoneNumber]) {
      const sent = await client.sendOtp(phoneNumber, me.bearer);
      const guess = wrong(t.inbox.lastCodeFor(phoneNumber));
      const refused = await client.verify(phoneNumber, guess, { updatePhoneNumber: true }, me.bearer);
      seen.push([
        sent.status,
        // every code has a challenge of its own
        { ...sent.body, challenge: typeof sent.body.challenge },
        Object.keys(sent.headers),
        refused.status,
        refused.body,
        Object.keys(refused.headers),
      ]);
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  it('R36 a wrong password sends no message, whatever the state of the number', async () => {
    const { phoneNumber } = await client.signUpWithPassword();
    t.inbox.clear();
    for (const number of [phoneNumber, freshNumber()]) await client.passwordSignIn(number, 'wrong password');
    expect(t.inbox.messages).toEqual([]);
  });

  it('8.24 no error names a library, a file, a statement or a stack', async () => {
    const { bearer } = await client.signIn();
    const answers = [
      await client.post('/phone-number/send-otp', '{"phoneNumber":', { 'content-type': 'application/json' }),
      await client.post('/phone-number/send-otp', { phoneNumber: { $gt: '' } }),
      await client.post('/phone-number/verify', { phoneNumber: freshNumber(), code: "' OR 1=1 --" }),
      await client.post('/sign-in/phone-number', { phoneNumber: freshNumber(), code: null }),
      await client.post('/update-user', { name: '\u0000' }, bearer),
      await client.post('/revoke-session', { token: ['x'] }, bearer),
      await client.post('/nothing-here', {}),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(
        /node_modules|\.[jt]s\b|\bat \/|\\n|select|insert|sqlite|postgres|pg_|class-validator|https?:/i,
      );
    }
  });
});
