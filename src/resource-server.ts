// The public door of nestjs-phone-auth/resource-server: for services that have the public keys and nothing else.
export { AccessTokenModule } from './resource-server/access-token.module.js';
export { AccessTokenGuard } from './resource-server/access-token.guard.js';
export { AccessTokenVerifier } from './resource-server/access-token-verifier.js';
export { AccessToken } from './resource-server/access-token.decorator.js';
export type {
  AccessTokenModuleExtras,
  AccessTokenModuleOptions,
} from './resource-server/access-token-options.js';
export type { AccessTokenClaims } from './tokens/access-token-claims.js';
export { Public } from './http/public.decorator.js';
export { PhoneAuthError, type PhoneAuthErrorDetails } from './errors/phone-auth.error.js';
export { PhoneAuthOptionError } from './errors/phone-auth-option.error.js';
export type { PhoneAuthErrorBody } from './http/http-errors.js';
