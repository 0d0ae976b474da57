import { me } from './api.js';
import { fromNow, inFull } from './dates.js';
import { formatted } from './phone-numbers.js';
import { inWords } from './sentences.js';

/** Shows who is signed in, and what a guarded route of the application answers him. */
export async function showAccount(view, { user, session }) {
  view.account({
    number: user.phoneNumber ? formatted(user.phoneNumber) : user.name,
    verified: user.phoneNumberVerified,
    sessionEnd: inFull(session.expiresAt),
    sessionLeft: fromNow(session.expiresAt),
  });
  view.guardedRoute('', '…');
  try {
    view.guardedRoute('200 OK', JSON.stringify(await me(), null, 2));
  } catch (error) {
    view.guardedRoute(String(error.status || ''), inWords(error));
  }
}
