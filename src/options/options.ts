import type { CountryCode } from 'libphonenumber-js/max';
import type { PhoneAuthEvent } from '../events/phone-auth-event.js';
import type { CodePurpose } from './code-purpose.js';
import type { WebhookOptions } from './webhook-options.js';

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
  /** What is known of the owner, `undefined` as above. */
  user?: PhoneUserSummary | undefined;
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
  /**
   * Providers that were asked to send this message before, where one of them has reported that it did not arrive. A
   * {@link SmsChain} asks others.
   */
  tried?: readonly string[] | undefined;
  /** Milliseconds that the send may take, counted from the call: `messages.timeout`. */
  timeLimit?: number | undefined;
  /** Aborted when the time limit of the send is over. Hand it to your HTTP client. */
  signal: AbortSignal;
}

/**
 * Sends one code. Throw, or reject, where it was not sent: the earlier code then stays good, and with `delivery: 'await'` the
 * caller gets `SEND_OTP_FAILED`. What it returns counts where it is a {@link SendResult}; everything else means that the message was accepted.
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

/** What a callback or a sender is told of a user. @publicApi */
export interface PhoneUserSummary {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly image: string | null;
  readonly phoneNumber: string | null;
  readonly phoneNumberVerified: boolean;
  readonly createdAt: Date;
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

/**
 * A kind of number to which codes can be allowed. The kinds that are left out (PREMIUM_RATE, SHARED_COST, TOLL_FREE, PAGER,
 * UAN, VOICEMAIL) never get one: they cost extra, or nobody reads a message there (R21).
 *
 * @publicApi
 */
export type AllowedNumberType = 'MOBILE' | 'FIXED_LINE_OR_MOBILE' | 'FIXED_LINE' | 'VOIP' | 'PERSONAL_NUMBER';

/**
 * Which numbers there may be, and to which ones messages go.
 *
 * `countries` and `types` decide about every message with a code and about every new number: what they refuse is answered
 * 400 `INVALID_PHONE_NUMBER` before anything is counted or sent, whether or not an account has the number (A28). A number
 * that an account already has is looked up without them, so its owner still signs in with the password, or with a code that
 * was sent before (R20).
 *
 * @example
 * ```ts
 * numbers: { countries: ['GB', 'GG', 'JE', 'IM'], defaultRegion: 'GB' }
 * ```
 * @publicApi
 */
export interface NumberOptions {
  /**
   * Accept nothing but `+` and digits, `^\+[1-9]\d{1,14}$`, on every route. By default the separators that people type are
   * dropped first. Then that form alone is enough to be looked up (S5.4); a message needs a number that exists, as ever.
   * Cannot be combined with `defaultRegion`.
   * @default false
   */
  strict?: boolean;
  /**
   * Regions (ISO 3166-1 alpha-2) to which messages go, or `'*'` for all of them, which warns at start in production: pumping
   * lives on expensive destinations (R22).
   *
   * A number's region is the one that its numbering plan gives it, not its calling code. So regions that share a code are
   * listed one by one: `'GB'` does not include `'GG'`, `'JE'` and `'IM'`, and `'US'` includes neither `'CA'` nor the
   * Caribbean. Where two regions share their mobile numbers, those count as the larger one's: AX as FI, BL and MF as GP,
   * CC and CX as AU, EH as MA, SJ as NO, VA as IT, part of IM as GB. Numbers without a region, such as satellite phones
   * (+870, +881, +882) and +800, are always refused.
   * @default '*'
   */
  countries?: '*' | readonly CountryCode[];
  /**
   * Kinds of numbers to which messages go, by the numbering plans (R21). Where a plan does not tell mobile from fixed lines,
   * as in the US, Canada and Mexico, the kind is FIXED_LINE_OR_MOBILE.
   * @default ['MOBILE', 'FIXED_LINE_OR_MOBILE']
   */
  types?: readonly AllowedNumberType[];
  /**
   * Read what does not begin with `+` as a number of this region, as it is dialled there: `0171 1234567` and
   * `0049 171 1234567` with `'DE'`, `(202) 555-0123` and `011 49 171 1234567` with `'US'`. All spellings give one E.164 form.
   * @default none: a number begins with `+` (R19)
   */
  defaultRegion?: CountryCode | undefined;
  /**
   * Shapes of numbers that a numbering plan has given up and that accounts may still have, with `#` for any digit (R20).
   *
   * To a number that no plan knows nothing is sent, and the caller is told so. With these he is not, as he would learn whether
   * an account has the number: the answer is as for any number, and a message leaves, after the answer, only where an account
   * has it. New accounts are not made with them. `countries` applies to them too.
   *
   * A list takes the place of the default one. `[]` where no account is that old.
   * @default ['+229########', '+225########', '+521##########', '+841#########']: Benin, Ivory Coast, Mexico, Vietnam
   */
  retired?: readonly string[];
}

/**
 * Wrong codes for one number, counted across codes, purposes, devices and processes. A new code does not reset them, a
 * success does (NIST SP 800-63B-4, 3.2.2; R9 to R16).
 *
 * @publicApi
 */
export interface GuessLimitOptions {
  /**
   * Failures in one hour after which a CAPTCHA is asked for, where `challenge` is set, or the hour has to pass.
   * @default 10
   */
  perHour?: number;
  /**
   * Failures in 24 hours after which no code of the number is compared until they have passed.
   * @default 20
   */
  perDay?: number;
  /**
   * Failures in a row, over whatever time, after which the number is disabled: until a known device proves it again, or
   * {@link PhoneAuthService.enableNumber} is called. At most 100, as NIST SP 800-63B-4, 3.2.2 has it.
   * @default 50
   */
  inARow?: number;
  /**
   * Seconds to wait after each failure in a row, once the first `allowedAttempts` were free. The last goes on for ever.
   * @default [30, 60, 120, 240, 480, 960, 1_920, 3_600]
   */
  waits?: readonly number[];
  /**
   * Failures in five minutes from one client address (IPv6: one /64), over all numbers (R12).
   * @default 30
   */
  perAddress?: number;
}

/**
 * Messages, whatever asked for them: every route, every purpose, and the service (R23 to R26, R29).
 *
 * @publicApi
 */
export interface SendLimitOptions {
  /** To one number while no code of it is used, before an hour of rest (R24). @default 5 */
  inARow?: number;
  /** To one number in one hour (R25). @default 5 */
  perHour?: number;
  /** To one number in 24 hours (R25). @default 10 */
  perDay?: number;
  /**
   * For one client address (IPv6: one /64) in one hour, whatever the numbers (R26). Messages whose code comes back do not
   * count: the customers of a mobile carrier share an address.
   * @default 20
   */
  perAddress?: number;
  /** For one signed-in user in one hour, whatever the numbers (R26). @default 5 */
  perUser?: number;
  /**
   * For all together: what a day may cost at most (R29).
   *
   * @example
   * ```ts
   * limits: { sends: { overall: { perMinute: 60, perDay: 5_000 } } }
   * ```
   * @default no limit
   */
  overall?: { perMinute?: number; perDay?: number };
}

/**
 * The guard against SMS pumping: messages that nobody wanted, to numbers that somebody earns with. It counts messages
 * whose codes did not come back, and lets each code that does come back make room for further ones (R27 to R32).
 *
 * Where a country sends more of them than its history explains, it is suspected, and messages go out as a crowd of people
 * asks for them: one to each address without an open message and a second one to the same number; beyond that, one for every
 * four of those; and to devices that have proven the number before. `bench/pumping` shows what that costs whom.
 *
 * @publicApi
 */
export interface PumpingOptions {
  /**
   * What happens to a message that looks like pumping: it is refused; it needs a CAPTCHA (without `challenge` it is
   * refused); or it goes out and is only reported.
   * @default 'deny'
   */
  mode?: 'deny' | 'challenge' | 'observe';
  /**
   * Unproven messages that one proven number makes room for at its address and in its block; half of it counts for its
   * country and for all together, since an attacker uses up that room as well, and of the history of 14 days. Healthy
   * traffic comes back to 60 % to 80 %. R31 has 0.2, which suspects countries that do well.
   * @default 0.7
   */
  tolerance?: number;
  /**
   * Unproven messages for one client address, before tolerance. R30 has 5 and 10: an office of five, where one asks again
   * before any code has come back, is refused with that.
   * @default { perHour: 8, perDay: 12 }
   */
  perAddress?: { perHour?: number; perDay?: number };
  /** Countries in 24 hours that one client address may send to while none of its codes comes back. @default 3 */
  countriesPerAddress?: number;
  /** Unproven messages in one hour to a block of 10 000 numbers (E.164 without the last four digits). @default 10 */
  perBlock?: number;
  /**
   * Unproven messages to one country, before tolerance and where the history of 14 days gives no higher figure. `perHour` is
   * also what addresses with open messages get together in a quarter of an hour while a country is suspected.
   * @default { perHour: 5, perDay: 20 }
   */
  perCountry?: { perHour?: number; perDay?: number };
  /** The same for all countries together. @default { perHour: 25, perDay: 100 } */
  overall?: { perHour?: number; perDay?: number };
}

/**
 * When another way to a phone than a text opens, and how often it may be taken for one number.
 *
 * @publicApi
 */
export interface ChannelOptions {
  /** Texts in a row whose code did not come back, before it opens. @default 2 for WhatsApp, 3 for voice */
  after?: number;
  /** Messages or calls in one hour. @default 3 for WhatsApp, 1 for voice */
  perHour?: number;
  /** Messages or calls in 24 hours. @default 6 for WhatsApp, 3 for voice */
  perDay?: number;
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
  /** `false` switches the limits on wrong codes off, but for `allowedAttempts`. */
  guesses?: GuessLimitOptions | false;
  /** `false` switches the limits on messages off, but for `resendDelays` and `rateLimit`. */
  sends?: SendLimitOptions | false;
  /** `false` switches the guard against SMS pumping off. */
  pumping?: PumpingOptions | false;
  /**
   * What happens where the store that counts cannot be reached: the request is answered 503 `SERVICE_UNAVAILABLE`, or
   * goes on uncounted (R17). What the database counts, per code and per number, refuses always.
   * @default { send: 'refuse', verify: 'refuse' }
   */
  onFailure?: { send?: 'refuse' | 'allow'; verify?: 'refuse' | 'allow' };
  /**
   * Days for which a device that has proven a number is known by a cookie and counted by itself: nobody else can use up
   * its tries (R15). 0: no such cookie.
   * @default 180
   */
  knownDevice?: number;
}

/**
 * Numbers for the review of an app: their code is fixed and nothing is sent to them. Every limit holds for them as well,
 * and every use is an event and a warning in the log.
 *
 * @publicApi
 */
export interface TestNumberOptions {
  /**
   * Code by number in E.164 form, ten at most.
   *
   * @example
   * ```ts
   * testNumbers: { codes: { '+12025550100': '424242' }, until: '2027-01-31' }
   * ```
   */
  codes: Readonly<Record<string, string>>;
  /** The day, or the moment, from which on they are ordinary numbers: a `Date` or an ISO 8601 text. */
  until: Date | string;
  /** Without this, they stop the start of an application in production. @default false */
  inProduction?: boolean;
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
   * What a sign-in gives the client: the token of a session alone, or an access token and a refresh token beside it. Both
   * stand on the session: whatever ends it ends its tokens at once.
   *
   * @example
   * ```ts
   * session: { strategy: 'token-pair' }
   * ```
   * @default 'opaque'
   */
  strategy?: 'opaque' | 'token-pair';
  /**
   * Lifetime, in seconds. A session in use is extended, see `updateAge`. With token pairs, `refreshToken` says how long a
   * session lives.
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
  /** Text of the code after a password. @default 'Code to finish signing in: {code}', and more where `appName` is set */
  secondFactor?: MessageTemplate;
  /**
   * Text of the code that somebody who is signed in asks for, to show that the number is still at hand.
   * @default 'Code to confirm that it is you: {code}', and more where `appName` is set
   */
  stepUp?: MessageTemplate;
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
   * How long a sender may take, in milliseconds, before its message counts as not sent.
   * @default 10_000, and 16_000 with `webhooks`
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
 * What `accessToken.claims` is given of a user.
 *
 * @publicApi
 */
export interface AccessTokenUser extends PhoneUserSummary {
  readonly emailVerified: boolean;
  readonly phoneNumberVerified: boolean;
  /** The values of the host's `additionalFields`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Short-lived JWTs: what `GET token` gives to services which do not share the session table, and with
 * `session.strategy: 'token-pair'` what clients show in place of a session's token.
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
  /**
   * Signs with HS256 under this secret of 32 characters or more, for other services that have it already. No key is
   * published then.
   * @default ES256, under a key that is derived from `secret`
   */
  secret?: string;
  /**
   * Further claims. Those that the module sets cannot be overridden. It is awaited before a token is given out; if it throws,
   * none is.
   *
   * @example
   * ```ts
   * accessToken: { claims: ({ fields }) => ({ role: fields.role }) }
   * ```
   */
  claims?: (user: AccessTokenUser) => MaybePromise<Readonly<Record<string, unknown>>>;
}

/**
 * What gets a client with `session.strategy: 'token-pair'` its next access token. It works once: each use gives a new pair
 * (R54, RFC 9700, 4.14.2).
 *
 * @publicApi
 */
export interface RefreshTokenOptions {
  /**
   * Seconds for which a refresh token is good that is not used; its session lives as long.
   * @default 1_209_600 (14 days)
   */
  expiresIn?: number;
  /**
   * Seconds after the sign-in from which on nothing is refreshed any more, however much it is used.
   * @default 2_592_000 (30 days)
   */
  absoluteExpiresIn?: number;
  /**
   * Seconds for which a used refresh token gives its successor once more, 0 to 60: for parallel requests, and for an answer
   * that got lost. Any other reuse ends the session.
   * @default 10
   */
  reuseGrace?: number;
  /**
   * Key material of the hashes under which refresh tokens are stored, 32 characters or more. Another one ends them all.
   * @default `secret`, and `previousSecrets` stay good
   */
  secret?: string;
}

/**
 * What a client wants to do, by the name of the route. A sign-in with a code is a `verify`, whatever route it came by.
 *
 * @publicApi
 */
export type ChallengeAction = LimitedRoute;

/**
 * What `challenge.verify` is given.
 *
 * @publicApi
 */
export interface ChallengeInput {
  /** What the client sent in the header `x-captcha-response`, or a caller of the service as `captchaToken`. */
  token: string;
  /** The client's address, as the framework names it; `''` where a caller of the service did not say. */
  ipAddress: string;
  action: ChallengeAction;
  /** Aborted when the time limit of the check is over. Hand it to your HTTP client. */
  signal: AbortSignal;
}

/**
 * Says whether a token is good: a solved CAPTCHA, or the attestation of a genuine app. Throw, or reject, where that
 * cannot be found out: the client is then answered 503 and nothing happens.
 *
 * @example
 * ```ts
 * const verify: VerifyChallenge = async ({ token }) => (await appCheck.verifyToken(token)).appId === 'com.example.app';
 * ```
 * @publicApi
 */
export type VerifyChallenge = (input: ChallengeInput) => MaybePromise<boolean>;

/**
 * A proof that a human, or your own app, is calling. Clients send it in the header `x-captcha-response`.
 *
 * @example
 * ```ts
 * challenge: { verify: turnstile({ secret: process.env.TURNSTILE_SECRET }), when: 'always' }
 * ```
 * @publicApi
 */
export interface ChallengeOptions {
  /** Your own check, or `turnstile()`, `hCaptcha()` or `reCaptcha()` of `nestjs-phone-auth/captcha`. */
  verify: VerifyChallenge;
  /**
   * Who needs it: only those whom a limit finds suspicious, or everybody on `routes` (R34).
   * @default 'suspicious'
   */
  when?: 'always' | 'suspicious';
  /**
   * What needs it from everybody, with `when: 'always'`. Checked once the number is known to be one, and before anything
   * is counted for it; only the limit per address is in front.
   * @default ['send-otp', 'sign-in', 'request-password-reset'], where `sign-in` is the one by password
   */
  routes?: readonly ChallengeAction[];
  /**
   * How long the check may take, in milliseconds, 100 to 30_000, before the client is answered `SERVICE_UNAVAILABLE`.
   * @default 5_000
   */
  timeout?: number;
}

/**
 * For how long rows are kept that nobody needs any more. They are removed in the background, 500 at a time, by an index,
 * while requests go on; several processes may do so at once.
 *
 * @example
 * ```ts
 * retention: { messages: 90, every: false } // and PhoneAuthService.cleanup() in a cron job
 * ```
 * @publicApi
 */
export interface RetentionOptions {
  /** Days for which a code stays after its end; a guess at it is answered `OTP_EXPIRED` until then. @default 1 */
  codes?: number;
  /**
   * Days without a message or a guess after which the limits forget a number, 2 at least. A number with wrong codes in a
   * row is never forgotten.
   * @default 30
   */
  numbers?: number;
  /** Days for which it is known what became of a message, 1 at least. @default 7 */
  messages?: number;
  /** Days for which a session stays after its end. @default 30 */
  sessions?: number;
  /** Days of statistics by hour and country, 15 at least: the limits look at two weeks of them. @default 35 */
  statistics?: number;
  /**
   * Seconds from one clean-up to the next, a tenth more or less. The first comes sooner, at another moment in each process.
   * `false` leaves it to calls of {@link PhoneAuthService.cleanup}.
   * @default 21_600 (6 hours)
   */
  every?: number | false;
}

/**
 * The API by which an operator switches phone sign-in on and off and changes the lifetime of codes, while the application
 * runs: `GET` and `PATCH plugins/phone-number`, `GET plugins`, in the form of Neon's API (S5.9 to S5.17). What is set there
 * is kept in the table `phone_auth_setting`, is in force in every process within a second, and goes before the options.
 *
 * @example
 * ```ts
 * admin: { apiKeys: [process.env.PHONE_AUTH_ADMIN_KEY!] } // openssl rand -base64 32
 * ```
 * @publicApi
 */
export interface AdminOptions {
  /**
   * Keys that operators show as `Authorization: Bearer <key>`, each of 32 characters or more. Several while one takes the
   * place of another.
   */
  apiKeys: readonly string[];
  /**
   * Also serves `projects/<projectId>/branches/<branchId>/auth/…` below the module's path, which is how scripts that were
   * written for Neon's API ask; their base address becomes this module's. Another pair is 404 `PROJECT_NOT_FOUND` (S5.16).
   * @default no such paths
   */
  project?: { projectId: string; branchId: string };
  /**
   * Whether `allowed_attempts`, 1 to 10, can be seen and set as well. It was in a draft of Neon's API (S5.17).
   * @default false
   */
  allowedAttempts?: boolean;
}

/**
 * The routes of the dialect `node-auth`, which {@link nodeAuth} sets up.
 *
 * @publicApi
 */
export interface NodeAuthDialectOptions {
  /**
   * What whoever asks for a code by `userId` learns of an account that there is not, or that has no proven number: nothing, or
   * what node-auth says (404 and 400 `PHONE_NOT_SET`). By e-mail nothing is told either way.
   * @default 'hidden'
   */
  unknownAccounts?: 'hidden' | 'told';
  /** `Path` of the cookies. What else they are is `session.cookie`'s. */
  cookies?: {
    /** Of the access token. @default '/' */
    path?: string;
    /**
     * Of the refresh token: where the route is, as browsers see it. Set it behind a proxy that takes a part of the path off,
     * and with versions in the path.
     * @default the route, below the host's global prefix
     */
    refreshTokenPath?: string;
  };
  /**
   * Whether whatever changes something by cookie has to repeat the value of the cookie `csrf-token` in the header
   * `X-CSRF-Token`. The origin is looked at either way.
   * @default false
   */
  csrf?: boolean;
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

  /**
   * Whether there is phone sign-in at all. Switched off, its routes and the calls of the service are `PHONE_SIGN_IN_DISABLED`,
   * 404 over HTTP (S5.15); sessions stay. An operator switches it with {@link AdminOptions | admin}.
   * @default true
   */
  enabled?: boolean;

  /** Seconds for which a code is good, 30 to 600 (NIST SP 800-63B-4, 3.1.3.2: ten minutes at most). @default 300 */
  expiresIn?: number;

  /**
   * Seconds between one message to a number and the next, growing while no code of it is used (R23). The last one goes on
   * for ever. Every answer says as `resendAfter` how long it is this time. `false` for a host that limits elsewhere.
   * @default [30, 40, 60, 90, 120]
   */
  resendDelays?: readonly number[] | false | undefined;

  /**
   * Whether another message to a number carries the code that is open, where that was asked for by the same user (or by
   * nobody signed in), has guesses left, and is good for a minute more (for half its life where it lives less than two).
   * The code keeps its guesses and its end, and `expiresIn` in the answer is what is left of it, so no code lives longer
   * than ten minutes (NIST SP 800-63B-4, 3.1.3.2; R2). Messages are counted as ever. With `bindToClient` it is sent again
   * to the client that asked for it alone, which shows its challenge as a cookie, or in the header `x-challenge`.
   *
   * By default every message has a code of its own, and only the newest works (S2.21): so no code has to be kept in a form
   * that can be read again, and `expiresIn` tells nobody that a code of the number is open. Turn it on where messages are
   * slow or overtake each other, and people type the code of the first into a form that waits for the second. The code is
   * then kept beside its MAC, encrypted with AES-256-GCM under a key derived from `secret`, for as long as it is open.
   *
   * @example
   * ```ts
   * PhoneAuthModule.forRoot({ secret, sendOTP, sameCodeOnResend: true, expiresIn: 600 })
   * ```
   * @default false
   */
  sameCodeOnResend?: boolean;

  /** Wrong guesses that one code survives, 1 to 10. The next is answered `TOO_MANY_ATTEMPTS`. @default 3 */
  allowedAttempts?: number;

  /** Whether the right code for an unknown number makes an account. @default true */
  allowSignUp?: boolean;

  /**
   * Whether a number that nobody has gets a message. `false` is for an application without sign-up: only owners of accounts
   * get messages, which saves the others' price. The answer is the same for both, and so is what follows: an unknown number
   * has a code as well, which nobody ever sees. So that time tells nothing either, every sign-in code is then sent after the
   * answer, and a sender that fails is in the log and no longer `SEND_OTP_FAILED` (R40).
   *
   * Somebody who is signed in gets a message to whatever number he names, to link it. Cannot be `false` beside `allowSignUp`.
   *
   * @example
   * ```ts
   * PhoneAuthModule.forRoot({ secret, sendOTP, allowSignUp: false, sendToUnknown: false })
   * ```
   * @default true
   */
  sendToUnknown?: boolean;

  /**
   * Whether the right code also signs in to an account whose number was not verified, and verifies it. `false` answers 401
   * `PHONE_NUMBER_NOT_VERIFIED`, to whoever gave the right code (S5.2): the number is then verified by linking it, while
   * signed in another way.
   * @default true
   */
  verifyOnSignIn?: boolean;

  /**
   * When an unknown number gets its account: with the right code, or already with the first message (KavachOS), then
   * unverified. That is after the answer, unless `delivery: 'await'` has it wait for the message: a moment longer for new
   * numbers than for known ones.
   * @default 'verify'
   */
  createUserOn?: 'verify' | 'send';

  /**
   * Whether the answer waits for the sender. `'background'`: the message leaves after the answer, which then takes the same
   * time for everybody and whatever the provider does (R40, SECURITY 3.6); a failure is in the log, in the event `code.failed`
   * and in the state of the delivery, and a shutdown waits for what is on its way. `'await'`: a sender that fails is answered
   * 502 `SEND_OTP_FAILED`, and the time of the answer is the provider's. Either way the code before a message that no sender
   * took stays good.
   *
   * A password reset, a retired number and `sendToUnknown: false` are always answered first: whether there is an account
   * decides there whether anything is sent.
   *
   * @example
   * ```ts
   * PhoneAuthModule.forRoot({ secret, sendOTP, delivery: 'await' })
   * ```
   * @default 'background'
   */
  delivery?: 'background' | 'await';

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

  /** A CAPTCHA or app attestation in front of what sends messages and counts guesses. @default none */
  challenge?: ChallengeOptions | undefined;

  /**
   * Your own say on a number, asked on every route that takes one, with its E.164 form. Messages are asked about `numbers`
   * first.
   */
  phoneNumberValidator?: (phoneNumber: string) => MaybePromise<boolean>;

  /** Public address of the application, such as `https://app.example.com`: decides on secure cookies and on Origin. */
  baseURL?: string | undefined;

  /** Further origins whose pages may send the session cookie along, such as `https://admin.example.com`. */
  trustedOrigins?: readonly string[];

  /**
   * Whether a code works only for the client that asked for it. The `challenge` in the answer to send-otp is then set as a
   * cookie as well, and verify wants one of the two: without it, no try is counted and none can be burnt (R15, R43).
   * @default false
   */
  bindToClient?: boolean;

  /** Numbers for the review of an app. */
  testNumbers?: TestNumberOptions;

  /**
   * Is told what the module decides: messages held back, alarms, test numbers. It is not waited for, and what it throws
   * is logged. Provide an {@link EventSink} where events go somewhere else.
   */
  onEvent?: (event: PhoneAuthEvent) => MaybePromise<unknown>;

  /**
   * Other ways to a phone than a text, for senders that know them (such as `TwilioSmsSender`). `send-otp` then takes a
   * `channel`, and answers with the `channels` that the next message may take (R33).
   *
   * @example
   * ```ts
   * channels: { whatsapp: {}, voice: { after: 3 } }
   * ```
   * @default texts only
   */
  channels?: { whatsapp?: ChannelOptions; voice?: ChannelOptions };

  limits?: LimitOptions;
  /** Which numbers there may be, and to which countries and kinds of numbers messages go. */
  numbers?: NumberOptions;
  accessToken?: AccessTokenOptions;
  /** An API for operators, behind keys. @default none */
  admin?: AdminOptions | undefined;
  refreshToken?: RefreshTokenOptions;
  nodeAuth?: NodeAuthDialectOptions;
  session?: SessionOptions;
  password?: PasswordOptions;
  messages?: MessageOptions;
  /** For how long rows are kept that nobody needs any more. */
  retention?: RetentionOptions;
  /** Events to an address of yours. @default none */
  webhooks?: WebhookOptions;
}
