import type { CountryCode } from 'libphonenumber-js/max';
import type {
  AccessTokenOptions,
  AdditionalField,
  AllowedNumberType,
  ChallengeAction,
  LimitedRoute,
  MessageOptions,
  MessageTemplate,
  MessageTemplates,
  PasswordOptions,
  PhoneAuthOptions,
  SignUpOptions,
  VerifyChallenge,
} from './options.js';
import type { WebhookOptions } from './webhook-options.js';

/** Token of the checked options with every default filled in. */
export const PHONE_AUTH_CONFIG = Symbol('nestjs-phone-auth:config');

interface RouteLimit {
  readonly window: number;
  readonly max: number;
}

interface PerHourAndDay {
  readonly perHour: number;
  readonly perDay: number;
}

/** See {@link ChannelOptions}. */
export interface ChannelLimits extends PerHourAndDay {
  readonly after: number;
}

/** See {@link GuessLimitOptions}. */
export interface GuessLimits extends PerHourAndDay {
  readonly inARow: number;
  /** Seconds to wait after the first failure in a row, the second, and so on. */
  readonly waits: readonly number[];
  readonly perAddress: number;
}

/** See {@link SendLimitOptions}. */
export interface SendLimits extends PerHourAndDay {
  readonly inARow: number;
  readonly perAddress: number;
  readonly perUser: number;
  readonly overall: { readonly perMinute: number; readonly perDay: number };
}

/** See {@link PumpingOptions}. */
export interface PumpingLimits {
  readonly mode: 'deny' | 'challenge' | 'observe';
  readonly tolerance: number;
  readonly perAddress: PerHourAndDay;
  readonly countriesPerAddress: number;
  readonly perBlock: number;
  readonly perCountry: PerHourAndDay;
  readonly overall: PerHourAndDay;
}

/** The options as the rooms read them: checked once, nothing missing. Defaults live here and nowhere else. */
export interface PhoneAuthConfig {
  readonly secret: string;
  /** Without the present one, each once. */
  readonly previousSecrets: readonly string[];
  readonly production: boolean;
  readonly sendOTP: PhoneAuthOptions['sendOTP'];
  readonly sendPasswordResetOTP: PhoneAuthOptions['sendPasswordResetOTP'];
  readonly sendNotice: PhoneAuthOptions['sendNotice'];
  readonly verifyOTP: PhoneAuthOptions['verifyOTP'];
  readonly callbackOnVerification: PhoneAuthOptions['callbackOnVerification'];
  readonly signUpOnVerification: SignUpOptions;
  readonly additionalFields: Readonly<Record<string, AdditionalField>>;
  readonly otpLength: number;
  readonly enabled: boolean;
  readonly expiresIn: number;
  /** `undefined`: no delays. */
  readonly resendDelays: readonly number[] | undefined;
  readonly sameCodeOnResend: boolean;
  readonly allowedAttempts: number;
  readonly allowSignUp: boolean;
  readonly sendToUnknown: boolean;
  readonly verifyOnSignIn: boolean;
  readonly createUserOn: 'verify' | 'send';
  readonly delivery: 'background' | 'await';
  readonly requireVerification: boolean;
  readonly verifyWithSession: 'sign-in' | 'link';
  readonly rateLimit: (RouteLimit & { readonly routes: Partial<Record<LimitedRoute, RouteLimit>> }) | false;
  readonly challenge:
    | {
        readonly verify: VerifyChallenge;
        /** What takes the check from everybody; empty where only the suspicious are asked. */
        readonly always: ReadonlySet<ChallengeAction>;
        readonly timeout: number;
      }
    | undefined;
  readonly phoneNumberValidator: PhoneAuthOptions['phoneNumberValidator'];
  readonly baseURL: string | undefined;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly bindToClient: boolean;
  readonly testNumbers: { readonly codes: ReadonlyMap<string, string>; readonly until: number };
  readonly onEvent: PhoneAuthOptions['onEvent'];
  readonly channels: { readonly whatsapp?: ChannelLimits; readonly voice?: ChannelLimits };
  readonly limits: {
    readonly storage: 'memory' | 'database';
    readonly guesses: GuessLimits | undefined;
    readonly sends: SendLimits | undefined;
    readonly pumping: PumpingLimits | undefined;
    readonly onFailure: { readonly send: 'refuse' | 'allow'; readonly verify: 'refuse' | 'allow' };
    /** Days. */
    readonly knownDevice: number;
  };
  readonly numbers: {
    readonly strict: boolean;
    readonly defaultRegion: CountryCode | undefined;
    readonly countries: '*' | readonly CountryCode[];
    readonly types: readonly AllowedNumberType[];
    readonly retired: readonly string[];
  };
  readonly accessToken: {
    readonly issuer: string;
    readonly audience: string;
    readonly expiresIn: number;
    /** `undefined`: ES256, under a key derived from `secret`. */
    readonly secret: string | undefined;
    readonly claims: AccessTokenOptions['claims'];
  };
  readonly refreshToken: {
    /** `undefined`: the host's `secret`. */
    readonly secret: string | undefined;
    readonly reuseGrace: number;
  };
  readonly nodeAuth: {
    readonly unknownAccounts: 'hidden' | 'told';
    readonly cookies: { readonly path: string; readonly refreshTokenPath: string | undefined };
    readonly csrf: boolean;
  };
  readonly admin:
    | {
        readonly apiKeys: readonly string[];
        readonly project: { readonly projectId: string; readonly branchId: string } | undefined;
        readonly allowedAttempts: boolean;
      }
    | undefined;
  readonly session: {
    readonly strategy: 'opaque' | 'token-pair';
    readonly expiresIn: number;
    /** Seconds after its start from which on a session is not extended; `Infinity`: always. */
    readonly absoluteExpiresIn: number;
    readonly updateAge: number;
    readonly freshAge: number;
    readonly freshToLink: boolean;
    readonly cookie: {
      readonly prefix: string;
      readonly secure: boolean;
      readonly domain: string | undefined;
      readonly sameSite: 'lax' | 'strict' | 'none';
    };
  };
  readonly password: {
    readonly minLength: number;
    readonly maxLength: number;
    readonly accept: PasswordOptions['accept'];
  };
  readonly messages: {
    readonly signIn: MessageTemplate;
    readonly resetPassword: MessageTemplate;
    readonly secondFactor: MessageTemplate;
    readonly stepUp: MessageTemplate;
    readonly appName: string | undefined;
    readonly locales: Readonly<Record<string, MessageTemplates>>;
    readonly locale: MessageOptions['locale'];
    readonly webOtpDomain: string | undefined;
    readonly androidAppHash: string | undefined;
    readonly multiSegment: 'error' | 'warn';
    readonly numberChanged: string;
    readonly timeout: number;
  };
  /** Days, but for `every`: seconds, `undefined` for never. */
  readonly retention: {
    readonly codes: number;
    readonly numbers: number;
    readonly messages: number;
    readonly sessions: number;
    readonly statistics: number;
    readonly every: number | undefined;
  };
  readonly webhooks: Required<Omit<WebhookOptions, 'url' | 'allowInsecure'>> & {
    /** Whether the application has any, or may be told of one. */
    readonly inUse: boolean;
    readonly url: string | undefined;
    readonly allowInsecure: boolean;
  };
}
