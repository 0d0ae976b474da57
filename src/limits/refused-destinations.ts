import { Injectable } from '@nestjs/common';
import { Events } from '../events/events.js';
import type { E164 } from '../phone/e164.js';
import { maskPhoneNumber } from '../phone/mask.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';

/** Tells of messages to where none may go: those are turned away before a flow sees them, and could watch itself. */
@Injectable()
export class RefusedDestinations {
  constructor(
    private readonly events: Events,
    private readonly numbers: PhoneNumbers,
  ) {}

  tell(phoneNumber: E164, purpose: 'sign-in' | 'reset-password', ipAddress: string): void {
    if (!this.events.areHeard) return;
    this.events.emit({
      type: 'code-request.failed',
      purpose,
      reason: 'INVALID_PHONE_NUMBER',
      phoneNumber: maskPhoneNumber(phoneNumber),
      country: this.numbers.countryOf(phoneNumber),
      ipAddress,
    });
  }
}
