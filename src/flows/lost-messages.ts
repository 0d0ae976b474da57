import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '../codes/ledger.js';
import { type CodeRequest, type IssuedCode, OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Clock } from '../runtime/clock.js';
import { MessageStore } from '../sms/message-store.js';

/** What a sender that was given its time may take beyond it until the row of its message is written, in milliseconds. */
const SLACK = 5_000;

/**
 * Messages leave after the answer, so one is lost with a process that is killed in between. Nobody has to wait for it: once
 * its time is over without a word of it, the delay before the next message does not hold. What is counted stays counted.
 */
@Injectable()
export class LostMessages {
  private readonly patience: number;

  constructor(
    private readonly codes: OneTimeCodes,
    private readonly ledger: Ledger,
    private readonly messages: MessageStore,
    private readonly clock: Clock,
    @Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig,
  ) {
    this.patience = config.messages.timeout + SLACK;
  }

  /** Whether nothing will be heard any more of a message of that moment. */
  isOver(sentAt: number): boolean {
    return this.clock.now() - sentAt > this.patience;
  }

  /** As {@link OneTimeCodes.issue}, and once more where only a lost message stood in the way. */
  async issue(request: CodeRequest): Promise<IssuedCode> {
    try {
      return await this.codes.issue(request);
    } catch (error) {
      const refused = error instanceof PhoneAuthError && error.code === 'RATE_LIMITED';
      if (!refused || !(await this.forget(request))) throw error;
      return this.codes.issue(request);
    }
  }

  private async forget(request: CodeRequest): Promise<boolean> {
    const state = await this.ledger.read(request);
    if (!state || state.nextSendAt === 0 || !this.isOver(state.sentAt)) return false;
    if ((await this.messages.stateOf(state.messageId)) !== undefined) return false;
    return this.ledger.endDelay(request, state.sentAt);
  }
}
