import { Injectable, Logger } from '@nestjs/common';
import { Events } from '../events/events.js';
import type { TestNumberUsedEvent } from '../events/phone-auth-event.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';

/** A fixed code is a way in for whoever knows it, so no use of it goes unseen: each is a warning and an event. */
@Injectable()
export class TestNumbers {
  private readonly logger = new Logger('PhoneAuth');

  constructor(private readonly events: Events) {}

  tell(number: E164, step: TestNumberUsedEvent['step']): void {
    const phoneNumber = maskPhoneNumber(number);
    const what = step === 'send' ? 'A code was asked for' : 'The fixed code was given for';
    this.logger.warn(`${what} ${phoneNumber}, which is a test number.`);
    this.events.emit({ type: 'test-number.used', phoneNumber, step });
  }
}
