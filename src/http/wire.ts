import type { SignInResult } from '../flows/sign-in.flow.js';
import type { Session } from '../sessions/session.js';
import type { PhoneUser } from '../users/phone-user-store.js';

/** A user as clients of the shared dialect know him (WIRE 2.1). Dates become ISO strings in JSON. */
export function wireUser(user: PhoneUser) {
  // clients want a string; `.invalid` is nobody's domain (RFC 2606) and the id makes it unique
  return { ...user, email: user.email ?? `${user.id}@phone.invalid` };
}

/** A session as clients know it. `token` is the caller's own. */
export function wireSession(session: Session, token: string) {
  const { remembered: _, ...rest } = session;
  return { ...rest, token };
}

/** What `verify` and `sign-in/phone-number` have in common. */
export function wireSignIn({ user, signedIn }: SignInResult) {
  return {
    token: signedIn?.token ?? null,
    user: wireUser(user),
    session: signedIn && { id: signedIn.session.id, expiresAt: signedIn.session.expiresAt },
  };
}
