import { CryptoRandomSource } from '../runtime/random-source.js';
import { HttpGateway } from './http-gateway.js';
import type { HttpGatewayOptions } from './http-gateway-options.js';

/**
 * node-auth's `SmsService`: any text through the gateway, and codes to put into it.
 *
 * @example
 * ```ts
 * const sms = new SmsService({ endpoint, apiKey, username, password });
 * await sms.sendSms('+12025550123', `Your order is ready. Your code is ${sms.generateCode(4)}.`);
 * ```
 * @publicApi
 */
export class SmsService {
  private readonly gateway: HttpGateway;
  private readonly random = new CryptoRandomSource();

  /** @throws PhoneAuthOptionError where an option is missing or cannot be right */
  constructor(options: HttpGatewayOptions) {
    this.gateway = new HttpGateway(options);
  }

  /** Sends any text (S3.10). @throws SmsSendError where the gateway does not take it within its time */
  async sendSms(phone: string, message: string): Promise<void> {
    await this.gateway.send(phone, message);
  }

  /**
   * Decimal digits from a cryptographically secure generator, leading zeros kept (S3.11).
   *
   * @param length 1 to 14
   * @throws RangeError for another length
   */
  generateCode(length = 6): string {
    if (!Number.isInteger(length) || length < 1 || length > 14) {
      throw new RangeError(`A code has 1 to 14 digits, not ${length}`);
    }
    return this.random.digits(length);
  }
}
