import { Inject, Injectable } from '@nestjs/common';
import type { SecondFactorPending } from '../flows/second-factor.flow.js';
import type { SignInResult } from '../flows/sign-in.flow.js';
import { PHONE_AUTH_CONFIG, type PhoneAuthConfig } from '../options/config.js';
import type { Session } from '../sessions/session.js';
import type { PhoneUser } from '../users/phone-user-store.js';

/** Users and sessions as clients of the shared dialect know them (WIRE 2.1). Dates become ISO strings in JSON. */
@Injectable()
export class Wire {
  private readonly shownFields: readonly string[];

  constructor(@Inject(PHONE_AUTH_CONFIG) config: PhoneAuthConfig) {
    this.shownFields = Object.entries(config.additionalFields).flatMap(([name, field]) =>
      field.returned === false ? [] : [name],
    );
  }

  user({ fields, ...user }: PhoneUser) {
    return {
      ...user,
      // clients want a string; `.invalid` is nobody's domain (RFC 2606) and the id makes it unique
      email: user.email ?? `${user.id}@phone.invalid`,
      ...Object.fromEntries(this.shownFields.map((name) => [name, fields[name] ?? null])),
    };
  }

  /** `token` is the caller's own, or what stands in for it. */
  session(session: Session, token: string) {
    const { id, userId, expiresAt, createdAt, updatedAt, ipAddress, userAgent } = session;
    return { id, token, userId, expiresAt, createdAt, updatedAt, ipAddress, userAgent };
  }

  /** The answer to a right password that takes a code beside it: with the keys of a sign-in, all of them empty (S3.29). */
  secondFactor(pending: SecondFactorPending) {
    return { ...pending, token: null, user: null, session: null };
  }

  /** What `verify` and `sign-in/phone-number` have in common. */
  signIn({ user, signedIn }: SignInResult) {
    return {
      token: signedIn?.token ?? null,
      ...signedIn?.tokens,
      user: this.user(user),
      session: signedIn && { id: signedIn.session.id, expiresAt: signedIn.session.expiresAt },
    };
  }
}
