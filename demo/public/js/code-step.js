import { CodeTimers } from './code-timers.js';
import * as pendingCode from './pending-code.js';
import { formatted } from './phone-numbers.js';
import { needsNewCode, sentenceFor } from './sentences.js';
import { MessageListener } from './web-otp.js';

/** Where the code is typed, whatever it is for, and a new password with it where it is for that. */
export class CodeStep {
  #view;
  #holds;
  #phone;
  #code;
  #newPassword;
  #timers = new CodeTimers();
  #errand;
  #pending;
  #inbox = new MessageListener();

  constructor({ view, holds, phone, code, newPassword }) {
    this.#view = view;
    this.#holds = holds;
    this.#phone = phone;
    this.#code = code;
    this.#newPassword = newPassword;
  }

  /** Waits for the code that was just asked for. */
  await(errand, about, times, notice) {
    this.resume(errand, pendingCode.pendingFrom(about, times), notice);
  }

  /** Goes on with a code that was asked for before a reload, perhaps. */
  resume(errand, pending, notice = '') {
    this.leave();
    this.#errand = errand;
    this.#pending = pending;
    const shown = pending.shownAs ?? formatted(pending.phoneNumber);
    pendingCode.remember({ ...pending, errand: errand.name });
    this.#holds.release('verify');
    this.#holds.release('resend');
    this.#view.label('verify', errand.button);
    this.#view.fill('sent-to', shown);
    this.#view.notice('code', notice);
    this.#view.show('verify', 'code', errand.name);
    this.#timers.start(pending, () => this.#expired());
    this.#code.focus();
    this.#view.announce(notice || errand.sent(shown));
    this.#phone.watch(pending.phoneNumber);
    // where the browser can read the message itself, nothing has to be typed
    void this.#inbox.start((received) => {
      if (this.#view.state === 'verify') this.#code.fill(received, () => this.completed());
    });
  }

  /** Forgets the code. */
  leave() {
    pendingCode.forget();
    this.#timers.stop();
    this.#inbox.stop();
    this.#phone.rest();
    this.#code.clear();
    this.#newPassword.clear();
    this.#view.clearErrors();
  }

  otherNumber() {
    if (this.#view.state === 'verify') this.#errand.otherNumber();
  }

  cancel() {
    if (this.#view.state === 'verify') this.#errand.cancel(this.#pending);
  }

  /** The last digit is in. */
  async completed() {
    if (this.#errand.takesPassword) this.#newPassword.focus();
    else await this.check();
  }

  async sendAgain() {
    if (this.#view.state !== 'verify' || this.#holds.has('resend')) return;
    this.#view.clearErrors();
    this.#view.state = 'sending';
    this.#view.wait('resend', 'Sending …');
    const { data, error } = await this.#errand.send(this.#pending);
    this.#view.ready('resend');
    if (!error) {
      this.await(this.#errand, this.#pending, data);
      return;
    }
    this.#view.state = 'verify';
    if (this.#errand.refused?.(error, this.#pending)) return;
    this.#view.showError('code', sentenceFor(error));
    if (error.retryAfter) this.#holds.start('resend', error.retryAfter);
  }

  async check() {
    if (this.#view.state !== 'verify' || this.#holds.has('verify')) return;
    this.#view.clearErrors();
    if (!this.#code.complete) {
      this.#wrong('code', 'Enter all 6 digits of the code.');
      return;
    }
    const { takesPassword } = this.#errand;
    if (takesPassword && this.#newPassword.problem) {
      this.#wrong('new-password', this.#newPassword.problem);
      return;
    }
    this.#view.state = 'verifying';
    this.#view.wait('verify', 'Checking …');
    const given = { ...this.#pending, code: this.#code.value, password: this.#newPassword.value };
    const { data, error } = await this.#errand.check(given);
    this.#view.ready('verify');
    if (error) {
      this.#view.state = 'verify';
      this.#refused(error);
      return;
    }
    this.leave();
    await this.#errand.done(data, given);
  }

  /** What stood in the way of the check, and not in the code. */
  complain(error) {
    this.#view.state = 'verify';
    this.#view.showError('code', sentenceFor(error));
    if (error.retryAfter) this.#holds.start('verify', error.retryAfter);
  }

  #refused(error) {
    if (this.#errand.refused?.(error, this.#pending)) return;
    if (needsNewCode(error)) {
      this.#died(error);
      return;
    }
    if (error.code.startsWith('PASSWORD_TOO_')) {
      this.#wrong('new-password', sentenceFor(error));
      return;
    }
    const isFieldWrong = error.code === 'INVALID_OTP' || error.code === 'VALIDATION_ERROR';
    // a code that nobody looked at is kept: it may well be right
    if (isFieldWrong) this.#code.clear();
    this.#view.showError('code', sentenceFor(error), { isFieldWrong });
    this.#code.focus();
    if (error.retryAfter) this.#holds.start('verify', error.retryAfter);
  }

  #wrong(place, sentence) {
    this.#view.showError(place, sentence, { isFieldWrong: true });
    this.#view.focus(place);
  }

  #expired() {
    const { endsAt = Infinity } = this.#pending;
    if (this.#view.state !== 'verifying' && endsAt <= Date.now()) this.#errand.over(this.#pending);
    else this.#died({ code: 'OTP_EXPIRED' });
  }

  #died(error) {
    // while a code is being checked, the server has the last word on it
    if (this.#view.state === 'verifying') return;
    this.leave();
    this.#timers.codeDied();
    this.#view.showError('code', sentenceFor(error), { isFieldWrong: true });
  }
}
