/**
 * A number, in any spelling that the server reads.
 *
 * @example
 * ```ts
 * await client.auth.phoneNumber.sendOTP({ phoneNumber: '+1 202 555 0123' });
 * ```
 * @publicApi
 */
export interface PhoneNumberInput {
  readonly phoneNumber: string;
}

/**
 * Input of `phoneNumber.delivery`.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.phoneNumber.delivery({ challenge });
 * if (data?.status === 'failed') offerAnotherCode();
 * ```
 * @publicApi
 */
export interface DeliveryInput {
  /** What `sendOTP` or `requestPasswordReset` answered. */
  readonly challenge: string;
}

/**
 * Input of `phoneNumber.verify`, with the host's `additionalFields` for a new account beside it.
 *
 * @example
 * ```ts
 * const client = createPhoneAuthClient<{ nickname: string }>();
 * await client.auth.phoneNumber.verify({ phoneNumber, code, nickname: 'Ada' });
 * ```
 * @publicApi
 */
export type VerifyInput<Fields extends object = object> = {
  readonly phoneNumber: string;
  readonly code: string;
  /** What `sendOTP` answered: for servers with `bindToClient`, where cookies are not kept. */
  readonly challenge?: string | undefined;
  /** Prove the number, and sign up where that is allowed, without signing in. @default false */
  readonly disableSession?: boolean | undefined;
  /** Put the number on the account that is signed in. @default false */
  readonly updatePhoneNumber?: boolean | undefined;
} & Readonly<Partial<Fields>>;

/**
 * Input of `phone.sendCode`.
 *
 * @example
 * ```ts
 * await client.auth.phone.sendCode({ phone: '+12025550123' });
 * ```
 * @publicApi
 */
export interface PhoneInput {
  /** In E.164 form: `+` and digits, nothing else. */
  readonly phone: string;
}

/**
 * Input of `phone.verifyCode`.
 *
 * @example
 * ```ts
 * const { data, error } = await client.auth.phone.verifyCode({ phone, code });
 * if (error?.code === 'CODE_EXPIRED') askForANewCode();
 * ```
 * @publicApi
 */
export interface VerifyCodeInput extends PhoneInput {
  readonly code: string;
}

/**
 * Input of `signIn.phoneNumber`: a code or a password, never both.
 *
 * @example
 * ```ts
 * await client.auth.signIn.phoneNumber({ phoneNumber, password, rememberMe: false });
 * ```
 * @publicApi
 */
export type SignInInput = {
  readonly phoneNumber: string;
  /** Keep the session when the browser closes. @default true */
  readonly rememberMe?: boolean | undefined;
  /** What came with `sendOTP`, where the server binds codes to clients and no cookies are kept. */
  readonly challenge?: string | undefined;
} & (
  | { readonly code: string; readonly password?: undefined }
  | { readonly password: string; readonly code?: undefined }
);

/**
 * Input of `phoneNumber.resetPassword`.
 *
 * @example
 * ```ts
 * await client.auth.phoneNumber.resetPassword({ phoneNumber, otp, newPassword });
 * ```
 * @publicApi
 */
export interface ResetPasswordInput {
  readonly phoneNumber: string;
  /** The code that `requestPasswordReset` sent. */
  readonly otp: string;
  readonly newPassword: string;
  /** What came with `requestPasswordReset`, where the server binds codes to clients and no cookies are kept. */
  readonly challenge?: string | undefined;
}

/**
 * Input of `revokeSession`.
 *
 * @example
 * ```ts
 * await client.auth.revokeSession({ token: sessions[1].token });
 * ```
 * @publicApi
 */
export interface RevokeSessionInput {
  /** A session's `token`, as `listSessions` gives it, or its `id`. */
  readonly token: string;
}

/**
 * Input of `updateUser`, with the host's `additionalFields` beside it.
 *
 * @example
 * ```ts
 * await client.auth.updateUser({ name: 'Ada', image: null });
 * ```
 * @publicApi
 */
export type UpdateUserInput<Fields extends object = object> = {
  readonly name?: string | undefined;
  readonly image?: string | null | undefined;
  /** `null` takes the number off the account. Another number takes `verify` with `updatePhoneNumber`. */
  readonly phoneNumber?: null | undefined;
} & Readonly<Partial<Fields>>;

/**
 * Input of `changePassword`.
 *
 * @example
 * ```ts
 * await client.auth.changePassword({ currentPassword, newPassword, revokeOtherSessions: true });
 * ```
 * @publicApi
 */
export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** End every session and go on with a new one here. @default false */
  readonly revokeOtherSessions?: boolean | undefined;
}

/**
 * Input of `twoFactor.enable` and `twoFactor.disable`.
 *
 * @example
 * ```ts
 * const { error } = await client.auth.twoFactor.enable({ password });
 * if (error?.code === 'RECENT_OTP_REQUIRED') await client.auth.stepUp.sendOtp();
 * ```
 * @publicApi
 */
export interface TwoFactorInput {
  readonly password: string;
}

/**
 * Input of `twoFactor.sendOtp`.
 *
 * @example
 * ```ts
 * await client.auth.twoFactor.sendOtp({ tempToken });
 * ```
 * @publicApi
 */
export interface SecondFactorCodeInput {
  /** What `signIn.phoneNumber` answered. */
  readonly tempToken: string;
}

/**
 * Input of `twoFactor.verifyOtp`.
 *
 * @example
 * ```ts
 * await client.auth.twoFactor.verifyOtp({ tempToken, code });
 * ```
 * @publicApi
 */
export interface SecondFactorInput extends SecondFactorCodeInput, StepUpInput {}

/**
 * Input of `stepUp.verify`.
 *
 * @example
 * ```ts
 * await client.auth.stepUp.verify({ code });
 * ```
 * @publicApi
 */
export interface StepUpInput {
  readonly code: string;
  /** What came with `sendOtp`, where the server binds codes to clients and no cookies are kept. */
  readonly challenge?: string | undefined;
}

/**
 * An account, for servers with the node-auth dialect: one of the two.
 *
 * @example
 * ```ts
 * await client.auth.sendSmsLogin({ userId });
 * ```
 * @publicApi
 */
export interface AccountInput {
  readonly userId?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Input of `login`.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.login({ email, password });
 * if (data?.requiresTwoFactor) await client.auth.sendSms(data.tempToken);
 * ```
 * @publicApi
 */
export interface LoginInput {
  readonly email: string;
  readonly password: string;
}
