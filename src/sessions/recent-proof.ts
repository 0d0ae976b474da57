import type { Session } from './session.js';

/** Seconds for which a code counts as given just now (R48). */
export const RECENT_PROOF = 300;

/** Whether a code was given in a session within so many seconds. */
export function isProvenWithin({ provedAt }: Session, seconds: number, now: number): boolean {
  return provedAt !== null && now - provedAt.getTime() < seconds * 1_000;
}
