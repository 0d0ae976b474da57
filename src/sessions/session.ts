/**
 * How somebody proved who he is: by a code, by a password, or by the one after the other. The words are those of RFC 8176.
 *
 * @publicApi
 */
export type SignInMethod = 'sms' | 'pwd' | 'mfa';

/**
 * A session, without its token: whoever can read this cannot use it.
 *
 * @publicApi
 */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** How it was opened; `mfa` as well where a code was given later in a session that a password had opened. */
  readonly amr: SignInMethod;
  /** When its user last gave a code in it, as it was opened or later; `null` for none. */
  readonly provedAt: Date | null;
  /** Whether the session outlives the browser and use extends it. */
  readonly remembered: boolean;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The client's address as the framework saw it, `''` where unknown. */
  readonly ipAddress: string;
  readonly userAgent: string;
}
