import { Inject, Injectable } from '@nestjs/common';
import type { CarriedCode } from '../codes/client-challenge.js';
import { Events } from '../events/events.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { EarlyReceipts } from '../sms/early-receipts.js';
import {
  type AnsweredMessage,
  type Conclusion,
  MessageStore,
  type SeenMessage,
} from '../sms/message-store.js';
import { RECEIPT_READERS, type ReceiptReaders } from '../sms/receipt-reader.js';
import type { SendResult } from '../sms/send-result.js';
import { type CodeOnItsWay, CodeSending } from './code-sending.js';
import { Failover } from './failover.js';

type Message = Pick<CodeOnItsWay, 'issued' | 'channel' | 'tried'>;

/** A message that no provider has: it was not sent, or is not meant to be. */
const NOWHERE: SendResult = { status: 'accepted' };

/** What becomes of messages once a sender has answered for them. */
@Injectable()
export class MessageFates {
  private readonly receiptsCome: boolean;

  constructor(
    private readonly messages: MessageStore,
    private readonly early: EarlyReceipts,
    private readonly failover: Failover,
    private readonly sending: CodeSending,
    private readonly events: Events,
    private readonly background: BackgroundTasks,
    @Inject(RECEIPT_READERS) readers: ReceiptReaders,
  ) {
    this.receiptsCome = Object.keys(readers).length > 0;
  }

  /** Keeps a message that a provider has accepted. @param attempt how many others had it before */
  keep(
    message: Message,
    { provider = '', reference, tried = [provider] }: SendResult = NOWHERE,
    attempt = 0,
  ): void {
    const asked = [...(message.tried ?? []), ...tried];
    const sealedTo = reference === undefined ? undefined : this.failover.addressOf(message.issued, asked);
    this.write(message, { attempt, status: 'sent', provider, reference, sealedTo });
  }

  /** Keeps a message that no provider has accepted. */
  keepFailed(message: Message, attempt = 0): void {
    this.write(message, { attempt, status: 'failed', provider: '' });
  }

  /**
   * Who delivered a message, or had it last, by the name that he has in a chain; empty where there is none, and where that is
   * not known yet.
   */
  async providerOf({
    phoneNumber,
    messageId,
  }: Pick<CarriedCode, 'phoneNumber' | 'messageId'>): Promise<string> {
    if (!this.failover.isChoice(phoneNumber)) return '';
    return (await this.messages.stateOf(messageId))?.provider ?? '';
  }

  /** What a receipt says. One that comes before the message is known waits for it. */
  async take(conclusion: Conclusion): Promise<void> {
    if (await this.conclude(conclusion)) return;
    await this.early.keep(conclusion);
    await this.conclude(conclusion);
  }

  /**
   * Brings a message to its end, or gives it to the next provider. However many say the same at once, one of them does.
   * False: there is no such message, or it has its end.
   */
  private async conclude(conclusion: Conclusion): Promise<boolean> {
    const { provider, reference, status } = conclusion;
    const changed =
      (status === 'failed' && (await this.passOn(conclusion))) || (await this.messages.conclude(conclusion));
    if (!changed) return false;
    const type = status === 'delivered' ? 'message.delivered' : 'message.undelivered';
    this.events.emit({ type, provider, reference });
    return true;
  }

  private async passOn(conclusion: Conclusion): Promise<boolean> {
    const message = await this.messages.findSent(conclusion);
    const next = message && (await this.failover.next(message));
    if (!next || !(await this.isUndelivered(message)) || !(await this.messages.passOn(message))) return false;
    this.background.run('A message was not passed on', () => this.sendNext(next, message.attempt + 1));
    return true;
  }

  private async sendNext(code: CodeOnItsWay, attempt: number): Promise<void> {
    try {
      this.keep(code, await this.sending.send(code), attempt);
    } catch (error) {
      this.keepFailed(code, attempt);
      throw error;
    }
  }

  /** A provider that had it before may have delivered it late. */
  private async isUndelivered({ id, attempt }: SeenMessage): Promise<boolean> {
    return attempt === 0 || (await this.messages.stateOf(id))?.status !== 'delivered';
  }

  private write(
    { issued: { messageId: id }, channel = 'sms' }: Message,
    message: Omit<AnsweredMessage, 'id' | 'channel'>,
  ): void {
    this.background.run('The state of a message was not kept', async () => {
      await this.messages.add({ ...message, id, channel });
      const { provider, reference } = message;
      if (!this.receiptsCome || reference === undefined) return;
      for (const receipt of await this.early.of({ provider, reference })) await this.conclude(receipt);
    });
  }
}
