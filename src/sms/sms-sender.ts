import type { CodePurpose } from '../options/code-purpose.js';

/**
 * One message on its way to a phone.
 *
 * @publicApi
 */
export interface SmsMessage {
  /** Where to, in E.164 form. */
  readonly phoneNumber: string;
  /** The rendered text, code included. */
  readonly text: string;
  /** The code alone, for providers that render the text themselves. */
  readonly code: string;
  readonly purpose: CodePurpose;
  /** The owner of the number, `undefined` while nobody has it. */
  readonly userId: string | undefined;
  /** Seconds until the code expires. */
  readonly expiresIn: number;
  /** Aborted when the time limit of the send is over. */
  readonly signal: AbortSignal;
}

/**
 * Brings a message to a phone. This class is both the type and the injection token: extend it and provide your class.
 *
 * Resolve once the provider has accepted the message; throw where it has not. Whoever asked for the code is then
 * answered `SEND_OTP_FAILED`, and the code that he may have had before stays good.
 *
 * @example
 * ```ts
 * @Injectable()
 * class AcmeSmsSender extends SmsSender {
 *   async send({ phoneNumber, text, signal }: SmsMessage) {
 *     const answer = await fetch('https://sms.acme.example', { method: 'POST', body: JSON.stringify({ phoneNumber, text }), signal });
 *     if (!answer.ok) throw new Error(`Acme SMS answered ${answer.status}`);
 *   }
 * }
 *
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: SmsSender, useClass: AcmeSmsSender }] })
 * ```
 * @publicApi
 */
export abstract class SmsSender {
  abstract send(message: SmsMessage): Promise<void>;

  /**
   * Sends a text without a code, such as the notice to a number that was replaced. Override it to have them sent; a
   * failure is logged and changes nothing.
   *
   * @default nothing is sent
   */
  notify(_notice: SmsNotice): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A text without a code.
 *
 * @publicApi
 */
export interface SmsNotice {
  readonly phoneNumber: string;
  readonly text: string;
  /** The account that it is about. */
  readonly userId: string;
  /** Aborted when the time limit of the send is over. */
  readonly signal: AbortSignal;
}
