import { Inject, Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { BackgroundTasks } from '../runtime/background-tasks.js';
import { Tickets } from '../sessions/tickets.js';
import { SmsDelivery } from '../sms/sms-delivery.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { Admission } from './admission.js';
import { CodeProof } from './code-proof.js';
import type { ClientContext } from './client-context.js';
import { NUMBER_LINK } from './decision-list.js';
import { Decisions } from './decisions.js';
import { ProvenNumbers } from './proven-numbers.js';
import { VerificationCallback } from './verification-callback.js';

/** @publicApi */
export interface LinkPhoneNumberRequest extends ClientContext {
  /** Whose account gets the number: the user of the session at hand. */
  readonly userId: string;
  readonly phoneNumber: string;
  readonly code: string;
}

/** The right code adds a number to the account that is signed in, or changes the one it has. */
@Injectable()
export class LinkPhoneFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
    private readonly users: PhoneUserStore,
    private readonly tickets: Tickets,
    private readonly delivery: SmsDelivery,
    private readonly background: BackgroundTasks,
    private readonly verified: VerificationCallback,
    private readonly provenNumbers: ProvenNumbers,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  run(request: LinkPhoneNumberRequest): Promise<PhoneUser> {
    return this.decisions.watch(NUMBER_LINK, request, () => this.link(request));
  }

  private async link(request: LinkPhoneNumberRequest): Promise<PhoneUser> {
    const code = this.codes.normalize(request.code);
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    await this.admission.admit(request, 'verify', phoneNumber);
    const { userId } = request;
    // a code that somebody else asked for, or was made to read out, links nothing (R44)
    const asked = { purpose: 'sign-in', phoneNumber, code, client: request, requestedBy: userId } as const;
    const proven = await this.proof.prove(asked);

    // said only now, to somebody who holds the number in his hand; the code stays good (R42, 8.9)
    const owner = await this.users.findByPhoneNumber(phoneNumber);
    if (owner && (owner.id !== request.userId || owner.phoneNumberVerified))
      throw new PhoneAuthError('PHONE_NUMBER_EXIST');
    if (!owner) this.numbers.requireNew(phoneNumber);

    const before = await this.users.findById(request.userId);
    await this.proof.use(proven);
    const changes = { phoneNumber, phoneNumberVerified: true };
    const { user, event } = await this.provenNumbers.write(phoneNumber, 'link', async (transaction) => ({
      user: linked(await this.users.update(request.userId, changes, transaction)),
    }));

    if (before?.phoneNumber && before.phoneNumber !== phoneNumber)
      await this.leave(before.phoneNumber, user.id);
    await this.verified.tell(phoneNumber, user, { event });
    return user;
  }

  /** Codes that are open for the old number die, what it was to be the second factor of does too, and whoever holds it learns that it was replaced (R48). */
  private async leave(oldNumber: E164, userId: string): Promise<void> {
    await this.codes.discard(oldNumber);
    await this.tickets.endAll(userId);
    if (this.numbers.standing(oldNumber) === 'refused') return;
    this.background.run('The notice to the old number was not sent', () =>
      this.delivery.notify({ phoneNumber: oldNumber, text: this.config.messages.numberChanged, userId }),
    );
  }
}

/** @throws PhoneAuthError where another account got the number between the look and the write: the unique index has decided */
function linked(user: PhoneUser | null): PhoneUser {
  if (!user) throw new PhoneAuthError('PHONE_NUMBER_EXIST');
  return user;
}
