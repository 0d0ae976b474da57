import type { PhoneAuthConfig } from '../options/config.js';
import type { Schema } from './document.js';
import { described, FLAG, MOMENT, object, orNull, TEXT } from './schema.js';

/**
 * A user as answers show him, the host's own fields included.
 *
 * @param others what a dialect shows besides, or otherwise
 */
export function userSchema(
  { additionalFields }: PhoneAuthConfig,
  others: Readonly<Record<string, Schema>> = {},
): Schema {
  const shown = Object.entries(additionalFields).flatMap(([name, { type, returned }]) =>
    returned === false ? [] : [[name, orNull({ type })] as const],
  );
  return object({ ...USER, ...Object.fromEntries(shown), ...others }, { twoFactorEnabled: FLAG });
}

const USER = {
  id: TEXT,
  name: TEXT,
  email: described(
    TEXT,
    'A placeholder under `.invalid` for somebody who signed up with nothing but a number',
  ),
  emailVerified: FLAG,
  image: orNull(TEXT),
  phoneNumber: described(orNull(TEXT), 'In E.164 form'),
  phoneNumberVerified: FLAG,
  createdAt: MOMENT,
  updatedAt: MOMENT,
};

export const SESSION_SCHEMA = object({
  id: TEXT,
  token: described(TEXT, 'The real token of the session at hand, and a handle for the others'),
  userId: TEXT,
  expiresAt: MOMENT,
  createdAt: MOMENT,
  updatedAt: MOMENT,
  ipAddress: TEXT,
  userAgent: TEXT,
});
