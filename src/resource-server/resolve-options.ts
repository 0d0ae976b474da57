import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';
import { group, isWebAddress, origin, text, wholeNumber } from '../options/rules.js';
import type { AccessTokenModuleOptions } from './access-token-options.js';

const NAME = 'AccessTokenModule';

const checkEach = group({
  issuer: text,
  audience: text,
  jwksUrl: origin,
  clockTolerance: wholeNumber(0, 60, 'seconds'),
  cacheMaxAge: wholeNumber(1, 86_400, 'seconds'),
  cooldown: wholeNumber(0, 3_600, 'seconds'),
  timeout: wholeNumber(100, 60_000, 'milliseconds'),
});

/** The options with every default filled in. */
export interface ResolvedOptions extends Required<Omit<AccessTokenModuleOptions, 'jwksUrl'>> {
  readonly jwksUrl: URL;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws PhoneAuthOptionError naming the option, its value and what is allowed
 */
export function resolveOptions(options: AccessTokenModuleOptions): ResolvedOptions {
  checkEach(options, NAME);
  const { issuer, audience, jwksUrl } = options;
  if (issuer === undefined) throw missing('issuer', 'set it to what signs the tokens');
  // without an audience, a token that somebody gave to another service would open this one (RFC 8725, 3.9)
  if (audience === undefined) throw missing('audience', 'set it to what the tokens are made for');
  return {
    issuer,
    audience,
    jwksUrl: new URL(jwksUrl ?? keysOf(issuer)),
    clockTolerance: options.clockTolerance ?? 5,
    cacheMaxAge: options.cacheMaxAge ?? 600,
    cooldown: options.cooldown ?? 30,
    timeout: options.timeout ?? 5_000,
  };
}

function keysOf(issuer: string): string {
  if (!isWebAddress(issuer)) {
    throw missing('jwksUrl', "set it where the issuer is no address such as 'https://app.example.com'");
  }
  return `${issuer.replace(/\/+$/, '')}/auth/.well-known/jwks.json`;
}

const missing = (option: keyof AccessTokenModuleOptions, allowed: string) =>
  new PhoneAuthOptionError(`${NAME}.${option}`, 'missing', allowed);
