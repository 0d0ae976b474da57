import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '../codes/ledger.js';
import { REST } from '../codes/ledger-sql.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { ChannelSubject } from '../limits/send-quota-list.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { MessageChannel } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import { Clock } from '../runtime/clock.js';

/**
 * Other ways to a phone than a text message. They cost more, and a machine that calls people is a weapon: so each opens
 * only after so many texts whose code did not come back, and has lower limits of its own (R33).
 */
@Injectable()
export class MessageChannels {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * What a message on a channel is counted by, `undefined` for a text.
   *
   * @throws PhoneAuthError `CHANNEL_NOT_AVAILABLE` where it is not open, or not yet
   */
  async open(
    channel: MessageChannel,
    phoneNumber: E164,
    holder: string,
  ): Promise<ChannelSubject | undefined> {
    if (channel === 'sms') return undefined;
    const limits = this.config.channels[channel];
    if (!limits || (await this.inARow(phoneNumber, holder)) < limits.after) {
      throw new PhoneAuthError('CHANNEL_NOT_AVAILABLE');
    }
    return { name: channel, ...limits };
  }

  /** The channels that the next message may take, after so many in a row. */
  offeredAfter(messages: number): MessageChannel[] {
    const { whatsapp, voice } = this.config.channels;
    return [
      'sms',
      ...(whatsapp && messages >= whatsapp.after ? (['whatsapp'] as const) : []),
      ...(voice && messages >= voice.after ? (['voice'] as const) : []),
    ];
  }

  /** Whether there is any other channel than a text. */
  get any(): boolean {
    return Object.keys(this.config.channels).length > 0;
  }

  private async inARow(phoneNumber: E164, holder: string): Promise<number> {
    const state = await this.ledger.read({ phoneNumber, holder });
    return state && state.sentAt > this.clock.now() - REST ? state.sendsInARow : 0;
  }
}
