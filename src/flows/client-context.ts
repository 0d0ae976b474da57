/**
 * Where a call comes from. Over HTTP the module fills it in; a caller of the service may leave it out.
 *
 * @publicApi
 */
export interface ClientContext {
  /** The client's address, as the framework (not a header) names it. @default '' */
  readonly ipAddress?: string;
  /** @default '' */
  readonly userAgent?: string;
  /** What the client brought to show that a human or the genuine app calls: over HTTP the header `x-captcha-response`. */
  readonly captchaToken?: string | undefined;
  /** What an earlier sign-in gave the device, see `limits.knownDevice`: over HTTP a cookie. */
  readonly deviceToken?: string | undefined;
  /** What came with the code that was asked for, see `bindToClient`: over HTTP in the body, or a cookie. */
  readonly challenge?: string | undefined;
  /** Sends to a number that carry the same key within a minute are one: over HTTP the header `Idempotency-Key` (R35). */
  readonly idempotencyKey?: string | undefined;
}
