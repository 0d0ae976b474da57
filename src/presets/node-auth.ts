import type { CanActivate, Type } from '@nestjs/common';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import type { AccessTokenUser, CookieOptions, PhoneAuthOptions } from '../options/options.js';
import { requireOptions } from '../options/rules.js';
import type { PhoneAuthModuleExtras } from '../phone-auth.module-definition.js';
import { withCode } from './callbacks.js';
import { inSeconds } from './duration.js';
import { httpGateway, type HttpGatewayPresetOptions } from './http-gateway.js';

/**
 * Options of node-auth, under the names that they have there.
 *
 * @publicApi
 */
export interface NodeAuthOptions {
  /** Signs access tokens with HS256, 32 characters or more. */
  accessTokenSecret: string;
  /** Key material of the hashes of refresh tokens, 32 characters or more. */
  refreshTokenSecret: string;
  /** Seconds, or a text such as `'15m'`; an hour at most. @default '15m' */
  accessTokenExpiresIn?: number | string;
  /** Seconds, or a text such as `'7d'`: how long a refresh token is good that is not used. @default '7d' */
  refreshTokenExpiresIn?: number | string;
  /** The HTTP gateway. Codes then live ten minutes. */
  sms?: HttpGatewayPresetOptions;
  /** Gets the number in E.164 form and the digits of the code. */
  sendSms?: (phoneNumber: string, code: string) => unknown;
  /** `secure: true` gives the cookies names that begin with `__Host-`, or `__Secure-` where they cannot. */
  cookieOptions?: Pick<CookieOptions, 'secure' | 'sameSite' | 'domain'> & {
    /** @default '/' */
    path?: string;
    /** @default the route of `refresh` */
    refreshTokenPath?: string;
  };
  /** Double submit for what is changed by cookie. @default { enabled: false } */
  csrf?: { enabled: boolean };
  /** Further claims of access tokens. Those of the module cannot be overridden. */
  buildTokenPayload?: (user: AccessTokenUser) => Readonly<Record<string, unknown>>;
  /** Guards in front of every route, beside the module's own limits. */
  rateLimiter?: Type<CanActivate> | CanActivate | readonly (Type<CanActivate> | CanActivate)[];
  /**
   * What whoever asks for a code by `userId` learns of an account that there is not, or that has no number: nothing, or what
   * node-auth says. @default 'hidden'
   */
  unknownAccounts?: 'hidden' | 'told';
}

/**
 * For applications that come from node-auth: its routes `sms/*`, `login`, `refresh`, `logout`, `me` and `add-phone`, its
 * cookies and its tokens, in every dialect. Nobody signs up by a number.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({ secret, ...nodeAuth({ accessTokenSecret, refreshTokenSecret, sendSms: (phone, code) => sms.send(phone, code) }) })
 * ```
 * @throws PhoneAuthOptionError where a secret is missing, or a time cannot be read
 * @publicApi
 */
export function nodeAuth(
  options: NodeAuthOptions,
): PhoneAuthOptions & Pick<PhoneAuthModuleExtras, 'dialects' | 'guards'> {
  requireOptions(options, 'nodeAuth', ['accessTokenSecret', 'refreshTokenSecret']);
  const { accessTokenExpiresIn = '15m', refreshTokenExpiresIn = '7d', cookieOptions = {} } = options;
  const { path, refreshTokenPath, ...cookie } = cookieOptions;
  const { buildTokenPayload, rateLimiter = [], unknownAccounts = 'hidden' } = options;
  const unused = inSeconds(refreshTokenExpiresIn, 'nodeAuth.refreshTokenExpiresIn');
  return {
    ...sender(options),
    dialects: ['node-auth'],
    guards: [rateLimiter].flat(),
    allowSignUp: false,
    sendToUnknown: false,
    session: { strategy: 'token-pair', cookie },
    accessToken: {
      secret: options.accessTokenSecret,
      expiresIn: inSeconds(accessTokenExpiresIn, 'nodeAuth.accessTokenExpiresIn'),
      claims: (user) => ({ email: user.email, ...roleOf(user), ...buildTokenPayload?.(user) }),
    },
    refreshToken: {
      secret: options.refreshTokenSecret,
      expiresIn: unused,
      absoluteExpiresIn: Math.max(unused, MONTH),
    },
    nodeAuth: {
      unknownAccounts,
      csrf: options.csrf?.enabled ?? false,
      cookies: {
        ...(path !== undefined && { path }),
        ...(refreshTokenPath !== undefined && { refreshTokenPath }),
      },
    },
  };
}

const MONTH = 30 * 86_400;

/** Neither of them is an application that sends no messages, or one that provides an `SmsSender`. */
function sender({ sms, sendSms }: NodeAuthOptions): PhoneAuthOptions {
  if (sms && sendSms) {
    throw new PhoneAuthOptionError('nodeAuth.sms', 'set beside sendSms', 'use one of the two');
  }
  if (sms) return httpGateway(sms);
  return { sendOTP: sendSms ? withCode(sendSms) : false };
}

const roleOf = ({ fields }: AccessTokenUser) => ('role' in fields ? { role: fields['role'] } : {});
