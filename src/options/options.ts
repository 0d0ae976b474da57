import type { CodePurpose } from './code-purpose.js';

type MaybePromise<T> = T | Promise<T>;

/**
 * What a `sendOTP` callback is given.
 *
 * @publicApi
 */
export interface SendOtpInput {
  /** Where to send, in E.164 form. */
  phoneNumber: string;
  /** The digits, leading zeros included. */
  code: string;
  /** The owner of the number, `undefined` while nobody has it (S1.3, S1.4). */
  userId: string | undefined;
  /** What the code will do. */
  purpose: CodePurpose;
  /** The rendered text, ready to be sent as it is. */
  text: string;
  /** Seconds until the code expires. */
  expiresIn: number;
  /** Aborted when the time limit of the send is over. Hand it to your HTTP client. */
  signal: AbortSignal;
}

/**
 * Sends one code. Throw, or reject, and the caller gets `SEND_OTP_FAILED` while the earlier code stays good.
 *
 * @publicApi
 */
export type SendOtp = (input: SendOtpInput) => MaybePromise<unknown>;

/**
 * The text of a message: a sentence with `{code}`, or a function.
 *
 * @example
 * ```ts
 * 'Your Acme code is {code}. Do not share it.'
 * ({ code, expiresIn }) => `${code} is your Acme code for ${expiresIn / 60} minutes.`
 * ```
 * @publicApi
 */
export type MessageTemplate = string | ((values: { code: string; expiresIn: number }) => string);

/**
 * Makes what a sign-up by number alone does not bring along.
 *
 * @publicApi
 */
export interface SignUpOptions {
  /** An address for a database that insists on one. It is stored in lower case and unverified. */
  getTempEmail?: (phoneNumber: string) => string;
  /** @default the number itself */
  getTempName?: (phoneNumber: string) => string;
}

/**
 * A field of the host's own on every user.
 *
 * @publicApi
 */
export interface AdditionalField {
  type: 'string' | 'number' | 'boolean';
  /** Nobody signs up without it. @default false */
  required?: boolean;
  /** Whether clients may set it. @default true */
  input?: boolean;
  /** Whether answers show it. @default true */
  returned?: boolean;
}

/** What a callback is told of a user. @publicApi */
export interface PhoneUserSummary {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phoneNumber: string | null;
}

/** A route that can have a limit of its own. @publicApi */
export type LimitedRoute = 'send-otp' | 'verify' | 'sign-in' | 'request-password-reset' | 'reset-password';

/** @publicApi */
export interface RateLimitOptions {
  /**
   * Length of the window, in **milliseconds**.
   * @default 60_000
   */
  window?: number;
  /**
   * Requests allowed in one window: per client address and, in a bucket of its own, per phone number.
   * @default 10
   */
  max?: number;
  /**
   * Routes that are counted by themselves, each in buckets of its own, in place of the shared ones (S4.30).
   *
   * @example
   * ```ts
   * rateLimit: { routes: { 'send-otp': { max: 3 }, verify: { max: 5 } } }
   * ```
   */
  routes?: Partial<Record<LimitedRoute, { window?: number; max: number }>>;
}

/** @publicApi */
export interface LimitOptions {
  /**
   * Where quotas are counted. `'memory'` is exact for one process and forgets with it. Several processes share
   * `'database'` (the table `phone_auth_quota`), or a {@link QuotaStore} that is provided in place of it, such as
   * `RedisQuotaStore` of `nestjs-phone-auth/redis`.
   *
   * @example
   * ```ts
   * limits: { storage: 'database' }
   * ```
   * @default 'memory'
   */
  storage?: 'memory' | 'database';
}

/** @publicApi */
export interface NumberOptions {
  /**
   * Accept nothing but `+` and digits. By default the separators that people type are dropped first.
   * @default false
   */
  strict?: boolean;
}

/** @publicApi */
export interface CookieOptions {
  /**
   * First part of the cookie's name, `<prefix>.session_token`. Two instances on one host need two prefixes.
   * @default 'better-auth'
   */
  prefix?: string;
  /**
   * Send the cookie over https only; its name then begins with `__Host-` (`__Secure-` where a domain is set).
   * @default whether `baseURL` is https, or without `baseURL` whether NODE_ENV is production
   */
  secure?: boolean;
  /**
   * Share the cookie with every sub-domain of this domain.
   * @default this host only
   */
  domain?: string;
  /** @default 'lax' */
  sameSite?: 'lax' | 'strict' | 'none';
}

/** @publicApi */
export interface SessionOptions {
  /**
   * Lifetime, in seconds. A session in use is extended, see `updateAge`.
   * @default 604_800 (7 days)
   */
  expiresIn?: number;
  /**
   * How old, in seconds, the last extension must be before a session in use is extended again.
   * @default 86_400 (1 day)
   */
  updateAge?: number;
  /**
   * How long after sign-in, in seconds, a session may do what is sensitive: list the sessions, and link a number where
   * `freshToLink` says so. 0: always.
   * @default 86_400 (1 day)
   */
  freshAge?: number;
  /**
   * Whether linking or changing a number wants a fresh session (R48). Better Auth does not ask for one.
   * @default false
   */
  freshToLink?: boolean;
  cookie?: CookieOptions;
}

/** @publicApi */
export interface PasswordOptions {
  /**
   * Shortest password, in characters. NIST SP 800-63B-4 asks for 15 where a password is the only factor.
   * @default 8
   */
  minLength?: number;
  /**
   * Longest password, in characters.
   * @default 128
   */
  maxLength?: number;
  /**
   * Your own say on a new password, such as a list of common ones or a look into known breaches. It is asked before a
   * code is touched; `false` answers 400 `PASSWORD_TOO_WEAK`.
   */
  accept?: (password: string) => MaybePromise<boolean>;
}

/** @publicApi */
export interface MessageOptions {
  /** Text of a sign-in code. @default 'Your code is {code}' */
  signIn?: MessageTemplate;
  /** Text of a password reset code. @default 'Password reset code: {code}' */
  resetPassword?: MessageTemplate;
  /**
   * What the old number is told when an account moves to another one.
   * @default 'The phone number of your account was changed. If this was not you, contact support.'
   */
  numberChanged?: string;
  /**
   * How long a sender may take, in milliseconds, before the caller is answered `SEND_OTP_FAILED`.
   * @default 10_000
   */
  timeout?: number;
}

/**
 * The short-lived JWTs that `GET token` gives to services which do not share the session table.
 *
 * @publicApi
 */
export interface AccessTokenOptions {
  /**
   * Who signs: the claim `iss`, compared letter by letter.
   * @default `baseURL` as it is written, else 'nestjs-phone-auth'
   */
  issuer?: string;
  /**
   * Who is meant to read: the claim `aud`. Two instances with one secret need two audiences.
   * @default the issuer
   */
  audience?: string;
  /**
   * Lifetime, in seconds, 60 to 3600. A token cannot be called back, so signing out takes this long to be felt elsewhere
   * (R55). None outlives its session.
   * @default 600
   */
  expiresIn?: number;
}

/**
 * Everything that `PhoneAuthModule.forRoot()` and the factory of `forRootAsync()` may set. A wrong value stops the
 * start of the application with a {@link PhoneAuthOptionError}.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({
 *   secret: process.env.PHONE_AUTH_SECRET!,
 *   sendOTP: ({ phoneNumber, text }) => sms.send(phoneNumber, text),
 * })
 * ```
 * @publicApi
 */
export interface PhoneAuthOptions {
  /**
   * Key material, 32 characters or more: codes are stored as a MAC under a key derived from it, and cookies are signed
   * with another. Outside production it may be left out; one is then made for the life of the process.
   */
  secret?: string | undefined;

  /**
   * Secrets that `secret` has replaced, each of 32 characters or more. Codes, cookies and access tokens that were made
   * with them stay good; new ones are made with `secret`. Take one out when the last of them has ended, which is after
   * `session.expiresIn`, and at once where it has leaked.
   *
   * Where several processes are restarted one by one, list the coming secret here first, everywhere, and swap the two
   * after that: no process then meets a signature that it does not know.
   * @default []
   */
  previousSecrets?: readonly string[];

  /**
   * Sends a code. `false` says that this application sends none: send-otp then answers 501 (S1.2, S4.3).
   * Leave it out when you provide an {@link SmsSender}.
   */
  sendOTP?: SendOtp | false;

  /** Sends a password reset code, where that goes another way than `sendOTP` (S4.43). @default sendOTP */
  sendPasswordResetOTP?: SendOtp;

  /** Sends a text without a code, such as the notice to a number that was replaced. Left out, none is sent. */
  sendNotice?: (input: { phoneNumber: string; text: string; userId: string }) => MaybePromise<unknown>;

  /**
   * Checks codes in place of the module, for a provider that makes them itself. The module's limits stay around it: a
   * code must have been asked for, it lives `expiresIn`, and it is asked about `allowedAttempts` times (S4.42).
   */
  verifyOTP?: (input: { phoneNumber: string; code: string }) => MaybePromise<boolean>;

  /** Called after a number was verified, by signing in or by linking, and awaited. If it throws, nobody is signed in. */
  callbackOnVerification?: (input: { phoneNumber: string; user: PhoneUserSummary }) => MaybePromise<unknown>;

  /** What a new account is called, and its placeholder e-mail address. @default the number, and none */
  signUpOnVerification?: SignUpOptions;

  /** Fields of your own on every user, which `verify` takes at sign-up and `update-user` changes. */
  additionalFields?: Readonly<Record<string, AdditionalField>>;

  /** Digits in a code, 4 to 10. Fewer than 6 is below NIST's floor and warns at start. @default 6 */
  otpLength?: number;

  /** Seconds for which a code is good, 30 to 600 (NIST SP 800-63B-4, 3.1.3.2: ten minutes at most). @default 300 */
  expiresIn?: number;

  /**
   * Seconds, 0 to 600, that a form should wait before it offers to send another code. Sent along with every answer.
   * @default 30
   */
  resendAfter?: number;

  /** Wrong guesses that one code survives, 1 to 10. The next is answered `TOO_MANY_ATTEMPTS`. @default 3 */
  allowedAttempts?: number;

  /** Whether the right code for an unknown number makes an account. @default true */
  allowSignUp?: boolean;

  /**
   * When an unknown number gets its account: with the right code, or already with the first message (KavachOS), then
   * unverified. The latter takes a moment longer, which tells new numbers from known ones.
   * @default 'verify'
   */
  createUserOn?: 'verify' | 'send';

  /** Whether password sign-in wants a verified number. @default true */
  requireVerification?: boolean;

  /**
   * What `verify` does for somebody who is signed in and did not say `updatePhoneNumber`: sign in as the number's owner,
   * or add the number to the account at hand (nevr's reading).
   * @default 'sign-in'
   */
  verifyWithSession?: 'sign-in' | 'link';

  /** Requests per client address and per number, or `false` to switch the limit off. Attempts stay limited. */
  rateLimit?: RateLimitOptions | false;

  /** Your own say on a number, asked on every route that takes one, with its E.164 form. */
  phoneNumberValidator?: (phoneNumber: string) => MaybePromise<boolean>;

  /** Public address of the application, such as `https://app.example.com`: decides on secure cookies and on Origin. */
  baseURL?: string | undefined;

  /** Further origins whose pages may send the session cookie along, such as `https://admin.example.com`. */
  trustedOrigins?: readonly string[];

  limits?: LimitOptions;
  numbers?: NumberOptions;
  accessToken?: AccessTokenOptions;
  session?: SessionOptions;
  password?: PasswordOptions;
  messages?: MessageOptions;
}
