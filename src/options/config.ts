import type {
  AdditionalField,
  LimitedRoute,
  MessageTemplate,
  PasswordOptions,
  PhoneAuthOptions,
  SignUpOptions,
} from './options.js';

/** Token of the checked options with every default filled in. */
export const PHONE_AUTH_CONFIG = Symbol('nestjs-phone-auth:config');

interface RouteLimit {
  readonly window: number;
  readonly max: number;
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
  readonly expiresIn: number;
  readonly resendAfter: number;
  readonly allowedAttempts: number;
  readonly allowSignUp: boolean;
  readonly createUserOn: 'verify' | 'send';
  readonly requireVerification: boolean;
  readonly verifyWithSession: 'sign-in' | 'link';
  readonly rateLimit: (RouteLimit & { readonly routes: Partial<Record<LimitedRoute, RouteLimit>> }) | false;
  readonly limits: { readonly storage: 'memory' | 'database' };
  readonly phoneNumberValidator: PhoneAuthOptions['phoneNumberValidator'];
  readonly trustedOrigins: ReadonlySet<string>;
  readonly numbers: { readonly strict: boolean };
  readonly accessToken: {
    readonly issuer: string;
    readonly audience: string;
    readonly expiresIn: number;
  };
  readonly session: {
    readonly expiresIn: number;
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
    readonly numberChanged: string;
    readonly timeout: number;
  };
}
