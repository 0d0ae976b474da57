const KEY = 'pending-code';

// for this tab only: on a phone, the trip to the messages and back often reloads the page

/**
 * What to remember of a code that was asked for just now.
 *
 * @param about whose it is: `phoneNumber`; and where it finishes a sign-in `tempToken`, `shownAs` in place of the number, and
 * the moment at which the sign-in ends, `endsAt`
 * @param times `expiresIn` and `resendAfter` of the server
 */
export function pendingFrom(about, { expiresIn, resendAfter }) {
  const now = Date.now();
  const goodUntil = Math.min(now + expiresIn * 1_000, about.endsAt ?? Infinity);
  return { ...about, goodUntil, sendAgainFrom: now + resendAfter * 1_000 };
}

export const remember = (pending) => sessionStorage.setItem(KEY, JSON.stringify(pending));

export const forget = () => sessionStorage.removeItem(KEY);

/** The code that this tab was waiting for, while it is good. */
export function recall() {
  const pending = JSON.parse(sessionStorage.getItem(KEY));
  return pending?.goodUntil > Date.now() ? pending : undefined;
}
