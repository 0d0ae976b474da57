import type { CodePurpose } from './code-purpose.js';

type MaybePromise<T> = T | Promise<T>;

/**
 * The way to a phone: a text message, WhatsApp, or a call that reads the code out. A sender refuses what it cannot do.
 *
 * @publicApi
 */
export type MessageChannel = 'sms' | 'whatsapp' | 'voice';

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
  /**
   * What the text was made of, by name: `code`, `minutes`, `appName`. For providers that hold the text themselves and
   * want its variables, as the DLT rules of India demand.
   */
  values?: Readonly<Record<string, string>> | undefined;
  /** Seconds until the code expires. */
  expiresIn: number;
  /** How to reach the phone. @default 'sms' */
  channel?: MessageChannel | undefined;
  /** Language of the person, a BCP 47 tag such as `de` or `pt-BR`, where it is known. */
  locale?: string | undefined;
  /** Address of the client that asked, as the framework names it. */
  ipAddress?: string | undefined;
  /** What the client that asked calls itself. It can be anything. */
  userAgent?: string | undefined;
  /** The same for every try to send this one message, and for no other: for providers that take such a key (R35). */
  idempotencyKey?: string | undefined;
  /** Milliseconds that the send may take, counted from the call: `messages.timeout`. */
  timeLimit?: number | undefined;
  /** Aborted when the time limit of the send is over. Hand it to your HTTP client. */
  signal: AbortSignal;
}

/**
 * Sends one code. Throw, or reject, and the caller gets `SEND_OTP_FAILED` while the earlier code stays good. What it
 * returns counts where it is a {@link SendResult}; everything else means that the message was accepted.
 *
 * @publicApi
 */
export type SendOtp = (input: SendOtpInput) => MaybePromise<unknown>;

/**
 * A text without a code, such as the notice to a number that was replaced: what a `sendNotice` callback is given.
 *
 * @publicApi
 */
export interface SendNoticeInput {
  /** Where to send, in E.164 form. */
  phoneNumber: string;
  text: string;
  /** The account that it is about. */
  userId: string;
  /** Milliseconds that the send may take, counted from the call: `messages.timeout`. */
  timeLimit?: number | undefined;
  /** Aborted when the time limit of the send is over. */
  signal: AbortSignal;
}

/**
 * What a text is made of. Nothing in it comes from the person who asked (R39).
 *
 * @publicApi
 */
export interface MessageValues {
  code: string;
  /** Seconds for which the code is good. */
  expiresIn: number;
  /** Whole minutes for which the code is good, 1 at least. */
  minutes: number;
  /** `messages.appName`. */
  appName: string | undefined;
}

/**
 * The text of a message: a sentence with `{code}`, and with `{minutes}` and `{appName}` where it likes, or a function.
 *
 * @example
 * ```ts
 * 'Your Acme code is {code}. Do not share it.'
 * ({ code, minutes }) => `${code} is your Acme code for ${minutes} minutes.`
 * ```
 * @publicApi
 */
export type MessageTemplate = string | ((values: MessageValues) => string);

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

/**
 * The texts with a code, by what the code is for.
 *
 * @publicApi
 */
export interface MessageTemplates {
  /** Text of a sign-in code. @default 'Your code is {code}', and more where `appName` is set */
  signIn?: MessageTemplate;
  /** Text of a password reset code. @default 'Password reset code: {code}', and more where `appName` is set */
  resetPassword?: MessageTemplate;
}

/**
 * What is written to phones. Each text is rendered when the application starts, with the longest values, and has to fit
 * one segment, which is 160 characters, or 70 where there is one outside the alphabet of GSM (R37). Links and unknown
 * placeholders are refused (R39).
 *
 * @example
 * ```ts
 * messages: {
 *   appName: 'Acme',
 *   webOtpDomain: 'app.acme.example',
 *   locales: { de: { signIn: '{appName}: Ihr Code ist {code}. Geben Sie ihn nicht weiter.' } },
 * }
 * ```
 * @publicApi
 */
export interface MessageOptions extends MessageTemplates {
  /** Name of the application. With it, the texts of the module name it and say not to share the code (R39). */
  appName?: string;
  /**
   * The texts in other languages, by BCP 47 tag. `pt-BR` looks for itself, then for `pt`, then for the texts above; each
   * text on its own.
   * @default none
   */
  locales?: Readonly<Record<string, MessageTemplates>>;
  /** Language of who asks without telling his own: one tag, or a function that knows. @default the texts above */
  locale?: string | ((input: MessageRecipient) => MaybePromise<string | undefined>);
  /**
   * Domain of the pages that ask for the code, such as `app.example.com`. Text messages then end in a line by which
   * browsers fill the code in on this domain, and on no other (R38, https://wicg.github.io/sms-one-time-codes/).
   * @default no such line
   */
  webOtpDomain?: string;
  /**
   * Hash of the Android app, 11 characters, by which the SMS Retriever hands it the message. Texts then fit 140 bytes.
   * @default none
   */
  androidAppHash?: string;
  /**
   * What becomes of a text that takes more than one segment, which is paid for as often: the application does not start,
   * or a warning is logged (R37).
   * @default 'error'
   */
  multiSegment?: 'error' | 'warn';
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

/** Who gets a message. @publicApi */
export interface MessageRecipient {
  phoneNumber: string;
  /** The owner of the number, `undefined` while nobody has it. */
  userId: string | undefined;
  purpose: CodePurpose;
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
  sendNotice?: (input: SendNoticeInput) => MaybePromise<unknown>;

  /**
   * Checks codes in place of the module, for a provider that makes them itself. The module's limits stay around it: a
   * code must have been asked for, it lives `expiresIn`, and it is asked about `allowedAttempts` times (S4.42). A provider
   * of {@link CodeVerifier} takes its place.
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

  numbers?: NumberOptions;
  accessToken?: AccessTokenOptions;
  session?: SessionOptions;
  password?: PasswordOptions;
  messages?: MessageOptions;
}
