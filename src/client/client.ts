import type {
  ChangePasswordAnswer,
  DeliveryAnswer,
  PasswordResetAnswer,
  PasswordResetCodeAnswer,
  PhoneAuthClientSession,
  SendOtpAnswer,
  SessionAnswer,
  SignInAnswer,
  StatusAnswer,
  SuccessAnswer,
  VerifyAnswer,
  VerifyCodeAnswer,
} from './answers.js';
import type { SessionListener } from './client-session.js';
import type {
  ChangePasswordInput,
  DeliveryInput,
  PhoneInput,
  PhoneNumberInput,
  ResetPasswordInput,
  RevokeSessionInput,
  SignInInput,
  UpdateUserInput,
  VerifyCodeInput,
  VerifyInput,
} from './inputs.js';
import type { PhoneAuthCallOptions } from './options.js';
import type { PhoneAuthResult } from './result.js';

type Call<Input, Data> = (input: Input, options?: PhoneAuthCallOptions) => Promise<PhoneAuthResult<Data>>;
type BareCall<Data> = (options?: PhoneAuthCallOptions) => Promise<PhoneAuthResult<Data>>;

/**
 * What {@link createPhoneAuthClient} returns. No call rejects.
 *
 * @example
 * ```ts
 * const signOut = (client: PhoneAuthClient) => client.auth.signOut();
 * ```
 * @publicApi
 */
export interface PhoneAuthClient<Fields extends object = object> {
  readonly auth: {
    readonly phoneNumber: {
      /** Sends a code. Whether anybody has the number makes no difference. */
      readonly sendOTP: Call<PhoneNumberInput, SendOtpAnswer>;
      /** As `sendOTP`, by the name that Better Auth gives it. */
      readonly sendOtp: Call<PhoneNumberInput, SendOtpAnswer>;
      /** What became of the message of a `challenge`, which `sendOTP` and `requestPasswordReset` answer. */
      readonly delivery: Call<DeliveryInput, DeliveryAnswer>;
      /** Proves a number with the code: signs in, signs up, or puts the number on the account at hand. */
      readonly verify: Call<VerifyInput<Fields>, VerifyAnswer<Fields>>;
      /** Sends a code for a new password. The answer is the same for every number. */
      readonly requestPasswordReset: Call<PhoneNumberInput, PasswordResetCodeAnswer>;
      /** Sets a password with the code from `requestPasswordReset` and ends the account's sessions. */
      readonly resetPassword: Call<ResetPasswordInput, PasswordResetAnswer>;
    };
    /** KavachOS's calls, for servers with its dialect. */
    readonly phone: {
      /** Sends a code. Whether anybody has the number makes no difference. */
      readonly sendCode: Call<PhoneInput, SuccessAnswer>;
      /** Signs in with the code; for a number that nobody has, it signs up. */
      readonly verifyCode: Call<VerifyCodeInput, VerifyCodeAnswer<Fields>>;
    };
    readonly signIn: {
      /** Signs in with a code or with a password. */
      readonly phoneNumber: Call<SignInInput, SignInAnswer<Fields>>;
    };
    /** Who is signed in, `null` where nobody is. */
    readonly getSession: BareCall<SessionAnswer<Fields> | null>;
    readonly signOut: BareCall<SuccessAnswer>;
    /** The live sessions of the signed-in user, newest first. */
    readonly listSessions: BareCall<PhoneAuthClientSession[]>;
    readonly revokeSession: Call<RevokeSessionInput, StatusAnswer>;
    /** Ends every session of the signed-in user, this one too. */
    readonly revokeSessions: BareCall<StatusAnswer>;
    readonly revokeOtherSessions: BareCall<StatusAnswer>;
    readonly updateUser: Call<UpdateUserInput<Fields>, StatusAnswer>;
    readonly changePassword: Call<ChangePasswordInput, ChangePasswordAnswer<Fields>>;
    /**
     * Calls back after each successful call that began, ended or changed the session.
     *
     * @returns a function that ends the subscription
     */
    readonly onSessionChange: (listener: SessionListener) => () => void;
  };
}
