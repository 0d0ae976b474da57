import { Inject, Injectable, Logger } from '@nestjs/common';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { ChallengeAction } from '../options/options.js';

/** Longer than any provider's token: what is longer is not worth a request. */
const LONGEST_TOKEN = 8_192;

/** Who has to show that he is no machine, and what he brought for it. Every `ClientContext` is one. */
export interface ChallengedClient {
  readonly captchaToken?: string | undefined;
  readonly ipAddress?: string;
}

/** Asks the host's `challenge.verify` about a client, before anything is counted that could lock somebody out (R34). */
@Injectable()
export class HumanCheck {
  private readonly logger = new Logger('PhoneAuth');
  private readonly answers = new WeakMap<ChallengedClient, Promise<void>>();

  constructor(@Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig) {}

  /** Whether there is a check at all. Where there is none, whoever wants one has to refuse or to let pass. */
  get isConfigured(): boolean {
    return this.config.challenge !== undefined;
  }

  /** Whether an action wants the check from everybody, suspicious or not. */
  alwaysFor(action: ChallengeAction): boolean {
    return this.config.challenge?.always.has(action) ?? false;
  }

  /**
   * Lets a human pass. A token is good for one question at the provider, so the answer is kept with the client: rooms
   * that hand on the same object, and no copy of it, ask once between them.
   *
   * @throws PhoneAuthError `MISSING_RESPONSE` without a token, `VERIFICATION_FAILED` where the token is no good,
   * `SERVICE_UNAVAILABLE` where nobody could say, which is never a yes (R8). All three take a new token.
   */
  require(client: ChallengedClient, action: ChallengeAction): Promise<void> {
    const known = this.answers.get(client);
    if (known) return known;
    const answer = this.check(client, action);
    this.answers.set(client, answer);
    return answer;
  }

  private async check({ captchaToken, ipAddress = '' }: ChallengedClient, action: ChallengeAction) {
    if (!captchaToken) throw new PhoneAuthError('MISSING_RESPONSE');
    if (captchaToken.length > LONGEST_TOKEN) throw new PhoneAuthError('VERIFICATION_FAILED');
    if (!(await this.ask(captchaToken, ipAddress, action))) throw new PhoneAuthError('VERIFICATION_FAILED');
  }

  /** The host's answer within the time limit, whatever `verify` does. */
  private async ask(token: string, ipAddress: string, action: ChallengeAction): Promise<boolean> {
    try {
      const { challenge } = this.config;
      if (!challenge) throw new Error('the option challenge is not set');
      const signal = AbortSignal.timeout(challenge.timeout);
      const tooLate = new Promise<never>((_, reject) => {
        const giveUp = () => reject(new Error(`no answer within ${challenge.timeout} ms`));
        signal.addEventListener('abort', giveUp, { once: true });
      });
      // in a function that cannot throw: with nobody left to hear it, the end of the time would end the process
      const asking = async () => challenge.verify({ token, ipAddress, action, signal });
      const answer: unknown = await Promise.race([asking(), tooLate]);
      if (typeof answer !== 'boolean') throw new Error(`the answer is ${typeof answer}, not true or false`);
      return answer;
    } catch (cause) {
      this.logger.error(`The challenge could not be checked: ${reason(cause, token)}`);
      // no cause: it may repeat the request, and hosts print what they catch
      throw new PhoneAuthError('SERVICE_UNAVAILABLE', {
        message: 'The challenge could not be checked. Solve a new one and try again.',
      });
    }
  }
}

/** For the log, which tokens have no place in (R62). */
function reason(cause: unknown, token: string): string {
  const text: unknown = cause instanceof Error ? cause.message : cause;
  return typeof text === 'string' && text !== '' ? text.replaceAll(token, '[token]') : 'it gave no message';
}
