import { auth } from './api.js';
import { formatted } from './phone-numbers.js';
import { sentenceFor } from './sentences.js';

/** Turns the code after the password on or off, for whoever knows the password. */
export class TwoFactorStep {
  #view;
  #holds;
  #password;
  #after;
  #isOn;

  /** @param after where to go: `done`, `lost`, and `prove`, which has a code given first and comes back */
  constructor({ view, holds, password, after }) {
    this.#view = view;
    this.#holds = holds;
    this.#password = password;
    this.#after = after;
  }

  enter({ phoneNumber, name, twoFactorEnabled }) {
    this.#isOn = twoFactorEnabled;
    this.#password.clear();
    this.#view.clearErrors();
    this.#view.label('save-two-factor', twoFactorEnabled ? 'Turn off' : 'Turn on');
    // for password managers, which keep a password under a name
    this.#view.fill('account-name', phoneNumber ? formatted(phoneNumber) : name);
    this.#show();
    this.#password.focus();
  }

  async submit() {
    if (this.#view.state !== 'idle' || this.#holds.has('save-two-factor')) return;
    this.#view.clearErrors();
    if (this.#password.problem) this.#wrong(this.#password.problem);
    else await this.#save();
  }

  async #save() {
    this.#view.state = 'verifying';
    this.#view.wait('save-two-factor', 'Saving …');
    const input = { password: this.#password.value };
    const { data, error } = await (this.#isOn ? auth.twoFactor.disable(input) : auth.twoFactor.enable(input));
    const isProofMissing = error?.code === 'RECENT_OTP_REQUIRED';
    const refusal = isProofMissing ? await this.#after.prove(() => this.#saveAgain()) : error;
    this.#view.ready('save-two-factor');
    if (isProofMissing && !refusal) return; // the code is asked for
    this.#view.state = 'idle';
    if (refusal) this.#refused(refusal);
    else await this.#after.done(data.user);
  }

  async #saveAgain() {
    this.#show();
    await this.#save();
  }

  #show() {
    this.#view.show('idle', 'two-factor', this.#isOn ? 'off' : 'on');
  }

  #refused(error) {
    if (error.code === 'UNAUTHORIZED') this.#after.lost();
    else if (error.code === 'INVALID_PASSWORD') this.#wrong(sentenceFor(error));
    else {
      this.#view.showError('two-factor', sentenceFor(error));
      if (error.retryAfter) this.#holds.start('save-two-factor', error.retryAfter);
    }
  }

  #wrong(sentence) {
    this.#view.showError(this.#password.id, sentence, { isFieldWrong: true });
    this.#password.focus();
  }
}
