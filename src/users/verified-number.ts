import type { E164 } from '../phone/e164.js';
import type { PhoneUser } from './phone-user-store.js';

/** The number of a user, once it was proven: until then it says nothing about him (I7, 8.23). */
export function verifiedNumberOf({ phoneNumber, phoneNumberVerified }: PhoneUser): E164 | undefined {
  return phoneNumberVerified && phoneNumber !== null ? phoneNumber : undefined;
}
