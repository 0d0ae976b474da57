import { Injectable, Logger } from '@nestjs/common';
import { type SmsMessage, type SmsNotice, SmsSender } from 'nestjs-phone-auth';

/** What the drawn phone on the page shows. */
export interface ReceivedMessage {
  readonly id: number;
  readonly phoneNumber: string;
  readonly text: string;
  readonly receivedAt: Date;
}

const KEPT = 20;

/** Delivers to the page and to the terminal in place of a phone. */
@Injectable()
export class DemoPhone extends SmsSender {
  private readonly logger = new Logger('Demo phone');
  private readonly messages: ReceivedMessage[] = [];
  /** The messages to one number, newest first. */
  messagesFor(phoneNumber: string): ReceivedMessage[] {
    return this.messages.filter((message) => message.phoneNumber === phoneNumber);
  }

  private received = 0;

  constructor() {
    super();
    if (process.env['NODE_ENV'] === 'production') {
      throw new Error(
        'The demo phone shows every code to whoever asks, so it does not run with NODE_ENV=production: provide a real SmsSender.',
      );
    }
  }

  override send(message: SmsMessage): Promise<void> {
    return this.receive(message);
  }

  override notify(notice: SmsNotice): Promise<void> {
    return this.receive(notice);
  }

  private receive({ phoneNumber, text }: SmsMessage | SmsNotice): Promise<void> {
    this.received += 1;
    this.messages.unshift({ id: this.received, phoneNumber, text, receivedAt: new Date() });
    this.messages.splice(KEPT);
    this.logger.log(`SMS to ${phoneNumber}: ${text}`);
    return Promise.resolve();
  }
}
