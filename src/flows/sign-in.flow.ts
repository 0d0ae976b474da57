import { Inject, Injectable } from '@nestjs/common';
import type { KnownDevice } from '../codes/known-devices.js';
import { OneTimeCodes, type ProvenCode } from '../codes/one-time-codes.js';
import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import { Database, type Transaction } from '../persistence/database.js';
import type { E164 } from '../phone/e164.js';
import { PhoneNumbers } from '../phone/phone-numbers.js';
import { Sessions, type SessionStart } from '../sessions/sessions.js';
import { AdditionalFields, type FieldValues } from '../users/additional-fields.js';
import { Passwords } from '../users/passwords.js';
import { type PhoneUser, PhoneUserStore } from '../users/phone-user-store.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { Admission } from './admission.js';
import { CodeProof, type ExpiryIsFor } from './code-proof.js';
import type { ClientContext } from './client-context.js';
import { type Entered, DirectEntry } from './direct-entry.js';
import { signIn } from './decision-list.js';
import { Decisions } from './decisions.js';
import { NewAccounts } from './new-accounts.js';
import { Owners } from './owners.js';
import { type NewSession, TokenPairs } from './token-pairs.js';
import { VerificationCallback } from './verification-callback.js';

/** @publicApi */
export interface VerifyRequest extends ClientContext {
  readonly phoneNumber: string;
  readonly code: string;
  /** Prove the number (and sign up, where that is allowed) without signing in. @default false */
  readonly disableSession?: boolean | undefined;
  /** Keep the session when the browser closes. @default true */
  readonly rememberMe?: boolean | undefined;
  /** Who is told `OTP_EXPIRED`: whoever is the first to try the code, or only who has the right one. @default 'anyone' */
  readonly expiryIsFor?: ExpiryIsFor | undefined;
  /** Values of declared `additionalFields` for a new account. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** @publicApi */
export interface SignInResult {
  /** Tells it from {@link SecondFactorPending}. */
  readonly requiresTwoFactor?: false;
  readonly user: PhoneUser;
  /** Whether this sign-in made the account. */
  readonly isNewUser: boolean;
  /** The session and its token, which is given out here only; `null` with `disableSession`. */
  readonly signedIn: NewSession | null;
  /**
   * What makes the device a known one for this number: give it back as `deviceToken` the next time (over HTTP it is a
   * cookie). It signs nobody in.
   */
  readonly knownDevice?: KnownDevice | undefined;
}

const SIGN_IN = signIn('sign_in', 'sms');

/** The right code signs in; for a number that nobody has, it signs up. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly decisions: Decisions,
    private readonly numbers: PhoneNumbers,
    private readonly admission: Admission,
    private readonly codes: OneTimeCodes,
    private readonly proof: CodeProof,
    private readonly users: PhoneUserStore,
    private readonly owners: Owners,
    private readonly direct: DirectEntry,
    private readonly accounts: NewAccounts,
    private readonly fields: AdditionalFields,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly pairs: TokenPairs,
    private readonly verified: VerificationCallback,
    private readonly webhooks: WebhookOutbox,
    private readonly db: Database,
    @Inject(PHONE_AUTH_CONFIG) private readonly config: PhoneAuthConfig,
  ) {}

  run(request: VerifyRequest): Promise<SignInResult> {
    return this.decisions.watch(SIGN_IN, request, () => this.prove(request));
  }

  private async prove(request: VerifyRequest): Promise<SignInResult> {
    const code = this.codes.normalize(request.code);
    const fields = this.fields.parse(request.fields ?? {});
    const phoneNumber = await this.numbers.require(request.phoneNumber);
    await this.admission.admit(request, 'verify', phoneNumber);
    const { expiryIsFor } = request;
    const proven = await this.proof.prove({
      purpose: 'sign-in',
      phoneNumber,
      code,
      client: request,
      expiryIsFor,
      along: this.owners.along(phoneNumber),
    });

    const owner = await this.owners.of(phoneNumber, proven.along);
    if (!owner && !this.config.allowSignUp) throw new PhoneAuthError('PHONE_NUMBER_SIGN_UP_DISABLED');
    if (owner && !owner.phoneNumberVerified && !this.config.verifyOnSignIn)
      throw new PhoneAuthError('PHONE_NUMBER_NOT_VERIFIED');
    if (!owner) this.numbers.requireNew(phoneNumber);
    if (!owner) this.fields.requireAll(fields);

    const { user, isNewUser, started, event } = await this.useUp(proven, owner, fields, request);
    await this.verified.tell(phoneNumber, user, { token: started?.token, event });
    const signedIn = started && (await this.pairs.complete(user, started));
    return { user, isNewUser, signedIn, knownDevice: this.proof.device(proven, user.id) };
  }

  private async useUp(
    proven: ProvenCode,
    owner: PhoneUser | null,
    fields: FieldValues,
    request: VerifyRequest,
  ): Promise<Entered> {
    const { phoneNumber } = proven;
    const entered = this.direct.isOpenTo(owner)
      ? await this.direct.enter({
          proven,
          owner: owner ?? this.accounts.describe(phoneNumber, true, fields),
          session: sessionOf(request),
        })
      : await this.enter(proven, owner, fields, request);
    if (entered) return entered;

    // somebody else who holds the number was a moment faster: the account is there now (A44)
    const sameNumber = await this.users.findByPhoneNumber(phoneNumber);
    if (!sameNumber) throw new PhoneAuthError('FAILED_TO_CREATE_USER');
    return this.signIn(sameNumber, phoneNumber, request);
  }

  /** `null` where the number has an account by now. */
  private async enter(
    proven: ProvenCode,
    owner: PhoneUser | null,
    fields: FieldValues,
    request: VerifyRequest,
  ): Promise<Entered | null> {
    const { phoneNumber } = proven;
    await this.proof.use(proven);
    return owner ? this.signIn(owner, phoneNumber, request) : this.signUp(phoneNumber, fields, request);
  }

  private signUp(phoneNumber: E164, fields: FieldValues, request: VerifyRequest): Promise<Entered | null> {
    return this.db.transaction(async (transaction) => {
      const user = await this.accounts.create(phoneNumber, true, fields, transaction);
      return user && this.write({ user, isNewUser: true }, phoneNumber, request, transaction);
    });
  }

  private async signIn(owner: PhoneUser, phoneNumber: E164, request: VerifyRequest): Promise<Entered> {
    // the code is used up: it was the only thing that it could have been good for
    if (owner.twoFactorEnabled) throw new PhoneAuthError('SECOND_FACTOR_REQUIRED');
    const isProven = owner.phoneNumberVerified;
    // a statement alone needs no transaction
    if (isProven && !this.webhooks.isWanted) {
      return { user: owner, isNewUser: false, started: await this.startSession(owner, request) };
    }
    const result = await this.db.transaction(async (transaction) => {
      const user = isProven ? owner : await this.firstProof(owner, transaction);
      return this.write({ user, isNewUser: false }, phoneNumber, request, transaction);
    });
    if (!isProven) this.decisions.tellAllEnded('unproven', owner.id, result.started?.session.id);
    return result;
  }

  /** Session and event, with whatever else is written of this success. */
  private async write(
    { user, isNewUser }: Pick<Entered, 'user' | 'isNewUser'>,
    phoneNumber: E164,
    request: VerifyRequest,
    transaction: Transaction,
  ): Promise<Entered> {
    const started = await this.startSession(user, request, transaction);
    const proven = { phoneNumber, user, isNewUser, how: 'sign-in' } as const;
    const event = this.webhooks.isWanted ? await this.webhooks.add(proven, transaction) : undefined;
    return { user, isNewUser, started, event };
  }

  /** Whatever was collected while the number was unproven may be somebody else's, and goes (R47). */
  private async firstProof(owner: PhoneUser, transaction: Transaction): Promise<PhoneUser> {
    const user = await this.users.update(owner.id, { phoneNumberVerified: true }, transaction);
    if (!user) throw new PhoneAuthError('FAILED_TO_UPDATE_USER');
    await this.passwords.remove(owner.id, transaction);
    await this.sessions.endAll(owner.id, { within: transaction });
    return user;
  }

  private async startSession(user: PhoneUser, request: VerifyRequest, transaction?: Transaction) {
    const session = sessionOf(request);
    return session ? this.sessions.start({ userId: user.id, ...session }, transaction) : null;
  }
}

/** `undefined` where none is wanted. */
function sessionOf(request: VerifyRequest): Omit<SessionStart, 'userId'> | undefined {
  if (request.disableSession) return undefined;
  const { ipAddress = '', userAgent = '', rememberMe = true } = request;
  return { amr: 'sms', remembered: rememberMe, ipAddress, userAgent };
}
