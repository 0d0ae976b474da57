const KEY = 'pending-code';

// for this tab only: on a phone, the trip to the messages and back often reloads the page

/** What to remember of a code that was asked for just now. @param times `expiresIn` and `resendAfter` of the server */
export function pendingFrom(phoneNumber, { expiresIn, resendAfter }) {
  const now = Date.now();
  return { phoneNumber, goodUntil: now + expiresIn * 1_000, sendAgainFrom: now + resendAfter * 1_000 };
}

export const remember = (pending) => sessionStorage.setItem(KEY, JSON.stringify(pending));

export const forget = () => sessionStorage.removeItem(KEY);

/** The code that this tab was waiting for, while it is good. */
export function recall() {
  const pending = JSON.parse(sessionStorage.getItem(KEY));
  return pending?.goodUntil > Date.now() ? pending : undefined;
}
