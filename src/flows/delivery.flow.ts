import { Injectable } from '@nestjs/common';
import { ClientChallenge } from '../codes/client-challenge.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { Clock } from '../runtime/clock.js';
import { DAY } from '../runtime/durations.js';
import { type MessageStatus, MessageStore } from '../sms/message-store.js';
import { Admission } from './admission.js';
import { LostMessages } from './lost-messages.js';

/**
 * Where the message with a code is: still with us; with the provider; on the phone, as the provider's receipt says; or
 * nowhere, as no provider took it, or it could not deliver it.
 *
 * @example
 * ```ts
 * if (status === 'failed') offerAnotherCode();
 * ```
 * @publicApi
 */
export type DeliveryStatus = 'queued' | MessageStatus;

/** What is told of a message. @publicApi */
export interface DeliveryState {
  readonly status: DeliveryStatus;
}

/** For how long a message is told of. */
const TOLD = DAY;

/** Tells whoever asked for a code, and nobody else, what became of the message (SECURITY 3.6). */
@Injectable()
export class DeliveryFlow {
  constructor(
    private readonly admission: Admission,
    private readonly challenges: ClientChallenge,
    private readonly messages: MessageStore,
    private readonly lost: LostMessages,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws PhoneAuthError `MESSAGE_NOT_FOUND` for a challenge that is missing, not ours, or older than a day;
   * `PHONE_SIGN_IN_DISABLED`
   */
  async state(challenge: string | undefined): Promise<DeliveryState> {
    this.admission.requireEnabled();
    const asked = this.challenges.open(challenge);
    if (!asked || this.clock.now() - asked.issuedAt > TOLD) throw new PhoneAuthError('MESSAGE_NOT_FOUND');
    const message = await this.messages.stateOf(asked.id);
    if (!message) return { status: this.lost.isOver(asked.issuedAt) ? 'failed' : 'queued' };
    // what comes after that would tell a number to which nothing is sent from one to which something is (R40)
    if (asked.mayBeDecoy) return { status: 'sent' };
    const { status, since } = message;
    if (status !== 'passed-on') return { status };
    // the next provider has it, unless the process that asked him has ended before his answer
    return { status: this.lost.isOver(since) ? 'failed' : 'sent' };
  }
}
