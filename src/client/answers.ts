/**
 * A user, as answers show him. `Fields` are the host's `additionalFields`.
 *
 * @example
 * ```ts
 * const greet = (user: PhoneAuthClientUser) => `Hello ${user.name}`;
 * ```
 * @publicApi
 */
export type PhoneAuthClientUser<Fields extends object = object> = {
  readonly id: string;
  readonly name: string;
  /** A placeholder under `.invalid` for somebody who signed up with nothing but a number. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly image: string | null;
  /** In E.164 form. */
  readonly phoneNumber: string | null;
  readonly phoneNumberVerified: boolean;
  /** Whether a password takes a code to the number beside it; left out by servers whose users cannot have that. */
  readonly twoFactorEnabled?: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
} & Readonly<Fields>;

/**
 * One session of the signed-in user.
 *
 * @example
 * ```ts
 * const { data: sessions } = await client.auth.listSessions();
 * for (const { userAgent, createdAt } of sessions ?? []) addRow(userAgent, createdAt);
 * ```
 * @publicApi
 */
export interface PhoneAuthClientSession {
  readonly id: string;
  /** Names the session in `revokeSession`. It is the real token for the session at hand, and a handle for the others. */
  readonly token: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly ipAddress: string;
  readonly userAgent: string;
}

/**
 * Answer of `phoneNumber.sendOTP`.
 *
 * @example
 * ```ts
 * const resendAt = ({ resendAfter }: SendOtpAnswer) => Date.now() + resendAfter * 1_000;
 * ```
 * @publicApi
 */
export interface SendOtpAnswer {
  readonly success: true;
  readonly message: string;
  /** Seconds for which the code is good. */
  readonly expiresIn: number;
  /** Seconds to wait before another message to the number goes out. */
  readonly resendAfter: number;
  /** Shown to `phoneNumber.delivery`, and with the code where the server binds codes to clients. */
  readonly challenge: string;
}

/**
 * Answer of `phoneNumber.delivery`: with the server, with the provider, on the phone, or not to be had.
 *
 * @example
 * ```ts
 * const isOver = ({ status }: DeliveryAnswer) => status === 'delivered' || status === 'failed';
 * ```
 * @publicApi
 */
export interface DeliveryAnswer {
  readonly status: 'queued' | 'sent' | 'delivered' | 'failed';
}

/**
 * Answer of `signIn.phoneNumber` to a sign-in that is done, of `twoFactor.verifyOtp` and of `stepUp.verify`.
 *
 * @example
 * ```ts
 * const keep = ({ token }: SignInAnswer) => secureStore.set('session', token);
 * ```
 * @publicApi
 */
export interface SignInAnswer<Fields extends object = object> {
  /** Tells it from {@link SecondFactorAnswer}. */
  readonly requiresTwoFactor?: false;
  /** For clients without cookies. Browsers have it in an HttpOnly cookie and need not keep it. */
  readonly token: string;
  readonly user: PhoneAuthClientUser<Fields>;
  readonly session: { readonly id: string; readonly expiresAt: Date };
}

/**
 * Answer of `signIn.phoneNumber` to a right password that takes a code beside it: nobody is signed in yet.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.signIn.phoneNumber({ phoneNumber, password });
 * if (data?.requiresTwoFactor) askForCode(data.tempToken, data.maskedPhoneNumber);
 * ```
 * @publicApi
 */
export interface SecondFactorAnswer {
  readonly requiresTwoFactor: true;
  /** For `twoFactor.sendOtp` and `twoFactor.verifyOtp`. Keep it in memory: it is good for one sign-in. */
  readonly tempToken: string;
  readonly available2faMethods: readonly 'sms'[];
  /** Where the code will go: all but the first and the last two characters hidden. */
  readonly maskedPhoneNumber: string;
  /** Seconds for which `tempToken` is good. */
  readonly expiresIn: number;
  readonly token: null;
  readonly user: null;
  readonly session: null;
}

/**
 * Answer of `twoFactor.sendOtp` and `stepUp.sendOtp`.
 *
 * @example
 * ```ts
 * const hint = ({ maskedPhoneNumber }: SecondFactorCodeAnswer) => `We sent a code to ${maskedPhoneNumber}`;
 * ```
 * @publicApi
 */
export interface SecondFactorCodeAnswer extends SendOtpAnswer {
  /** Where the code goes: all but the first and the last two characters hidden. */
  readonly maskedPhoneNumber: string;
}

/**
 * Answer of `twoFactor.enable` and `twoFactor.disable`.
 *
 * @example
 * ```ts
 * const isOn = ({ user }: TwoFactorAnswer) => user.twoFactorEnabled === true;
 * ```
 * @publicApi
 */
export interface TwoFactorAnswer<Fields extends object = object> {
  readonly success: true;
  readonly status: true;
  readonly user: PhoneAuthClientUser<Fields>;
}

/**
 * Answer of `phoneNumber.verify`. Token and session are `null` with `disableSession`.
 *
 * @example
 * ```ts
 * const next = ({ isNewUser }: VerifyAnswer) => (isNewUser ? '/welcome' : '/home');
 * ```
 * @publicApi
 */
export interface VerifyAnswer<Fields extends object = object> {
  readonly success: true;
  readonly verified: true;
  readonly status: true;
  readonly token: string | null;
  readonly user: PhoneAuthClientUser<Fields>;
  readonly session: { readonly id: string; readonly expiresAt: Date } | null;
  /** Whether this call made the account. */
  readonly isNewUser: boolean;
}

/**
 * Answer of `phone.verifyCode`.
 *
 * @example
 * ```ts
 * const greet = ({ user }: VerifyCodeAnswer) => `Signed in with ${user.phone}`;
 * ```
 * @publicApi
 */
export interface VerifyCodeAnswer<Fields extends object = object> {
  readonly user: PhoneAuthClientUser<Fields> & {
    /** `phoneNumber`, by the name that KavachOS gives it. */
    readonly phone: string;
  };
  readonly session: {
    /** For clients without cookies. Browsers have it in an HttpOnly cookie and need not keep it. */
    readonly token: string;
    readonly expiresAt: Date;
  };
}

/**
 * Answer of `getSession` to somebody who is signed in.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.getSession(); // SessionAnswer | null
 * ```
 * @publicApi
 */
export interface SessionAnswer<Fields extends object = object> {
  readonly session: PhoneAuthClientSession;
  readonly user: PhoneAuthClientUser<Fields>;
}

/**
 * Answer of `changePassword`. There is a new token where the other sessions were ended.
 *
 * @example
 * ```ts
 * const renewed = ({ token }: ChangePasswordAnswer) => token !== null;
 * ```
 * @publicApi
 */
export interface ChangePasswordAnswer<Fields extends object = object> {
  readonly token: string | null;
  readonly user: PhoneAuthClientUser<Fields>;
}

/**
 * Answer of the calls for a password reset.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.phoneNumber.resetPassword({ phoneNumber, otp, newPassword }); // PasswordResetAnswer | null
 * ```
 * @publicApi
 */
export interface PasswordResetAnswer {
  readonly success: true;
  readonly status: true;
}

/**
 * Answer of `phoneNumber.requestPasswordReset`: the same whether or not the number has an account.
 *
 * @example
 * ```ts
 * const resendAt = ({ resendAfter }: PasswordResetCodeAnswer) => Date.now() + resendAfter * 1_000;
 * ```
 * @publicApi
 */
export interface PasswordResetCodeAnswer extends PasswordResetAnswer {
  /** Seconds for which the code is good. */
  readonly expiresIn: number;
  /** Seconds to wait before another message to the number goes out. */
  readonly resendAfter: number;
  /** See {@link SendOtpAnswer.challenge}. */
  readonly challenge: string;
}

/**
 * Answer of `signOut`, of `phone.sendCode`, and of most calls of node-auth.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.signOut(); // SuccessAnswer | null
 * ```
 * @publicApi
 */
export interface SuccessAnswer {
  readonly success: true;
}

/**
 * Answer of the calls that change something about sessions or the profile.
 *
 * @example
 * ```ts
 * const { data } = await client.auth.updateUser({ name: 'Ada' }); // StatusAnswer | null
 * ```
 * @publicApi
 */
export interface StatusAnswer {
  readonly status: true;
}

/**
 * Answer of `login`: signed in, or a code has to follow.
 *
 * @example
 * ```ts
 * const next = (answer: LoginAnswer) => (answer.requiresTwoFactor ? '/code' : '/home');
 * ```
 * @publicApi
 */
export type LoginAnswer =
  | (SuccessAnswer & { readonly requiresTwoFactor?: false })
  | {
      readonly requiresTwoFactor: true;
      /** For `sendSms` and `validateSms`. Keep it in memory: it is good for one sign-in. */
      readonly tempToken: string;
      readonly available2faMethods: readonly 'sms'[];
    };

/**
 * Answer of `me`.
 *
 * @example
 * ```ts
 * const { data: profile } = await client.auth.me();
 * ```
 * @publicApi
 */
export type NodeAuthProfile<Fields extends object = object> = Omit<PhoneAuthClientUser<Fields>, 'email'> & {
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly require2FA: boolean;
};
