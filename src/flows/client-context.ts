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
}
