import { Inject, Injectable } from '@nestjs/common';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { MessageChannel } from '../options/options.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { CodeMessenger } from './code-messenger.js';
import { codeRequest } from './decision-list.js';
import { Decisions } from './decisions.js';
import { NewAccounts } from './new-accounts.js';
import { Owners } from './owners.js';

/** @publicApi */
export interface SendOtpRequest extends ClientContext {
  /** In any spelling that {@link parseE164} reads. */
  readonly phoneNumber: string;
  /** Id of the signed-in user who asks, where there is one. Only he can then link the number with this code. */
  readonly requestedBy?: string | undefined;
  /** How the code shall reach the phone, see `channels`. @default 'sms' */
  readonly channel?: MessageChannel | undefined;
}

/** @publicApi */
export interface SendOtpResult {
  /** Seconds for which the code is good: fewer than `expiresIn` of the options where it was sent before (`sameCodeOnResend`). */
  readonly expiresIn: number;
  /** Seconds to wait before another message to the number goes out (R23). */
  readonly resendAfter: number;
  /** Where there are other `channels` than texts: those that the next message may take (R33). */
  readonly channels?: readonly MessageChannel[];
  /** By which the client asks what became of the message; with `bindToClient` it has to be shown with the code. */
  readonly challenge: string;
}

const SEND_CODE = codeRequest('send_code', 'sign-in');

/** Sends a code that signs in. Who has the number, or whether anybody has, makes no difference to the caller (I5). */
@Injectable()
export class SendCodeFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly users: PhoneUserStore,
    private readonly owners: Owners,
    private readonly accounts: NewAccounts,
    private readonly messenger: CodeMessenger,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  run(request: SendOtpRequest): Promise<SendOtpResult> {
    return this.decisions.watch(SEND_CODE, request, () => this.send(request));
  }

  private async send(request: SendOtpRequest): Promise<SendOtpResult> {
    const { phoneNumber, retired } = await this.numbers.requireDestination(request.phoneNumber);
    await this.admission.admit(request, 'send-otp', phoneNumber);
    const isToLink = request.requestedBy !== undefined;
    const message = {
      purpose: 'sign-in',
      phoneNumber,
      requestedBy: request.requestedBy,
      channel: request.channel,
      client: request,
    } as const;
    // nobody new gets a retired number, and who asks must not learn whether somebody has it (R20, R40)
    if (retired || !this.config.sendToUnknown) {
      const owner = await this.users.findByPhoneNumber(phoneNumber);
      return this.messenger.sendLater({ ...message, owner }, owner !== null || (!retired && isToLink));
    }
    const along = this.owners.along(phoneNumber);
    const known = along ? null : await this.users.findByPhoneNumber(phoneNumber);
    return this.messenger.send({
      ...message,
      along,
      owner:
        known ??
        (async (row) =>
          (along && (await this.owners.of(phoneNumber, row))) ?? (await this.createNow(phoneNumber))),
    });
  }

  /** KavachOS makes the account with the first message; it is unverified until the code comes back (S2.9). */
  private async createNow(phoneNumber: E164): Promise<PhoneUser | null> {
    if (this.config.createUserOn !== 'send' || !this.config.allowSignUp) return null;
    // where two first messages race, the account is there for the slower one (S2.10)
    return (
      (await this.accounts.create(phoneNumber, false)) ?? (await this.users.findByPhoneNumber(phoneNumber))
    );
  }
}
