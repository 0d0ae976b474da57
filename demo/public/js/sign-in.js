import { showAccount } from './account.js';
import * as api from './api.js';
import { Countdown } from './countdown.js';
import { Holds } from './holds.js';
import * as pendingCode from './pending-code.js';
import { formatted } from './phone-numbers.js';
import { inWords, needsNewCode, sentenceFor } from './sentences.js';
import { codeFromMessage } from './web-otp.js';

/** The way from a number to a session. */
export class SignIn {
  #view;
  #number;
  #code;
  #phone;
  #state = 'loading';
  #phoneNumber;
  #expiry = new Countdown();
  #resend = new Countdown();
  #holds;
  #listening = new AbortController();

  constructor({ view, number, code, phone }) {
    this.#view = view;
    this.#holds = new Holds(view);
    this.#number = number;
    this.#code = code;
    this.#phone = phone;
  }

  /** Goes on with the session that the browser may still have. */
  async start() {
    try {
      const current = await api.getSession();
      if (current) await this.#signedIn(current);
      else this.#resume();
    } catch (error) {
      this.#askForNumber();
      this.#view.showError('number', inWords(error));
    }
  }

  async sendCode() {
    if (this.#state !== 'idle' || this.#holds.has('send')) return;
    this.#view.clearErrors();
    const { phoneNumber, problem } = this.#number.read();
    if (problem) {
      this.#view.showError('number', problem, { isFieldWrong: true });
      this.#number.focus();
      return;
    }
    this.#phoneNumber = phoneNumber;
    await this.#send('number', 'send');
  }

  async sendAgain() {
    if (this.#state !== 'verify' || this.#holds.has('resend')) return;
    this.#view.clearErrors();
    await this.#send('code', 'resend');
  }

  async checkCode() {
    if (this.#state !== 'verify' || this.#holds.has('verify')) return;
    this.#view.clearErrors();
    if (!this.#code.complete) {
      this.#view.showError('code', 'Enter all 6 digits of the code.', { isFieldWrong: true });
      this.#code.focus();
      return;
    }
    this.#enter('verifying', 'code');
    this.#view.wait('verify', 'Checking …');
    try {
      const result = await api.verify(this.#phoneNumber, this.#code.value);
      this.#view.ready('verify');
      await this.#signedIn(result);
    } catch (error) {
      this.#view.ready('verify');
      this.#enter('verify', 'code');
      this.#refused(error);
    }
  }

  changeNumber() {
    if (this.#state !== 'verify') return;
    this.#askForNumber();
    this.#number.focus();
  }

  async signOut() {
    if (this.#state !== 'success') return;
    this.#view.clearErrors();
    this.#view.wait('sign-out', 'Signing out …');
    try {
      await api.signOut();
      this.#askForNumber();
      this.#number.focus();
      this.#view.announce('You are signed out.');
    } catch (error) {
      this.#view.showError('account', inWords(error));
    } finally {
      this.#view.ready('sign-out');
    }
  }

  /** Goes on with the code that was asked for before a reload. */
  #resume() {
    const pending = pendingCode.recall();
    if (!pending) {
      this.#askForNumber();
      return;
    }
    this.#phoneNumber = pending.phoneNumber;
    this.#askForCode(pending);
  }

  #enter(state, step) {
    this.#state = state;
    this.#view.show(state, step);
  }

  #askForNumber() {
    this.#forgetCode();
    this.#enter('idle', 'number');
  }

  #forgetCode() {
    pendingCode.forget();
    this.#expiry.stop();
    this.#resend.stop();
    this.#listening.abort();
    this.#code.clear();
    this.#view.clearErrors();
  }

  async #send(step, button) {
    this.#enter('sending', step);
    this.#view.wait(button, 'Sending …');
    try {
      const answer = await api.sendOtp(this.#phoneNumber);
      this.#view.ready(button);
      const now = Date.now();
      this.#askForCode({
        goodUntil: now + answer.expiresIn * 1_000,
        sendAgainFrom: now + answer.resendAfter * 1_000,
      });
    } catch (error) {
      this.#view.ready(button);
      this.#enter(step === 'number' ? 'idle' : 'verify', step);
      const isFieldWrong = error.code === 'INVALID_PHONE_NUMBER';
      this.#view.showError(step, inWords(error), { isFieldWrong });
      if (error.retryAfter) this.#holds.start(button, error.retryAfter);
      if (isFieldWrong) this.#number.focus();
    }
  }

  #askForCode({ goodUntil, sendAgainFrom }) {
    this.#forgetCode();
    pendingCode.remember({ phoneNumber: this.#phoneNumber, goodUntil, sendAgainFrom });
    this.#holds.release('verify');
    this.#enter('verify', 'code');
    this.#view.codeUsable(true);
    this.#view.sentTo(formatted(this.#phoneNumber));
    this.#code.focus();
    this.#view.announce(`A code was sent to ${formatted(this.#phoneNumber)}.`);
    this.#expiry.start(goodUntil, {
      tick: (seconds) => this.#view.codeGoodFor(seconds),
      end: () => this.#codeDied({ code: 'OTP_EXPIRED' }),
    });
    this.#resend.start(sendAgainFrom, {
      tick: (seconds) => this.#view.sendAgainIn(seconds),
      end: () => this.#view.offerSendAgain(),
    });
    void this.#phone.refresh(this.#phoneNumber);
    void this.#listen();
  }

  /** Where the browser can read the message itself, nothing has to be typed. */
  async #listen() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const code = await codeFromMessage(signal);
    if (code && !signal.aborted && this.#state === 'verify') this.#code.fill(code, () => this.checkCode());
  }

  #refused(error) {
    if (needsNewCode(error)) {
      this.#codeDied(error);
      return;
    }
    const isFieldWrong = error.code === 'INVALID_OTP' || error.code === 'VALIDATION_ERROR';
    // a code that nobody looked at is kept: it may well be right
    if (isFieldWrong) this.#code.clear();
    this.#view.showError('code', inWords(error), { isFieldWrong });
    this.#code.focus();
    if (error.retryAfter) this.#holds.start('verify', error.retryAfter);
  }

  #codeDied(error) {
    // while a code is being checked, the server has the last word on it
    if (this.#state === 'verifying') return;
    this.#forgetCode();
    this.#view.codeUsable(false);
    this.#view.offerSendAgain();
    this.#view.showError('code', sentenceFor(error), { isFieldWrong: true });
    this.#view.focus('resend');
  }

  async #signedIn(current) {
    this.#forgetCode();
    this.#view.announce('');
    this.#enter('success', 'account');
    this.#view.focus('account-title');
    await showAccount(this.#view, current);
  }
}
