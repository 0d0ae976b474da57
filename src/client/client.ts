import type {
  ChangePasswordAnswer,
  DeliveryAnswer,
  LoginAnswer,
  NodeAuthProfile,
  PasswordResetAnswer,
  PasswordResetCodeAnswer,
  PhoneAuthClientSession,
  SecondFactorAnswer,
  SecondFactorCodeAnswer,
  SendOtpAnswer,
  SessionAnswer,
  SignInAnswer,
  StatusAnswer,
  SuccessAnswer,
  TwoFactorAnswer,
  VerifyAnswer,
  VerifyCodeAnswer,
} from './answers.js';
import type { SessionListener } from './client-session.js';
import type {
  AccountInput,
  ChangePasswordInput,
  DeliveryInput,
  LoginInput,
  PhoneInput,
  PhoneNumberInput,
  ResetPasswordInput,
  RevokeSessionInput,
  SecondFactorCodeInput,
  SecondFactorInput,
  SignInInput,
  StepUpInput,
  TwoFactorInput,
  UpdateUserInput,
  VerifyCodeInput,
  VerifyInput,
} from './inputs.js';
import type { PhoneAuthCallOptions } from './options.js';
import type { PhoneAuthResult } from './result.js';

type Call<Input, Data> = (input: Input, options?: PhoneAuthCallOptions) => Promise<PhoneAuthResult<Data>>;
type BareCall<Data> = (options?: PhoneAuthCallOptions) => Promise<PhoneAuthResult<Data>>;

/** A code does alone; a password may take one beside it. */
interface SignInCall<Fields extends object> {
  (
    input: SignInInput & { readonly code: string },
    options?: PhoneAuthCallOptions,
  ): Promise<PhoneAuthResult<SignInAnswer<Fields>>>;
  (
    input: SignInInput,
    options?: PhoneAuthCallOptions,
  ): Promise<PhoneAuthResult<SignInAnswer<Fields> | SecondFactorAnswer>>;
}

/**
 * The calls of node-auth's client, for servers with its dialect. An account is named by its e-mail address, its id, or an
 * object that says which.
 *
 * @example
 * ```ts
 * await client.auth.sendSmsLogin(email);
 * const { error } = await client.auth.verifySmsLogin(email, code);
 * ```
 * @publicApi
 */
export interface NodeAuthCalls<Fields extends object = object> {
  /** Signs in by e-mail address and password. A code may have to follow: `requiresTwoFactor`. */
  readonly login: Call<LoginInput, LoginAnswer>;
  /** Sends a code to the number of an account. The answer is the same for every account. */
  readonly sendSmsLogin: Call<string | AccountInput, SuccessAnswer>;
  /** Signs in with that code. */
  readonly verifySmsLogin: (
    who: string | AccountInput,
    code: string,
    options?: PhoneAuthCallOptions,
  ) => Promise<PhoneAuthResult<SuccessAnswer>>;
  /** Sends the code that goes with a temp token. */
  readonly sendSms: Call<string, SuccessAnswer>;
  /** Signs in with a temp token and its code. */
  readonly validateSms: (
    tempToken: string,
    code: string,
    options?: PhoneAuthCallOptions,
  ) => Promise<PhoneAuthResult<SuccessAnswer>>;
  /** Sends a code to a number; with the code, the number is put on the account that is signed in. */
  readonly addPhone: (
    phoneNumber: string,
    code?: string,
    options?: PhoneAuthCallOptions,
  ) => Promise<PhoneAuthResult<SuccessAnswer>>;
  /** Who is signed in. */
  readonly me: BareCall<NodeAuthProfile<Fields>>;
  /** Gets the next token pair, see `tokenPair`. Calls do so by themselves where it is needed. */
  readonly refresh: () => Promise<PhoneAuthResult<SuccessAnswer>>;
  /** Ends the session, and forgets its tokens. */
  readonly logout: BareCall<SuccessAnswer>;
}

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
  readonly auth: NodeAuthCalls<Fields> & {
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
      /** Signs in with a code or with a password. After a password, a code may have to follow: `requiresTwoFactor`. */
      readonly phoneNumber: SignInCall<Fields>;
    };
    /** The second half of a sign-in by password, and whether there is one. */
    readonly twoFactor: {
      /** Has the own password take a code beside it. Wants a session in which a code was given lately, see `stepUp`. */
      readonly enable: Call<TwoFactorInput, TwoFactorAnswer<Fields>>;
      /** Has the own password do alone again. Wants what `enable` wants. */
      readonly disable: Call<TwoFactorInput, TwoFactorAnswer<Fields>>;
      /** Sends the code that goes with a temp token. */
      readonly sendOtp: Call<SecondFactorCodeInput, SecondFactorCodeAnswer>;
      /** Signs in with a temp token and its code. */
      readonly verifyOtp: Call<SecondFactorInput, SignInAnswer<Fields>>;
    };
    /** Shows that the own number is still at hand, which `RECENT_OTP_REQUIRED` asks for. */
    readonly stepUp: {
      readonly sendOtp: BareCall<SecondFactorCodeAnswer>;
      /** The session goes on, under another token. */
      readonly verify: Call<StepUpInput, SignInAnswer<Fields>>;
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
