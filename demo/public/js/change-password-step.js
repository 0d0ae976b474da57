import { auth } from './api.js';
import { formatted } from './phone-numbers.js';
import { sentenceFor } from './sentences.js';

/** A new password for whoever knows the present one. */
export class ChangePasswordStep {
  #view;
  #holds;
  #current;
  #wanted;
  #others;
  #after;

  /** @param after where to go afterwards: `done`, `lost` */
  constructor({ view, holds, current, wanted, others, after }) {
    this.#view = view;
    this.#holds = holds;
    this.#current = current;
    this.#wanted = wanted;
    this.#others = others;
    this.#after = after;
  }

  enter({ phoneNumber, name }) {
    this.#current.clear();
    this.#wanted.clear();
    this.#others.checked = true;
    this.#view.clearErrors();
    // for password managers, which keep a password under a name
    this.#view.fill('account-name', phoneNumber ? formatted(phoneNumber) : name);
    this.#view.show('idle', 'change-password');
    this.#current.focus();
  }

  async submit() {
    if (this.#view.state !== 'idle' || this.#holds.has('save-password')) return;
    this.#view.clearErrors();
    for (const field of [this.#current, this.#wanted]) {
      if (field.problem) {
        this.#wrong(field, field.problem);
        return;
      }
    }
    this.#view.state = 'verifying';
    this.#view.wait('save-password', 'Saving …');
    const revokeOtherSessions = this.#others.checked;
    const { error } = await auth.changePassword({
      currentPassword: this.#current.value,
      newPassword: this.#wanted.value,
      revokeOtherSessions,
    });
    this.#view.ready('save-password');
    this.#view.state = 'idle';
    if (error) this.#refused(error);
    else await this.#after.done(revokeOtherSessions);
  }

  #refused(error) {
    if (error.code === 'UNAUTHORIZED') this.#after.lost();
    else if (error.code === 'INVALID_PASSWORD') this.#wrong(this.#current, sentenceFor(error));
    else if (error.code.startsWith('PASSWORD_TOO_')) this.#wrong(this.#wanted, sentenceFor(error));
    else {
      this.#view.showError('change-password', sentenceFor(error));
      if (error.retryAfter) this.#holds.start('save-password', error.retryAfter);
    }
  }

  #wrong(field, sentence) {
    this.#view.showError(field.id, sentence, { isFieldWrong: true });
    field.focus();
  }
}
