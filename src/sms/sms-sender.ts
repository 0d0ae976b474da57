import type { SendNoticeInput, SendOtpInput } from '../options/options.js';
import type { SendResult } from './send-result.js';

/**
 * One message on its way to a phone: what a `sendOTP` callback is given, too.
 *
 * @publicApi
 */
export type SmsMessage = Readonly<SendOtpInput>;

/**
 * Brings a message to a phone. This class is both the type and the injection token: extend it and provide your class.
 *
 * Resolve once the provider has accepted the message, with nothing or with a {@link SendResult}. Where it has not, throw
 * or return what is known: {@link SmsSendError} with `rejected` where it certainly does not have the message, anything
 * else where nobody knows. The code that the person may have had before then stays good, and with
 * `delivery: 'await'` whoever asked is answered `SEND_OTP_FAILED`. Never try again yourself after an unknown end: a person would get two messages, and you the
 * bill for both.
 *
 * `smsSenderCases` of `nestjs-phone-auth/testing` shows that a sender of yours keeps to this.
 *
 * @example
 * ```ts
 * @Injectable()
 * class AcmeSmsSender extends SmsSender {
 *   async send({ phoneNumber, text, signal }: SmsMessage) {
 *     const answer = await fetch('https://sms.acme.example', { method: 'POST', body: JSON.stringify({ phoneNumber, text }), signal });
 *     if (!answer.ok) throw new SmsSendError('rejected', `Acme SMS answered ${answer.status}`);
 *   }
 * }
 *
 * PhoneAuthModule.forRoot({ secret, providers: [{ provide: SmsSender, useClass: AcmeSmsSender }] })
 * ```
 * @publicApi
 */
export abstract class SmsSender {
  abstract send(message: SmsMessage): Promise<SendResult | void>;

  /**
   * Sends a text without a code, such as the notice to a number that was replaced. Override it to have them sent; a
   * failure is logged and changes nothing.
   *
   * @default nothing is sent
   */
  notify(_notice: SmsNotice): Promise<SendResult | void> {
    return Promise.resolve();
  }

  /**
   * Whether there is a way to send at this moment. Where there is none, whoever asks for a code is answered
   * `SEND_OTP_NOT_IMPLEMENTED` at once, and nothing is counted.
   *
   * @default there is
   */
  isAvailable?(): boolean;

  /**
   * The providers that a message to a number may go through, by the names under which results and receipts call them.
   * Where there are several, a message whose receipt says that it did not arrive is sent once more while its code lives, and
   * `tried` names who has had it.
   *
   * @default none: this is one provider, and it has no name
   */
  providersFor?(phoneNumber: string): readonly string[];
}

/**
 * A text without a code: what a `sendNotice` callback is given, too.
 *
 * @publicApi
 */
export type SmsNotice = Readonly<SendNoticeInput>;
