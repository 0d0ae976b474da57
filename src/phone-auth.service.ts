import { Injectable } from '@nestjs/common';
import { LinkPhoneFlow, type LinkPhoneNumberRequest } from './flows/link-phone.flow.js';
import { PasswordSignInFlow, type PasswordSignInRequest } from './flows/password-sign-in.flow.js';
import { SendCodeFlow, type SendOtpRequest, type SendOtpResult } from './flows/send-code.flow.js';
import { type CurrentSession, SessionFlow, type UpdateUserRequest } from './flows/session.flow.js';
import { SignInFlow, type SignInResult, type VerifyRequest } from './flows/sign-in.flow.js';
import type { PhoneUser } from './users/phone-user-store.js';

/**
 * Everything that the routes do, without HTTP: for GraphQL resolvers, RPC handlers, jobs and controllers of your own.
 * Errors are {@link PhoneAuthError}. The per-address limit belongs to the routes; the limits on a code hold here too.
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
  constructor(
    private readonly sendCode: SendCodeFlow,
    private readonly signIn: SignInFlow,
    private readonly passwordSignIn: PasswordSignInFlow,
    private readonly linkPhone: LinkPhoneFlow,
    private readonly sessions: SessionFlow,
  ) {}

  /**
   * Sends a sign-in code, to a known or an unknown number alike.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `SEND_OTP_FAILED` (the earlier code then stays good),
   * `SEND_OTP_NOT_IMPLEMENTED`, `SERVICE_UNAVAILABLE`
   */
  sendOtp(request: SendOtpRequest): Promise<SendOtpResult> {
    return this.sendCode.run(request);
  }

  /**
   * Checks a code, uses it up and signs in; signs up where nobody has the number.
   *
   * @throws PhoneAuthError `VALIDATION_ERROR`, `INVALID_PHONE_NUMBER`, `INVALID_OTP` (with `attemptsRemaining`),
   * `OTP_EXPIRED`, `OTP_NOT_FOUND`, `TOO_MANY_ATTEMPTS`, `PHONE_NUMBER_SIGN_UP_DISABLED`, `SERVICE_UNAVAILABLE`
   */
  verify(request: VerifyRequest): Promise<SignInResult> {
    return this.signIn.run(request);
  }

  /**
   * Signs in by number and password.
   *
   * @throws PhoneAuthError `INVALID_PHONE_NUMBER`, `PASSWORD_TOO_LONG`, `INVALID_PHONE_NUMBER_OR_PASSWORD`,
   * `PHONE_NUMBER_NOT_VERIFIED` (a code is then on its way), `SERVICE_UNAVAILABLE`
   */
  signInWithPassword(request: PasswordSignInRequest): Promise<SignInResult> {
    return this.passwordSignIn.run(request);
  }

  /**
   * Checks a code that the signed-in user asked for and puts the number on his account.
   *
   * @throws PhoneAuthError as {@link verify}, and `PHONE_NUMBER_EXIST` (the code then stays good)
   */
  linkPhoneNumber(request: LinkPhoneNumberRequest): Promise<PhoneUser> {
    return this.linkPhone.run(request);
  }

  /** The live session of a token and its user, `null` where there is none. */
  getSession(token: string): Promise<CurrentSession | null> {
    return this.sessions.read(token);
  }

  /** Ends the session of a token. An unknown token is as good as ended. */
  signOut(token: string): Promise<void> {
    return this.sessions.end(token);
  }

  /**
   * Changes name or image, or releases the number.
   *
   * @throws PhoneAuthError `NO_FIELDS_TO_UPDATE`, `USER_NOT_FOUND`
   */
  updateUser(userId: string, changes: UpdateUserRequest): Promise<PhoneUser> {
    return this.sessions.updateUser(userId, changes);
  }
}
