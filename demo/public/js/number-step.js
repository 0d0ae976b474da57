import { sentenceFor } from './sentences.js';

/** Where a number is typed: to sign in with a code or a password, for a new password, or to replace the present one. */
export class NumberStep {
  #view;
  #holds;
  #number;
  #password;
  #way;

  constructor({ view, holds, number, password }) {
    this.#view = view;
    this.#holds = holds;
    this.#number = number;
    this.#password = password;
  }

  /**
   * @param way what the number is for: `{ name, button, busy, takesPassword, submit, done, refused }`. `submit` resolves
   * to a result; `refused` may return true where it has dealt with the error.
   */
  enter(way, { notice } = {}) {
    this.#way = way;
    this.#password.clear();
    this.#view.clearErrors();
    this.#holds.release('send');
    this.#view.label('send', way.button);
    this.#view.notice('number', notice);
    // a password manager fills in the number beside the password, where it may
    this.#number.autocomplete = way.takesPassword ? 'username' : 'tel';
    this.#view.show('idle', 'number', way.name);
  }

  fill(phoneNumber) {
    this.#number.fill(phoneNumber);
  }

  clear() {
    this.#number.clear();
  }

  /** Goes to what is still missing. */
  focus() {
    if (this.#way.takesPassword && this.#number.read().phoneNumber) this.#password.focus();
    else this.#number.focus();
  }

  complain(sentence, options) {
    this.#view.showError('number', sentence, options);
  }

  async submit() {
    const way = this.#way;
    if (this.#view.state !== 'idle' || this.#holds.has('send')) return;
    this.#view.clearErrors();
    const { phoneNumber, problem } = this.#number.read();
    if (problem) {
      this.complain(problem, { isFieldWrong: true });
      this.#number.focus();
      return;
    }
    if (way.takesPassword && this.#password.problem) {
      this.#view.showError('password', this.#password.problem, { isFieldWrong: true });
      this.#password.focus();
      return;
    }
    this.#view.state = 'sending';
    this.#view.wait('send', way.busy);
    const { data, error } = await way.submit({ phoneNumber, password: this.#password.value });
    this.#view.ready('send');
    if (error) this.#refused(error, phoneNumber);
    else await way.done(data, phoneNumber);
  }

  #refused(error, phoneNumber) {
    const { takesPassword, refused } = this.#way;
    if (refused?.(error, phoneNumber)) return;
    this.#view.state = 'idle';
    const isNumberWrong = error.code === 'INVALID_PHONE_NUMBER';
    const isPasswordWrong = error.code === 'INVALID_PHONE_NUMBER_OR_PASSWORD';
    const place = takesPassword && !isNumberWrong ? 'password' : 'number';
    this.#view.showError(place, sentenceFor(error), { isFieldWrong: isNumberWrong || isPasswordWrong });
    if (error.retryAfter) this.#holds.start('send', error.retryAfter);
    if (isNumberWrong) this.#number.focus();
    if (isPasswordWrong) this.#password.focus();
  }
}
