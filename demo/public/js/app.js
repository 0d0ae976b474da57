import { auth } from './api.js';
import { errandsOf, waysOf } from './errands.js';
import * as pendingCode from './pending-code.js';
import { formatted } from './phone-numbers.js';
import { sentenceFor } from './sentences.js';

/** Which step follows which. */
export class App {
  #view;
  #phone;
  #numberStep;
  #codeStep;
  #passwordStep;
  #twoFactorStep;
  #account;
  #errands = errandsOf(this);
  #ways = waysOf(this, this.#errands);
  /** Who is signed in, as the server last said. */
  #current;
  /** What waits until the person has shown that it is really him. */
  #afterProof;

  constructor({ view, phone, numberStep, codeStep, passwordStep, twoFactorStep, account }) {
    this.#view = view;
    this.#phone = phone;
    this.#numberStep = numberStep;
    this.#codeStep = codeStep;
    this.#passwordStep = passwordStep;
    this.#twoFactorStep = twoFactorStep;
    this.#account = account;
  }

  /** Goes on with the session that the browser may still have, or with the code that it was waiting for. */
  async start() {
    const { data: current, error } = await auth.getSession();
    const pending = pendingCode.recall();
    const errand = this.#errands[pending?.errand];
    this.#current = current;
    if (error) {
      this.askForNumber('code', { focus: false });
      this.#numberStep.complain(sentenceFor(error));
    } else if (errand && Boolean(errand.needsSession) === Boolean(current)) {
      this.#codeStep.resume(errand, pending);
    } else if (current) await this.signedIn(current);
    else this.askForNumber('code', { focus: false });
  }

  askForNumber(way, { notice, focus = true } = {}) {
    this.#codeStep.leave();
    this.#numberStep.enter(this.#ways[way], { notice });
    if (focus) this.#numberStep.focus();
  }

  /** After a reset: the new password is only known to whoever has just typed it. */
  askForPassword(phoneNumber) {
    this.#current = null;
    const notice = 'Your new password is set. Sign in with it.';
    this.#numberStep.fill(phoneNumber);
    this.askForNumber('password', { notice });
    this.#view.announce(notice);
  }

  startOver() {
    this.#numberStep.clear();
    this.askForNumber('code');
  }

  changeNumber() {
    this.#numberStep.clear();
    this.askForNumber('change');
  }

  awaitCode(errand, about, times, notice) {
    this.#codeStep.await(errand, about, times, notice);
  }

  /** The right password was half the sign-in, and the code for the other half is on its way. */
  awaitSecondFactor({ tempToken, maskedPhoneNumber, expiresIn, times }, phoneNumber) {
    const shownAs = maskedPhoneNumber.replaceAll('*', '•');
    const endsAt = Date.now() + expiresIn * 1_000;
    this.awaitCode(this.#errands['second-factor'], { phoneNumber, tempToken, shownAs, endsAt }, times);
  }

  askForPasswordAgain(phoneNumber, notice) {
    this.#numberStep.fill(phoneNumber);
    this.askForNumber('password', { notice });
    if (notice) this.#view.announce(notice);
    return true;
  }

  /** The code was right, and alone it is not enough. */
  askForPasswordToo(phoneNumber) {
    const notice = 'The code is right. This account also wants its password, and then another code.';
    return this.askForPasswordAgain(phoneNumber, notice);
  }

  signInTookTooLong(phoneNumber) {
    return this.askForPasswordAgain(phoneNumber, sentenceFor({ code: 'INVALID_TEMP_TOKEN' }));
  }

  /** The same phone cannot be the way around itself. */
  refuseReset(phoneNumber, error) {
    this.askForPasswordAgain(phoneNumber);
    this.#numberStep.complain(sentenceFor(error));
    return true;
  }

  /** Has a code to the own number given first. Resolves to what went wrong with sending it, if anything did. */
  async proveFirst(goOn) {
    const { phoneNumber } = this.#current.user;
    const { data: times, error } = await this.#errands['step-up'].send();
    if (error) return error;
    this.#afterProof = goOn;
    this.awaitCode(this.#errands['step-up'], { phoneNumber }, times);
    return undefined;
  }

  /** A code for something else was given, and one to the own number has to come before it counts. */
  proveThenResume(errand, pending) {
    const notice = `Now the code that we sent to ${formatted(pending.phoneNumber)}.`;
    this.#view.state = 'sending';
    void this.proveFirst(() => this.#codeStep.resume(errand, pending, notice)).then((error) => {
      if (error) this.#codeStep.complain(error);
    });
    return true;
  }

  async proven(current) {
    this.#current = current;
    const goOn = this.#afterProof ?? (() => this.showAccount({ notice: 'Thank you. Now try again.' }));
    this.#afterProof = undefined;
    await goOn();
  }

  /** Sends a code for a password to the number of the account. */
  async setPassword(button) {
    const { phoneNumber } = this.#current.user;
    const times = await this.#account.busy(button, 'Sending …', () =>
      this.#errands.set.send({ phoneNumber }),
    );
    if (times) this.awaitCode(this.#errands.set, { phoneNumber }, times);
  }

  /** Sends a code to the number of the account, which is not verified yet. */
  async confirmNumber() {
    const { phoneNumber } = this.#current.user;
    const send = () => this.#errands.confirm.send({ phoneNumber });
    const times = await this.#account.busy('verify-number', 'Sending …', send);
    if (times) this.awaitCode(this.#errands.confirm, { phoneNumber }, times);
  }

  changePassword() {
    this.#passwordStep.enter(this.#current.user);
  }

  changeTwoFactor() {
    this.#twoFactorStep.enter(this.#current.user);
  }

  twoFactorChanged(user) {
    this.#current = { ...this.#current, user };
    const notice = user.twoFactorEnabled
      ? 'From now on, we ask for a code after your password.'
      : 'From now on, your password is enough.';
    return this.showAccount({ notice, focus: 'two-factor' });
  }

  async passwordChanged(othersEnded) {
    // with the others, this session was replaced as well
    const { data: current } = await auth.getSession();
    if (!current) {
      this.lostSession();
      return;
    }
    const notice = othersEnded
      ? 'Your password has been changed. Other devices have been signed out.'
      : 'Your password has been changed.';
    await this.signedIn(current, { notice });
  }

  /** The number that was typed belongs to somebody: back to where another one can be typed. */
  refuseNumber(error) {
    this.askForNumber('change');
    this.#numberStep.complain(sentenceFor(error), { isFieldWrong: true });
    return true;
  }

  async signedIn(current, options) {
    this.#current = current;
    pendingCode.forget();
    this.#numberStep.clear();
    if (current.user.phoneNumber) void this.#phone.refresh(current.user.phoneNumber);
    await this.showAccount(options);
  }

  showAccount(options) {
    this.#codeStep.leave();
    return this.#account.show(this.#current, options);
  }

  async signOut(button = 'sign-out') {
    const { phoneNumber } = this.#current.user;
    const done = await this.#account.busy(button, 'Signing out …', () => auth.signOut());
    if (!done) return;
    this.#current = null;
    // whoever signs out to sign in again keeps his number
    if (button === 'sign-in-again' && phoneNumber) this.#numberStep.fill(phoneNumber);
    this.askForNumber('code');
    this.#view.announce('You are signed out.');
  }

  /** The session has ended, here or from another device. */
  lostSession() {
    this.#current = null;
    const notice = sentenceFor({ code: 'UNAUTHORIZED' });
    this.askForNumber('code', { notice });
    this.#view.announce(notice);
    return true;
  }
}
