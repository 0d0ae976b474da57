import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChallengeInput, ChallengeOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import { HumanCheck } from './human-check.js';

const secret = 'the secret of this application, long enough';
const client = () => ({ captchaToken: 'the-token', ipAddress: '203.0.113.7' });

const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
beforeEach(() => error.mockClear());

/** A check whose host answers like this, and what the host was asked. */
function checkWith(verify: (input: ChallengeInput) => unknown, more: Partial<ChallengeOptions> = {}) {
  const asked: ChallengeInput[] = [];
  const challenge = {
    ...more,
    verify: (input: ChallengeInput) => {
      asked.push(input);
      return verify(input) as boolean;
    },
  };
  return { human: new HumanCheck(resolveConfig({ secret, challenge })), asked };
}

describe('a host that sets a challenge', () => {
  it('R34 is asked with token, address and action', async () => {
    const { human, asked } = checkWith(() => true);
    expect(human.isConfigured).toBe(true);
    await human.require(client(), 'verify');
    expect(asked).toEqual([
      { token: 'the-token', ipAddress: '203.0.113.7', action: 'verify', signal: expect.any(AbortSignal) },
    ]);
  });

  it('R34 is asked once for a call, however many rooms want to know', async () => {
    const { human, asked } = checkWith(() => Promise.resolve(false));
    const caller = client();
    const both = [human.require(caller, 'send-otp'), human.require(caller, 'send-otp')];
    await expect(both[0]).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    await expect(both[1]).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    expect(asked).toHaveLength(1);

    const another = human.require(client(), 'send-otp');
    await expect(another).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    expect(asked).toHaveLength(2);
  });

  it.each([undefined, ''])('R34 is not asked without a token: %j', async (captchaToken) => {
    const { human, asked } = checkWith(() => true);
    await expect(human.require({ captchaToken }, 'send-otp')).rejects.toMatchObject({
      code: 'MISSING_RESPONSE',
    });
    expect(asked).toEqual([]);
  });

  it('R34 is not asked about what is too long to be a token', async () => {
    const { human, asked } = checkWith(() => true);
    const captchaToken = 'x'.repeat(8_193);
    await expect(human.require({ captchaToken }, 'send-otp')).rejects.toMatchObject({
      code: 'VERIFICATION_FAILED',
    });
    expect(asked).toEqual([]);
  });

  it.each([[undefined], [null], ['true'], [1], [{}]])(
    'R8 says true or false, and %j is neither',
    async (answer) => {
      const { human } = checkWith(() => answer);
      await expect(human.require(client(), 'send-otp')).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      });
    },
  );

  it('R8, R62 may fail, which is a no, and its words reach the log without the token', async () => {
    const { human } = checkWith(({ token }) => Promise.reject(new Error(`cannot look up ${token}`)));
    const refusal = human.require(client(), 'send-otp');
    await expect(refusal).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringContaining('Solve a new one') as string,
    });
    await expect(refusal).rejects.not.toHaveProperty('cause');
    expect(error.mock.calls).toEqual([['The challenge could not be checked: cannot look up [token]']]);
  });

  it('R8 may throw before it promises anything, and the end of its time is then the end of nothing else', async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', listen);
    const thrown = () => {
      throw new Error('no network');
    };
    const { human, asked } = checkWith(thrown, { timeout: 100 });
    await expect(human.require(client(), 'send-otp')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await vi.waitFor(() => expect(asked[0]?.signal.aborted).toBe(true));
    await new Promise(setImmediate);
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
  });

  it('R8 may hang, and is told when its time is over', async () => {
    const { human, asked } = checkWith(() => new Promise(() => undefined), { timeout: 100 });
    await expect(human.require(client(), 'send-otp')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});

describe('who has to show it', () => {
  const all = ['send-otp', 'verify', 'sign-in', 'request-password-reset', 'reset-password'] as const;
  const alwaysFor = ({ human }: ReturnType<typeof checkWith>) => all.filter((one) => human.alwaysFor(one));

  it('R34 is whoever seems suspicious, unless told otherwise', () => {
    expect(alwaysFor(checkWith(() => true))).toEqual([]);
  });

  it("R34 is everybody who has a message sent or tries a password, with 'always'", () => {
    const { human } = checkWith(() => true, { when: 'always' });
    expect(alwaysFor({ human, asked: [] })).toEqual(['send-otp', 'sign-in', 'request-password-reset']);
  });

  it('R34 is everybody on the routes that are named', () => {
    expect(alwaysFor(checkWith(() => true, { when: 'always', routes: ['verify'] }))).toEqual(['verify']);
  });

  it('R8 is nobody where there is no challenge, and then nobody passes either', async () => {
    const human = new HumanCheck(resolveConfig({ secret }));
    expect([human.isConfigured, human.alwaysFor('send-otp')]).toEqual([false, false]);
    await expect(human.require(client(), 'send-otp')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
