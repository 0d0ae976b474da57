/**
 * How somebody proved who he is: a code by SMS, or a password. The words are those of RFC 8176.
 *
 * @publicApi
 */
export type SignInMethod = 'sms' | 'pwd';

/**
 * A session, without its token: whoever can read this cannot use it.
 *
 * @publicApi
 */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** How it was opened. */
  readonly amr: SignInMethod;
  /** Whether the session outlives the browser and use extends it. */
  readonly remembered: boolean;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The client's address as the framework saw it, `''` where unknown. */
  readonly ipAddress: string;
  readonly userAgent: string;
}
