import type { PhoneAuthConfig } from '../options/config.js';

/** What all our cookies have in common (WIRE 1.7): never readable by scripts, and on https bound to this host. */
export function cookieAttributes({ session }: PhoneAuthConfig) {
  const { secure, domain, sameSite } = session.cookie;
  return { path: '/', httpOnly: true, sameSite, secure, ...(domain !== undefined && { domain }) };
}

/** `<prefix>.<name>`, behind what tells browsers to keep a cookie to https and to this host. */
export function cookieName({ session }: PhoneAuthConfig, name: string): string {
  const { prefix, secure, domain } = session.cookie;
  const security = domain === undefined ? '__Host-' : '__Secure-';
  return `${secure ? security : ''}${prefix}.${name}`;
}
