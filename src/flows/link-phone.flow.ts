import { Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';

/** @publicApi */
export interface LinkPhoneNumberRequest {
  /** Whose account gets the number: the user of the session at hand. */
  readonly userId: string;
  readonly phoneNumber: string;
  readonly code: string;
}

/** The right code adds a number to the account that is signed in, or changes the one it has. */
@Injectable()
export class LinkPhoneFlow {
  constructor(
    private readonly numbers: PhoneNumbers,
    private readonly codes: OneTimeCodes,
    private readonly users: PhoneUserStore,
  ) {}

  async run(request: LinkPhoneNumberRequest): Promise<PhoneUser> {
    const code = this.codes.normalize(request.code);
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    const proven = await this.codes.prove({ purpose: 'sign-in', phoneNumber }, code);
    // a code that somebody else asked for, or was made to read out, links nothing (R44)
    if (proven.requestedBy !== request.userId) throw new PhoneAuthError('INVALID_OTP');

    // said only now, to somebody who holds the number in his hand; the code stays good (R42, 8.9)
    const owner = await this.users.findByPhoneNumber(phoneNumber);
    if (owner && (owner.id !== request.userId || owner.phoneNumberVerified))
      throw new PhoneAuthError('PHONE_NUMBER_EXIST');

    await this.codes.consume(proven);
    const user = await this.users.update(request.userId, { phoneNumber, phoneNumberVerified: true });
    // another account got the number between the look and the write: the unique index has decided
    if (!user) throw new PhoneAuthError('PHONE_NUMBER_EXIST');
    return user;
  }
}
