import { Inject, Injectable } from '@nestjs/common';
import type { CarriedCode } from '../codes/client-challenge.js';
import { SealedCodes } from '../codes/sealed-codes.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { MessageChannel } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { SealedText } from '../runtime/sealed-text.js';
import type { SeenMessage } from '../sms/message-store.js';
import { RECEIPT_READERS, type ReceiptReaders } from '../sms/receipt-reader.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { PhoneUserStore } from '../users/phone-user-store.js';
import type { CodeOnItsWay } from './code-sending.js';

/**
 * Finds out whether a message that a provider could not deliver can go through another one: while the code is good and no
 * later message carries it, and some provider has not been asked.
 *
 * What that takes is in the database, the number and the code under encryption, so it does not matter which process the
 * receipt comes to, or how long ago it was started.
 */
@Injectable()
export class Failover {
  private readonly addresses: SealedText;
  private readonly receiptsCome: boolean;

  constructor(
    private readonly codes: SealedCodes,
    private readonly sms: SmsDelivery,
    private readonly users: PhoneUserStore,
    private readonly numbers: PhoneNumbers,
    @Inject(RECEIPT_READERS) readers: ReceiptReaders,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.addresses = new SealedText(config, 'sealed-address');
    this.receiptsCome = Object.keys(readers).length > 0;
  }

  /** Whether messages to a number go through providers that have names. */
  isChoice(phoneNumber: E164): boolean {
    return this.sms.providersFor(phoneNumber).length > 0;
  }

  /** Whether a message to a number may ever have to go through another provider. */
  isPossible(phoneNumber: E164): boolean {
    return this.receiptsCome && this.sms.providersFor(phoneNumber).length > 1;
  }

  /**
   * What is kept of a message for that, `undefined` where there is nobody else to ask.
   *
   * @param tried who was asked so far
   */
  addressOf(carried: CarriedCode, tried: readonly string[]): string | undefined {
    const { id, messageId, purpose, phoneNumber } = carried;
    if (!this.receiptsCome || this.others(phoneNumber, tried).length === 0) return undefined;
    return this.addresses.seal(JSON.stringify([purpose, phoneNumber, id, tried]), [messageId]);
  }

  /** What to send through the providers that are left; `undefined` where it is over. */
  async next({ id: messageId, sealedTo, channel }: SeenMessage): Promise<CodeOnItsWay | undefined> {
    const text = sealedTo === null ? undefined : this.addresses.open(sealedTo, [messageId]);
    if (text === undefined) return undefined;
    const [purpose, phoneNumber, id, tried] = JSON.parse(text) as Address;
    if (this.others(phoneNumber, tried).length === 0) return undefined;
    const carried = { id, messageId, purpose, phoneNumber };
    const code = await this.codes.find(carried);
    return (
      code && {
        issued: { ...carried, ...code },
        owner: await this.users.findByPhoneNumber(phoneNumber),
        channel: channel as MessageChannel,
        country: this.numbers.countryOf(phoneNumber),
        tried,
      }
    );
  }

  private others(phoneNumber: E164, tried: readonly string[]): string[] {
    return this.sms.providersFor(phoneNumber).filter((name) => !tried.includes(name));
  }
}

type Address = readonly [CarriedCode['purpose'], E164, id: string, tried: readonly string[]];
