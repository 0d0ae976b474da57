import { Inject, Injectable } from '@nestjs/common';
import { OneTimeCodes } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import type { MessageChannel } from '../options/options.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Database } from '../persistence/database.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Sessions } from '../sessions/sessions.js';
import { Tickets } from '../sessions/tickets.js';
import { Passwords } from '../users/passwords.js';
import { PhoneUserStore } from '../users/phone-user-store.js';
import { Admission } from './admission.js';
import type { ClientContext } from './client-context.js';
import { CodeProof } from './code-proof.js';
import { CodeMessenger } from './code-messenger.js';
import { codeRequest, PASSWORD_RESET } from './decision-list.js';
import { Decisions } from './decisions.js';
import type { SendOtpResult } from './send-code.flow.js';

/** Somebody asks for a code for a new password. */
export interface PasswordResetCodeRequest extends ClientContext {
  readonly phoneNumber: string;
  readonly channel?: MessageChannel | undefined;
}

/** @publicApi */
export interface ResetPasswordRequest extends ClientContext {
  readonly phoneNumber: string;
  /** The code from the message. */
  readonly otp: string;
  readonly newPassword: string;
}

const REQUEST_RESET = codeRequest('request_password_reset', 'reset-password');

/** A new password for whoever holds the number. */
@Injectable()
export class ResetPasswordFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
    private readonly users: PhoneUserStore,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly tickets: Tickets,
    private readonly messenger: CodeMessenger,
    private readonly db: Database,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  /**
   * Sends a code to a number that has an account. A number that has none gets a code as well, which nobody ever sees:
   * so everything that follows is the same for both, and nobody waits for the message (I5).
   */
  request(request: PasswordResetCodeRequest): Promise<SendOtpResult> {
    return this.decisions.watch(REQUEST_RESET, request, () => this.send(request));
  }

  async reset(request: ResetPasswordRequest): Promise<void> {
    const { userId } = await this.decisions.watch(PASSWORD_RESET, request, () => this.replace(request));
    this.decisions.tellAllEnded('password', userId);
  }

  private async send(request: PasswordResetCodeRequest): Promise<SendOtpResult> {
    const { phoneNumber } = await this.numbers.requireDestination(request.phoneNumber);
    await this.admission.admit(request, 'request-password-reset', phoneNumber);
    const owner = await this.users.findByPhoneNumber(phoneNumber);
    const reachable = owner !== null && (owner.phoneNumberVerified || !this.config.requireVerification);
    const message = {
      purpose: 'reset-password',
      phoneNumber,
      owner,
      channel: request.channel,
      client: request,
    } as const;
    return this.messenger.sendLater(message, reachable);
  }

  private async replace(request: ResetPasswordRequest): Promise<{ userId: string }> {
    const { otp, newPassword } = request;
    const code = this.codes.normalize(otp, 'otp');
    await this.passwords.checkNew(newPassword);
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    await this.admission.admit(request, 'reset-password', phoneNumber);
    const proven = await this.proof.prove({ purpose: 'reset-password', phoneNumber, code, client: request });

    const user = await this.users.findByPhoneNumber(phoneNumber);
    // the lucky guess at a code that was never sent looks like any other wrong one
    if (!user) throw new PhoneAuthError('INVALID_OTP');
    if (this.config.requireVerification && !user.phoneNumberVerified) {
      throw new PhoneAuthError('PHONE_NUMBER_PENDING_VERIFICATION');
    }

    // one code must not be both factors; it is used up by showing that its owner may be told (R46, A48)
    if (user.twoFactorEnabled) {
      await this.proof.use(proven);
      throw new PhoneAuthError('PHONE_NUMBER_IS_SECOND_FACTOR');
    }

    const passwordHash = await this.passwords.hash(newPassword);
    await this.proof.use(proven);
    await this.db.transaction(async (transaction) => {
      await this.passwords.store(user.id, passwordHash, transaction);
      await this.sessions.endAll(user.id, { within: transaction });
      await this.tickets.endAll(user.id, transaction);
      await this.codes.discard(phoneNumber, transaction);
    });
    return { userId: user.id };
  }
}
