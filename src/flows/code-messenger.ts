import { Inject, Injectable } from '@nestjs/common';
import { HumanCheck } from '../captcha/human-check.js';
import { ClientChallenge } from '../codes/client-challenge.js';
import { KnownDevices } from '../codes/known-devices.js';
import { type IssuedCode, OneTimeCodes } from '../codes/one-time-codes.js';
import { countedClient } from '../limits/client-address.js';
import { SendGuard, type SendTicket } from '../limits/send-guard.js';
import type { CodePurpose } from '../options/code-purpose.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { MessageChannel } from '../options/options.js';
import type { RowAlong } from '../persistence/along.js';
import type { Row } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import type { PhoneUser } from '../users/phone-user-store.js';
import type { ClientContext } from './client-context.js';
import { CodeDelivery } from './code-delivery.js';
import { Failover } from './failover.js';
import { LostMessages } from './lost-messages.js';
import { MessageChannels } from './message-channels.js';

/** What a code is for, who gets it, and who asked. */
export interface CodeMessage {
  readonly purpose: CodePurpose;
  readonly phoneNumber: E164;
  /** Or what finds him: with the message and not before the answer, whose time would tell a new number (S2.8). */
  readonly owner: PhoneUser | null | ((along: Row | undefined) => Promise<PhoneUser | null>);
  /** What `owner` reads, where the database reads it along. */
  readonly along?: RowAlong | undefined;
  /** The user who asks, where he is known: he is counted, and may use the code alone. */
  readonly requestedBy?: string | undefined;
  /** What else may use the code alone, in place of that user: his session, his ticket (R44). */
  readonly boundTo?: string | undefined;
  /** @default 'sms' */
  readonly channel?: MessageChannel | undefined;
  readonly client: ClientContext;
  /** Is told of the code before its message leaves; if that fails, none does. */
  readonly onIssued?: ((issued: IssuedCode) => Promise<void>) | undefined;
}

/** What whoever asked for a code is told. */
export interface SentCode {
  /** Seconds for which the code is good. */
  readonly expiresIn: number;
  /** Seconds to wait before another message goes out. */
  readonly resendAfter: number;
  /** Where there are other `channels` than texts: those that the next message may take. */
  readonly channels?: readonly MessageChannel[];
  /** By which the client asks what became of the message; with `bindToClient` it has to be shown with the code. */
  readonly challenge: string;
}

/** A code, and what was counted for its message. */
interface CountedCode {
  readonly issued: IssuedCode;
  readonly ticket: SendTicket;
}

/** What a CAPTCHA is asked for. */
const ACTION = {
  'sign-in': 'send-otp',
  'reset-password': 'request-password-reset',
  'second-factor': 'send-otp',
  'step-up': 'send-otp',
} as const;

/** Makes a code and brings it to the phone, or leaves everything as it was. */
@Injectable()
export class CodeMessenger {
  constructor(
    private readonly guard: SendGuard,
    private readonly devices: KnownDevices,
    private readonly channels: MessageChannels,
    private readonly codes: OneTimeCodes,
    private readonly challenges: ClientChallenge,
    private readonly sms: SmsDelivery,
    private readonly delivery: CodeDelivery,
    private readonly failover: Failover,
    private readonly lost: LostMessages,
    private readonly human: HumanCheck,
    private readonly background: BackgroundTasks,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * Where every number gets a message. The answer waits for the sender only with `delivery: 'await'`; either way a message
   * that no sender took leaves the earlier code good, and nothing counted (S1.35).
   *
   * @throws PhoneAuthError `SEND_OTP_FAILED`, with `delivery: 'await'` alone
   */
  async send(message: CodeMessage): Promise<SentCode> {
    const counted = await this.issue(message);
    const sending = () => this.deliverOrWithdraw(message, counted);
    if (this.config.delivery === 'await') await sending();
    else this.background.run(`A ${message.purpose} code was not sent`, sending);
    return this.answer(counted.issued, false);
  }

  /**
   * Makes a code at once and sends it after the answer; where it is not `wanted`, everything but that is the same. A
   * message that fails then changes nothing: if its code were taken back, guesses would be answered otherwise than for a
   * number to which nothing is ever sent, and tell the two apart (R40).
   */
  async sendLater(message: CodeMessage, wanted: boolean): Promise<SentCode> {
    const counted = await this.issue(message);
    this.background.run(`A ${message.purpose} code was not sent`, async () => {
      await (wanted
        ? this.deliver(message, counted)
        : this.delivery.pretend({ issued: counted.issued, channel: message.channel }));
    });
    return this.answer(counted.issued, true);
  }

  private async issue({
    purpose,
    phoneNumber,
    requestedBy,
    boundTo = requestedBy,
    channel = 'sms',
    client,
    along,
  }: CodeMessage): Promise<CountedCode> {
    this.sms.requireSender();
    const { address, isDevelopment } = countedClient(client.ipAddress, this.config.production);
    const device = this.devices.read(client.deviceToken, phoneNumber);
    const ticket = await this.guard.take({
      phoneNumber,
      channel: await this.channels.open(channel, phoneNumber, device ?? ''),
      address,
      userId: requestedBy,
      trusted: device !== undefined || isDevelopment,
      challenge: this.human.isConfigured ? () => this.human.require(client, ACTION[purpose]) : undefined,
    });
    try {
      const issued = await this.lost.issue({
        purpose,
        phoneNumber,
        requestedBy: boundTo ?? null,
        holder: device ?? '',
        sentFrom: address ?? '',
        idempotencyKey: client.idempotencyKey,
        askedFor: this.challenges.read(client.challenge, purpose, phoneNumber),
        sealed: this.failover.isPossible(phoneNumber),
        along,
      });
      if (issued.repeated) this.giveBack(ticket);
      return { issued, ticket };
    } catch (error) {
      this.giveBack(ticket);
      throw error;
    }
  }

  private async deliverOrWithdraw(message: CodeMessage, counted: CountedCode): Promise<void> {
    try {
      await this.deliver(message, counted);
    } catch (error) {
      this.giveBack(counted.ticket);
      await this.codes.withdraw(counted.issued);
      throw error;
    }
  }

  private async deliver(
    { owner, channel, client, onIssued }: CodeMessage,
    { issued, ticket }: CountedCode,
  ): Promise<void> {
    if (!issued.repeated) await onIssued?.(issued);
    const { ipAddress, userAgent } = client;
    const { country } = ticket;
    const user = typeof owner === 'function' ? await owner(issued.along) : owner;
    return this.delivery.deliver({ issued, owner: user, country, channel, ipAddress, userAgent });
  }

  private answer(issued: IssuedCode, mayBeDecoy: boolean): SentCode {
    const { expiresIn, resendAfter, sendsInARow } = issued;
    return {
      expiresIn,
      resendAfter,
      ...(this.channels.any && { channels: this.channels.offeredAfter(sendsInARow) }),
      challenge: this.challenges.of(issued, mayBeDecoy),
    };
  }

  private giveBack(ticket: SendTicket): void {
    this.background.run('A message that did not go out stays counted', () => this.guard.giveBack(ticket));
  }
}
