import { me } from './api.js';
import { fromNow, inFull } from './dates.js';
import { formatted } from './phone-numbers.js';
import { sentenceFor } from './sentences.js';

const element = (id) => document.getElementById(id);

/** Shows who is signed in, and what a guarded route of the application answers him. */
export class AccountPage {
  #view;
  #holds;
  #sessions;
  #onLost;

  /** @param onLost called where the session turns out to have ended */
  constructor({ view, holds, sessions, onLost }) {
    this.#view = view;
    this.#holds = holds;
    this.#sessions = sessions;
    this.#onLost = onLost;
  }

  async show({ user, session }, { notice = '', focus = 'account-title' } = {}) {
    this.#view.clearErrors();
    this.#view.notice('account', notice);
    this.#view.announce(notice);
    this.#view.show('success', 'account');
    this.#view.focus(focus);
    element('account-number').textContent = user.phoneNumber ? formatted(user.phoneNumber) : 'None';
    const standing = user.phoneNumberVerified ? 'verified' : 'unverified';
    this.#view.choose('#number-setting', user.phoneNumber ? standing : 'none');
    element('session-end').textContent = inFull(session.expiresAt);
    element('session-left').textContent = fromNow(session.expiresAt);
    await Promise.all([this.#askGuardedRoute(user), this.#sessions.show(session.id)]);
  }

  /** Does something that a button asked for; what went wrong is shown beside it. Resolves to the answer, if any. */
  async busy(button, label, act) {
    if (this.#view.state !== 'success' || this.#holds.has(button)) return undefined;
    this.#view.clearErrors();
    this.#view.state = 'sending';
    this.#view.wait(button, label);
    const { data, error } = await act();
    this.#view.ready(button);
    this.#view.state = 'success';
    if (!error) return data;
    if (error.code === 'UNAUTHORIZED') {
      this.#onLost();
      return undefined;
    }
    this.#view.showError('account', sentenceFor(error));
    if (error.retryAfter) this.#holds.start(button, error.retryAfter);
    return undefined;
  }

  async #askGuardedRoute({ twoFactorEnabled }) {
    this.#answered('', '…');
    const { data, error } = await me();
    if (error) this.#answered(String(error.status || ''), sentenceFor(error));
    else this.#answered('200 OK', JSON.stringify(data, null, 2));
    const password = twoFactorEnabled ? 'half' : 'there';
    const standing = data?.hasPassword ? password : 'none';
    this.#view.choose('#password-setting', error ? 'unknown' : standing);
    this.#view.choose('#two-factor-setting', error ? 'unknown' : standing);
    element('two-factor').setAttribute('aria-checked', String(twoFactorEnabled));
  }

  #answered(status, body) {
    element('me-status').textContent = status;
    element('me-body').textContent = body;
  }
}
