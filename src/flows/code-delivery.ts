import { Injectable } from '@nestjs/common';
import type { IssuedCode } from '../codes/one-time-codes.js';
import { type CodeOnItsWay, CodeSending } from './code-sending.js';
import { MessageFates } from './message-fates.js';
import { RecentLatencies } from './recent-latencies.js';
import { TestNumbers } from './test-numbers.js';

/** A code that was asked for. */
export interface AskedCode extends CodeOnItsWay {
  readonly issued: IssuedCode;
}

/** Sends a code that was asked for, or does as if, and keeps what became of the message. */
@Injectable()
export class CodeDelivery {
  constructor(
    private readonly sending: CodeSending,
    private readonly fates: MessageFates,
    private readonly testNumbers: TestNumbers,
    private readonly latencies: RecentLatencies,
  ) {}

  /** @throws PhoneAuthError where no sender took it */
  async deliver(code: AskedCode): Promise<void> {
    const { issued } = code;
    // the message of the same request is on its way already
    if (issued.repeated) return;
    if (issued.isTest) {
      this.testNumbers.tell(issued.phoneNumber, 'send');
      return this.fates.keep(code);
    }
    try {
      this.fates.keep(code, await this.sending.send(code));
    } catch (error) {
      this.fates.keepFailed(code);
      throw error;
    }
  }

  /** What is to be seen of a message that is not sent is what is to be seen of one that is, after as long a time (R40). */
  async pretend(code: Pick<AskedCode, 'issued' | 'channel'>): Promise<void> {
    if (code.issued.repeated) return;
    await this.latencies.pass();
    this.fates.keep(code);
  }
}
