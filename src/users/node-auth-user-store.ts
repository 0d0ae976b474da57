import { PhoneAuthError } from '../errors/phone-auth.error.js';
import { type E164, readNumber } from '../phone/e164.js';
import type { FieldValues } from './additional-fields.js';
import { type PhoneUser, type PhoneUserChanges, PhoneUserStore } from './phone-user-store.js';

/**
 * A user as node-auth's stores have him. What else he has is left alone.
 *
 * @publicApi
 */
export interface NodeAuthUser {
  readonly id: string;
  readonly email?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly role?: string | null | undefined;
  readonly isEmailVerified?: boolean | undefined;
  readonly phoneNumber?: string | null | undefined;
  /** @default true where there is a number: the module writes none that is not proven */
  readonly phoneNumberVerified?: boolean | undefined;
  readonly require2FA?: boolean | undefined;
  readonly createdAt?: Date | undefined;
  readonly updatedAt?: Date | undefined;
}

/**
 * The contract of node-auth's user stores, as far as codes are concerned (S3.27).
 *
 * @publicApi
 */
export interface NodeAuthStore {
  findById(id: string): Promise<NodeAuthUser | null | undefined>;
  findByEmail(email: string): Promise<NodeAuthUser | null | undefined>;
  /** Without it, nobody is found by his number: the routes of the phone-number dialect then sign nobody in. */
  findByPhoneNumber?(phoneNumber: string): Promise<NodeAuthUser | null | undefined>;
  /**
   * What is noted of an open code: never the code, and nothing that is read back. The module's own table decides, where
   * each guess is counted before it is compared and a code works once.
   *
   * @param code a keyed hash, `null` once there is none any more
   */
  updateSmsCode(userId: string, code: string | null, expiry: Date | null): Promise<unknown>;
  /** Without it, nobody adds a number. */
  updatePhoneNumber?(userId: string, phoneNumber: string | null): Promise<unknown>;
}

/**
 * A user store that was written for node-auth, in place of the module's table. Sessions, codes and passwords stay in the
 * module's tables, under the ids of the store. Users are the host's: none is made and none removed.
 *
 * @example
 * ```ts
 * PhoneAuthModule.forRoot({
 *   secret,
 *   ...nodeAuth({ accessTokenSecret, refreshTokenSecret, sendSms }),
 *   providers: [{ provide: PhoneUserStore, useValue: new NodeAuthUserStore(userStore) }],
 * })
 * ```
 * @publicApi
 */
export class NodeAuthUserStore extends PhoneUserStore {
  constructor(private readonly store: NodeAuthStore) {
    super();
  }

  override async findById(id: string): Promise<PhoneUser | null> {
    return toUser(await this.store.findById(id));
  }

  override async findByEmail(email: string): Promise<PhoneUser | null> {
    return toUser(await this.store.findByEmail(email));
  }

  override async findByPhoneNumber(phoneNumber: E164): Promise<PhoneUser | null> {
    return toUser(await this.store.findByPhoneNumber?.(phoneNumber));
  }

  /** Nobody signs up by a number, as with node-auth (K13). */
  override create(): Promise<PhoneUser | null> {
    return Promise.reject(new PhoneAuthError('PHONE_NUMBER_SIGN_UP_DISABLED'));
  }

  /** A number, once it was proven, or its release. The rest of a user is the host's. */
  override async update(id: string, changes: PhoneUserChanges): Promise<PhoneUser | null> {
    const { phoneNumber } = changes;
    if (phoneNumber === undefined) return this.findById(id);
    if (!this.store.updatePhoneNumber) throw new PhoneAuthError('FAILED_TO_UPDATE_USER');
    await this.store.updatePhoneNumber(id, phoneNumber);
    return this.findById(id);
  }

  override async noteCode(userId: string, mac: string | null, expiresAt: Date | null): Promise<void> {
    await this.store.updateSmsCode(userId, mac, expiresAt);
  }
}

function toUser(user: NodeAuthUser | null | undefined): PhoneUser | null {
  if (!user) return null;
  // node-auth stores numbers as they were given
  const phoneNumber = readNumber(user.phoneNumber)?.number ?? null;
  const { id, name, email, role, createdAt = new Date(0) } = user;
  const fields: FieldValues = typeof role === 'string' ? { role } : {};
  return {
    id,
    name: name ?? '',
    email: email ?? null,
    emailVerified: user.isEmailVerified ?? false,
    image: null,
    phoneNumber,
    phoneNumberVerified: phoneNumber !== null && (user.phoneNumberVerified ?? true),
    twoFactorEnabled: user.require2FA ?? false,
    fields,
    createdAt,
    updatedAt: user.updatedAt ?? createdAt,
  };
}
