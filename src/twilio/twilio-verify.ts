import type { Provider } from '@nestjs/common';
import { type CodeAttempt, CodeVerifier } from '../codes/code-verifier.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { CodePurpose } from '../options/code-purpose.js';
import type { MessageChannel } from '../options/options.js';
import type { SendResult } from '../sms/send-result.js';
import { type SmsMessage, SmsSender } from '../sms/sms-sender.js';
import { checkVerifyOptions } from './check-twilio-options.js';
import { TwilioAccount } from './twilio-account.js';
import type { TwilioVerifyOptions } from './twilio-options.js';
import { verifyLocale } from './verify-locale.js';

const CHANNEL: Readonly<Record<MessageChannel, string>> = { sms: 'sms', whatsapp: 'whatsapp', voice: 'call' };

/** Twilio has no open code for the number: used up, expired, or never sent. */
const NOTHING_OPEN = 20_404;
/** Twilio's own limit of checks for one code. */
const TOO_MANY_CHECKS = 60_202;

/**
 * Twilio Verify: Twilio makes the code, words the message, sends it and checks it. The module's limits stay around both:
 * who may ask for a code and how often, how long it is good, how many guesses it survives, and that it works once. The
 * code that the module makes of its own goes nowhere, and `messages` is not used; notices without a code are not sent.
 *
 * Twilio uses a code up with the first check that is right, so a guard that answers after it, such as
 * `allowSignUp: false`, costs the person a new code.
 *
 * Provide it as both tokens, or let {@link twilioVerify} do so.
 *
 * @publicApi
 */
export class TwilioVerify extends SmsSender implements CodeVerifier {
  private readonly account: TwilioAccount<'verify'>;

  /** @throws PhoneAuthOptionError where an option is missing, cannot be right, or contradicts another */
  constructor(private readonly options: TwilioVerifyOptions) {
    super();
    checkVerifyOptions(options);
    this.account = new TwilioAccount(options);
  }

  /** @throws SmsSendError where Twilio does not take the request */
  override async send({ phoneNumber, purpose, channel, locale, signal }: SmsMessage): Promise<SendResult> {
    const { appHash } = this.options;
    const language = verifyLocale(locale);
    const { sid } = await this.account.request(signal, ({ verify }) =>
      verify.v2.services(this.serviceFor(purpose)).verifications.create({
        to: phoneNumber,
        channel: CHANNEL[channel ?? 'sms'],
        ...(language && { locale: language }),
        ...(appHash && { appHash }),
      }),
    );
    return { status: 'accepted', reference: sid };
  }

  /** @throws PhoneAuthError `SERVICE_UNAVAILABLE` where Twilio does not say whether the code is right */
  async check({ phoneNumber, code, purpose }: CodeAttempt): Promise<boolean> {
    const signal = AbortSignal.timeout(this.options.timeout ?? 10_000);
    try {
      const { status } = await this.account.request(signal, ({ verify }) =>
        verify.v2
          .services(this.serviceFor(purpose))
          .verificationChecks.create({ to: phoneNumber, code })
          .catch(noRatherThanFailure),
      );
      return status === 'approved';
    } catch (cause) {
      throw new PhoneAuthError('SERVICE_UNAVAILABLE', { cause });
    }
  }

  private serviceFor(purpose: CodePurpose): string {
    return this.options.serviceSids?.[purpose] ?? this.options.serviceSid;
  }
}

/**
 * Twilio Verify as the module's sender and as its verifier.
 *
 * @example
 * ```ts
 * import { twilioVerify } from 'nestjs-phone-auth/twilio';
 *
 * PhoneAuthModule.forRoot({
 *   secret: process.env.PHONE_AUTH_SECRET,
 *   providers: twilioVerify({
 *     accountSid: process.env.TWILIO_ACCOUNT_SID,
 *     authToken: process.env.TWILIO_AUTH_TOKEN,
 *     serviceSid: process.env.TWILIO_VERIFY_SERVICE,
 *   }),
 * })
 * ```
 * @throws PhoneAuthOptionError where an option is missing, cannot be right, or contradicts another
 * @publicApi
 */
export function twilioVerify(options: TwilioVerifyOptions): Provider[] {
  const verify = new TwilioVerify(options);
  return [
    { provide: SmsSender, useValue: verify },
    { provide: CodeVerifier, useValue: verify },
  ];
}

/** Two of the errors that Twilio answers are a plain no. */
function noRatherThanFailure(cause: unknown): { status: string } {
  const { code } = (typeof cause === 'object' && cause !== null ? cause : {}) as { code?: unknown };
  if (code === NOTHING_OPEN || code === TOO_MANY_CHECKS) return { status: 'canceled' };
  throw cause;
}
