import { Injectable } from '@nestjs/common';
import { AccessTokenFlow } from './flows/access-token.flow.js';
import {
  AccountCodeFlow,
  type AccountCodeRequest,
  type AccountVerifyRequest,
} from './flows/account-code.flow.js';
import { EmailSignInFlow, type EmailSignInRequest } from './flows/email-sign-in.flow.js';
import { AccountFlow, type ChangePasswordRequest, type UpdateUserRequest } from './flows/account.flow.js';
import type { NewSession } from './flows/token-pairs.js';
import type { ClientContext } from './flows/client-context.js';
import { DeliveryFlow, type DeliveryState } from './flows/delivery.flow.js';
import { ErasureFlow } from './flows/erasure.flow.js';
import { ConsumeCodeFlow, type ConsumeCodeRequest } from './flows/consume-code.flow.js';
import { LinkPhoneFlow, type LinkPhoneNumberRequest } from './flows/link-phone.flow.js';
import { PasswordSignInFlow, type PasswordSignInRequest } from './flows/password-sign-in.flow.js';
import { type CleanupReport, RetentionFlow } from './flows/retention.flow.js';
import { SendCodeFlow, type SendOtpRequest, type SendOtpResult } from './flows/send-code.flow.js';
import { RefreshFlow, type RefreshResult } from './flows/refresh.flow.js';
import { ResetPasswordFlow, type ResetPasswordRequest } from './flows/reset-password.flow.js';
import { type CurrentSession, SessionFlow } from './flows/session.flow.js';
import { SignInFlow, type SignInResult, type VerifyRequest } from './flows/sign-in.flow.js';
import { StepUpFlow, type StepUpCodeRequest, type StepUpRequest } from './flows/step-up.flow.js';
import { TwoFactorFlow } from './flows/two-factor.flow.js';
import {
  type SecondFactorCodeRequest,
  type SecondFactorCodeResult,
  SecondFactorFlow,
  type SecondFactorPending,
  type SecondFactorRequest,
  type SecondFactorStart,
} from './flows/second-factor.flow.js';
import type { Session } from './sessions/session.js';
import { type PhoneUser, PhoneUserStore } from './users/phone-user-store.js';
import { Ledger } from './codes/ledger.js';
import { PhoneNumbers } from './phone/phone-numbers.js';
import { Conversions, type CountryConversion, type HourlyMessages } from './limits/conversions.js';
import { PhoneAuthError } from './errors/phone-auth.error.js';

/**
 * Everything that the routes do, without HTTP: for GraphQL resolvers, RPC handlers, jobs and controllers of your own.
 * Errors are {@link PhoneAuthError}. The limit per address belongs to the routes; the limits on a code and on messages to a
 * number hold here too, and so does `challenge`: hand on the client's `captchaToken`, without which a call that wants one
 * is `MISSING_RESPONSE`, `VERIFICATION_FAILED` or `SERVICE_UNAVAILABLE`.
 *
 * @example
 * ```ts
 * constructor(private readonly phoneAuth: PhoneAuthService) {}
 *
 * async signIn(phoneNumber: string, code: string) {
 *   const { user, signedIn } = await this.phoneAuth.verify({ phoneNumber, code });
 *   return { user, token: signedIn?.token };
 * }
 * ```
 * @publicApi
 */
@Injectable()
export class PhoneAuthService {
  // flows get an object of their own for each call: what is found out about a client hangs on it, for that call alone
  constructor(
    private readonly sendCode: SendCodeFlow,
    private readonly signIn: SignInFlow,
    private readonly passwordSignIn: PasswordSignInFlow,
    private readonly linkPhone: LinkPhoneFlow,
    private readonly passwordReset: ResetPasswordFlow,
    private readonly consumeCode: ConsumeCodeFlow,
    private readonly sessions: SessionFlow,
    private readonly account: AccountFlow,
    private readonly accessTokens: AccessTokenFlow,
    private readonly refreshing: RefreshFlow,
    private readonly accountCodes: AccountCodeFlow,
    private readonly emailSignIn: EmailSignInFlow,
    private readonly users: PhoneUserStore,
    private readonly numbers: PhoneNumbers,
    private readonly ledger: Ledger,
    private readonly messages: Conversions,
    private readonly delivery: DeliveryFlow,
    private readonly secondFactor: SecondFactorFlow,
    private readonly retention: RetentionFlow,
    private readonly erasure: ErasureFlow,
    private readonly stepUp: StepUpFlow,
    private readonly twoFactor: TwoFactorFlow,
  ) {}

  /**
   * Sends a sign-in code, to a known or an unknown number alike.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `SEND_OTP_NOT_IMPLEMENTED`, `RATE_LIMITED`, `PHONE_NUMBER_DISABLED`,
   * `SERVICE_UNAVAILABLE`; with `delivery: 'await'` also `SEND_OTP_FAILED`, and the earlier code then stays good
   */
  sendOtp(request: SendOtpRequest): Promise<SendOtpResult> {
    return this.sendCode.run({ ...request });
  }

  /**
   * What became of the message of a `challenge` that {@link sendOtp} or {@link requestPasswordReset} gave. Where a number may
   * get no message, as with a password reset, more than `sent` is never told.
   *
   * @throws PhoneAuthError `MESSAGE_NOT_FOUND`, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * const { challenge } = await phoneAuth.sendOtp({ phoneNumber });
   * const { status } = await phoneAuth.deliveryOf(challenge); // 'queued'
   * ```
   */
  deliveryOf(challenge: string): Promise<DeliveryState> {
    return this.delivery.state(challenge);
  }

  /**
   * Checks a code, uses it up and signs in; signs up where nobody has the number.
   *
   * @throws PhoneAuthError `VALIDATION_ERROR`, `INVALID_PHONE_NUMBER`, `INVALID_OTP` (with `attemptsRemaining`),
   * `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `PHONE_NUMBER_SIGN_UP_DISABLED`, `SECOND_FACTOR_REQUIRED` (the code is
   * used up, and the account signs in with its password), `SERVICE_UNAVAILABLE`
   */
  verify(request: VerifyRequest): Promise<SignInResult> {
    return this.signIn.run({ ...request });
  }

  /**
   * Signs in by number and password. For a user with a second factor nobody is signed in yet: `requiresTwoFactor` is then
   * `true`, and {@link sendSecondFactorCode} comes next.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `PASSWORD_TOO_LONG`, `INVALID_PHONE_NUMBER_OR_PASSWORD`,
   * `PHONE_NUMBER_NOT_VERIFIED` (a code is then on its way), `SECOND_FACTOR_NOT_AVAILABLE`, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * const result = await phoneAuth.signInWithPassword({ phoneNumber, password });
   * if (result.requiresTwoFactor) return askForCode(result.tempToken, result.maskedPhoneNumber);
   * return result.signedIn?.token;
   * ```
   */
  signInWithPassword(request: PasswordSignInRequest): Promise<SignInResult | SecondFactorPending> {
    return this.passwordSignIn.run({ ...request });
  }

  /**
   * Checks a code that the signed-in user asked for and puts the number on his account.
   *
   * @throws PhoneAuthError as {@link verify}, and `PHONE_NUMBER_EXIST` (the code then stays good)
   */
  linkPhoneNumber(request: LinkPhoneNumberRequest): Promise<PhoneUser> {
    return this.linkPhone.run({ ...request });
  }

  /**
   * Sends a sign-in code to the number that an account has proven, named by its id or its e-mail address. Whether there is
   * such an account is told by nothing, unless `nodeAuth.unknownAccounts` says otherwise.
   *
   * @throws PhoneAuthError `VALIDATION_ERROR`, `SEND_OTP_NOT_IMPLEMENTED`; with `'told'`, for an id, `ACCOUNT_NOT_FOUND`,
   * `PHONE_NOT_SET`, and what {@link sendOtp} throws
   */
  sendOtpToAccount(request: AccountCodeRequest): Promise<void> {
    return this.accountCodes.send({ ...request });
  }

  /**
   * Checks a code that {@link sendOtpToAccount} sent, uses it up and signs in.
   *
   * @throws PhoneAuthError as {@link verify}, and `SECOND_FACTOR_REQUIRED`
   */
  verifyAccountOtp(request: AccountVerifyRequest): Promise<SignInResult> {
    return this.accountCodes.verify({ ...request });
  }

  /**
   * Signs in by e-mail address and password, where the user store finds accounts by e-mail.
   *
   * @throws PhoneAuthError `PASSWORD_TOO_LONG`, `INVALID_EMAIL_OR_PASSWORD`, `SECOND_FACTOR_NOT_AVAILABLE`, `RATE_LIMITED`
   */
  signInWithEmail(request: EmailSignInRequest): Promise<SignInResult | SecondFactorPending> {
    return this.emailSignIn.run({ ...request });
  }

  /**
   * The next pair for a refresh token, with `session.strategy: 'token-pair'`. The one that was shown is used up: within
   * `refreshToken.reuseGrace` seconds it still gives the same successor, after that it ends the session (R54).
   *
   * @throws PhoneAuthError `REFRESH_TOKEN_REQUIRED`, `INVALID_REFRESH_TOKEN`, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * const { accessToken, refreshToken, expiresIn } = await phoneAuth.refresh(shown);
   * ```
   */
  refresh(refreshToken: string): Promise<RefreshResult> {
    return this.refreshing.run(refreshToken);
  }

  /**
   * The live session of a token and its user, `null` where there is none. With `session.strategy: 'token-pair'` the token may
   * be an access token.
   */
  getSession(token: string): Promise<CurrentSession | null> {
    return this.sessions.read(token);
  }

  /**
   * A short-lived JWT for the session of a token, which other services check with the keys of `.well-known/jwks.json`
   * alone, through `AccessTokenGuard` for example. Its claims are {@link AccessTokenClaims}; it lives
   * `accessToken.expiresIn` seconds, and no longer than the session.
   *
   * @throws PhoneAuthError `UNAUTHORIZED` where the session is not live, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * const token = await phoneAuth.issueAccessToken(sessionToken);
   * await fetch('https://orders.example.com/mine', { headers: { authorization: `Bearer ${token}` } });
   * ```
   */
  issueAccessToken(sessionToken: string): Promise<string> {
    return this.accessTokens.issue(sessionToken);
  }

  /** Ends the session of a token, as {@link getSession} takes it. An unknown token is as good as ended. */
  signOut(token: string): Promise<void> {
    return this.sessions.end(token);
  }

  /** The live sessions of a user, newest first. */
  listSessions(userId: string): Promise<Session[]> {
    return this.sessions.listOf(userId);
  }

  /** Ends one session of a user, named by its id or its token. */
  revokeSession(userId: string, handle: string): Promise<void> {
    return this.sessions.revoke(userId, handle);
  }

  /** Ends every session of a user, but for the one with the id `except`. */
  revokeSessions(userId: string, except?: string): Promise<void> {
    return this.sessions.revokeAll(userId, except);
  }

  /**
   * Checks a sign-in code and uses it up, and does nothing else: no account, no session. There is no route for it.
   *
   * @throws PhoneAuthError as {@link verify}
   */
  consumePhoneNumberOTP(request: ConsumeCodeRequest): Promise<void> {
    return this.consumeCode.run({ ...request });
  }

  /**
   * Sends a password reset code, if the number has an account. The caller never learns whether. `client` says where the
   * call comes from.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `RATE_LIMITED`, `PHONE_NUMBER_DISABLED`, `SERVICE_UNAVAILABLE`
   */
  requestPasswordReset(phoneNumber: string, client: ClientContext = {}): Promise<SendOtpResult> {
    return this.passwordReset.request({ ...client, phoneNumber });
  }

  /**
   * Sets a new password and ends every session of the user.
   *
   * @throws PhoneAuthError `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`, `PASSWORD_TOO_WEAK` (the code is not touched by
   * these), `INVALID_OTP`, `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `PHONE_NUMBER_PENDING_VERIFICATION`
   */
  resetPassword(request: ResetPasswordRequest): Promise<void> {
    return this.passwordReset.reset({ ...request });
  }

  /**
   * Ends the waiting of a number, and enables it again where too many wrong codes in a row have disabled it (R11). For
   * whoever has made sure, by other means than a code, whose number it is.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * await phoneAuth.enableNumber(ticket.phoneNumber); // the caller has shown his passport
   * ```
   */
  async enableNumber(phoneNumber: string): Promise<void> {
    await this.ledger.enable(await this.numbers.require(phoneNumber));
  }

  /**
   * How many messages went to each country in the last 24 hours, and how many of their codes came back (R32). Healthy
   * traffic is at 60 % to 80 %; far less means that somebody has messages sent that nobody wants.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * for (const { country, sent, verified } of await phoneAuth.conversions()) rate.set({ country }, verified / sent);
   * ```
   */
  conversions(): Promise<CountryConversion[]> {
    return this.messages.lastDay();
  }

  /**
   * For a host that has checked a first factor of its own, such as an e-mail address and a password: gives a temp token, which
   * the user's verified number has to be proven with. Nobody is signed in, and no message is sent yet. What follows are
   * {@link sendSecondFactorCode} and {@link verifySecondFactor}, or the routes `two-factor/send-otp` and `two-factor/verify-otp`.
   *
   * The temp token is good for five minutes and for one sign-in; a password reset and a change of the number end it.
   *
   * @throws PhoneAuthError `SECOND_FACTOR_NOT_AVAILABLE` where the user has no verified number, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * const { tempToken, maskedPhoneNumber } = await phoneAuth.startSecondFactor(user.id);
   * await phoneAuth.sendSecondFactorCode({ tempToken });
   * const { signedIn } = await phoneAuth.verifySecondFactor({ tempToken, code });
   * ```
   */
  startSecondFactor(userId: string, start: SecondFactorStart = {}): Promise<SecondFactorPending> {
    return this.secondFactor.start(userId, start);
  }

  /**
   * Sends the code that goes with a temp token, to the verified number of its user; five times at most.
   *
   * @throws PhoneAuthError `TEMP_TOKEN_REQUIRED`, `INVALID_TEMP_TOKEN`, `SECOND_FACTOR_NOT_AVAILABLE`, `INVALID_PHONE_NUMBER`
   * (no message may go to that number), `RATE_LIMITED`, `PHONE_NUMBER_DISABLED`, `SEND_OTP_NOT_IMPLEMENTED`,
   * `SERVICE_UNAVAILABLE`; with `delivery: 'await'` also `SEND_OTP_FAILED`
   */
  sendSecondFactorCode(request: SecondFactorCodeRequest): Promise<SecondFactorCodeResult> {
    return this.secondFactor.send({ ...request });
  }

  /**
   * Signs in with a temp token and the code that was sent for it. A wrong code leaves the temp token good.
   *
   * @throws PhoneAuthError `TEMP_TOKEN_REQUIRED`, `INVALID_TEMP_TOKEN`, `SECOND_FACTOR_NOT_AVAILABLE`, `VALIDATION_ERROR`,
   * `INVALID_OTP` (with `attemptsRemaining`), `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `RATE_LIMITED`,
   * `PHONE_NUMBER_DISABLED`, `SERVICE_UNAVAILABLE`
   */
  verifySecondFactor(request: SecondFactorRequest): Promise<SignInResult> {
    return this.secondFactor.verify({ ...request });
  }

  /**
   * Removes what is of no use any more, as `retention` says, and tells how many rows of each table that were. The module
   * does so by itself; with `retention: { every: false }` it is left to a job of yours.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * @Cron('17 4 * * *')
   * async cleanUp() {
   *   this.logger.log(await this.phoneAuth.cleanup()); // { code: 1204, phoneState: 87, message: 5310, … }
   * }
   * ```
   */
  cleanup(): Promise<CleanupReport> {
    return this.retention.run();
  }

  /**
   * Forgets a user: sessions, password, the open codes of the number, and the account, unless the accounts are the host's
   * own (`users`, or a {@link PhoneUserStore} without `remove`).
   *
   * What is counted about the number (no more than how often codes were sent and guessed at) stays as long as it counts, and
   * goes `retention.numbers` days later: otherwise an account that is erased and made anew would come with new tries. Wrong
   * codes in a row stay until {@link enableNumber} is called. Access tokens live out their minutes.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * await this.phoneAuth.eraseUser(user.id);
   * ```
   */
  eraseUser(userId: string): Promise<void> {
    return this.erasure.eraseUser(userId);
  }

  /**
   * Forgets a number: its open codes, and that it belongs to an account, which stays without it, and without a name where it
   * was called by its number. What is counted stays as with {@link eraseUser}.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * await this.phoneAuth.eraseNumber('+12025550123');
   * ```
   */
  eraseNumber(phoneNumber: string): Promise<void> {
    return this.erasure.eraseNumber(phoneNumber);
  }

  /**
   * Sends a code with which whoever is signed in proves his number again, for what {@link RequireRecentOtp} guards.
   *
   * @throws PhoneAuthError `UNAUTHORIZED`, `VERIFIED_PHONE_REQUIRED`, and as {@link sendSecondFactorCode}
   */
  sendStepUpCode(request: StepUpCodeRequest): Promise<SecondFactorCodeResult> {
    return this.stepUp.send({ ...request });
  }

  /**
   * Notes on the session that its user has just proven his number. The session goes on under another token, which is in the
   * answer; the one before is worth nothing any more.
   *
   * @throws PhoneAuthError `UNAUTHORIZED`, `VERIFIED_PHONE_REQUIRED`, and as {@link verifySecondFactor} for the code
   * @example
   * ```ts
   * await phoneAuth.sendStepUpCode({ sessionToken });
   * const { signedIn } = await phoneAuth.verifyStepUp({ sessionToken, code });
   * ```
   */
  verifyStepUp(request: StepUpRequest): Promise<SignInResult> {
    return this.stepUp.verify({ ...request });
  }

  /**
   * Turns the second factor of a user on or off, for whoever has made sure by other means that this is his wish: an
   * administration, or the support of somebody who has forgotten his password, as a code alone cannot reset it then (R46).
   *
   * @throws PhoneAuthError `USER_NOT_FOUND`, `SECOND_FACTOR_NOT_AVAILABLE` (no verified number, or a {@link PhoneUserStore} that
   * does not keep `twoFactorEnabled`), `SERVICE_UNAVAILABLE`
   */
  async setTwoFactor(userId: string, enabled: boolean): Promise<PhoneUser> {
    return this.twoFactor.set(await this.requireUser(userId), enabled);
  }

  /**
   * The messages of the last 24 hours by hour and country, oldest first, for a chart. Hours without any are not in it.
   *
   * @throws PhoneAuthError `SERVICE_UNAVAILABLE`
   * @example
   * ```ts
   * for (const { hour, country, sent, verified, failed } of await phoneAuth.messagesByHour()) chart.add(hour, sent);
   * ```
   */
  messagesByHour(): Promise<HourlyMessages[]> {
    return this.messages.byHour();
  }

  /** Whether a user has a password, for an account page that offers to set or to change one. */
  hasPassword(userId: string): Promise<boolean> {
    return this.account.hasPassword(userId);
  }

  /**
   * Changes a password that the user has.
   *
   * @throws PhoneAuthError `CREDENTIAL_ACCOUNT_NOT_FOUND`, `INVALID_PASSWORD`, `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`,
   * `PASSWORD_TOO_WEAK`
   */
  changePassword(request: ChangePasswordRequest): Promise<{ signedIn: NewSession | null }> {
    return this.account.changePassword(request);
  }

  /**
   * Changes name, image or declared fields, or releases the number.
   *
   * @throws PhoneAuthError `NO_FIELDS_TO_UPDATE`, `FIELD_NOT_ALLOWED`, `USER_NOT_FOUND`, `PHONE_NUMBER_IS_SECOND_FACTOR`
   */
  async updateUser(userId: string, changes: UpdateUserRequest): Promise<PhoneUser> {
    return this.account.update(await this.requireUser(userId), changes);
  }

  private async requireUser(userId: string): Promise<PhoneUser> {
    const user = await this.users.findById(userId);
    if (!user) throw new PhoneAuthError('USER_NOT_FOUND');
    return user;
  }
}
