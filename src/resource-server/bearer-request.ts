import type { AccessTokenClaims } from '../tokens/access-token-claims.js';

/** Where {@link AccessTokenGuard} leaves what it found. */
export const ACCESS_TOKEN_CLAIMS = Symbol('nestjs-phone-auth:access-token-claims');

/** What the guard reads of a request, and what it adds, under Express and Fastify alike. */
export interface BearerRequest {
  readonly headers: { readonly authorization?: string | undefined };
  [ACCESS_TOKEN_CLAIMS]?: AccessTokenClaims | null;
}
